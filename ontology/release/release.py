"""A vocabulary release as frames: skills, hierarchy, job clusters, requirements."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import polars as pl

SKILLS = {
    "code": pl.String,
    "label": pl.String,
    "altLabels": pl.List(pl.String),
    "definition": pl.String,
    "kind": pl.String,
    "status": pl.String,
    "uri": pl.String,
    "category": pl.String,
}
BROADER = {"child": pl.String, "parent": pl.String}
RELATED = {"source": pl.String, "target": pl.String, "kind": pl.String}
CLUSTERS = {
    "code": pl.String,
    "label": pl.String,
    "altLabels": pl.List(pl.String),
    "definition": pl.String,
    "isco": pl.String,
    "uri": pl.String,
}
REQUIREMENTS = {
    "cluster": pl.String,
    "skill": pl.String,
    "essential": pl.Boolean,
    "level": pl.Float64,
    "weight": pl.Float64,
}
REJECTED = {
    "file": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "rule": pl.String,
}
REPLACED = {"old": pl.String, "new": pl.String}
SCHEMAS: dict[str, dict[str, Any]] = {
    "skills": SKILLS,
    "broader": BROADER,
    "related": RELATED,
    "clusters": CLUSTERS,
    "requirements": REQUIREMENTS,
    "rejected": REJECTED,
}
NULLABLE = {"definition", "uri", "isco", "category", "value"}
KEYS = {
    "skills": ["code"],
    "broader": ["child", "parent"],
    "related": ["source", "target"],
    "clusters": ["code"],
    "requirements": ["cluster", "skill"],
}
KINDS = ("skill", "knowledge", "language", "transversal", "group")
STATUSES = ("released", "deprecated")


@dataclass(frozen=True)
class RequirementDefaults:
    """Level (0..1) and weight (0..1) of a requirement whose source gives only essential or optional."""

    essential_level: float = 0.8
    optional_level: float = 0.4
    essential_weight: float = 1.0
    optional_weight: float = 0.5

    def level(self, essential: pl.Expr) -> pl.Expr:
        """The level for a boolean expression ``essential``."""
        return pl.when(essential).then(self.essential_level).otherwise(self.optional_level)

    def weight(self, essential: pl.Expr) -> pl.Expr:
        """The weight for a boolean expression ``essential``."""
        return pl.when(essential).then(self.essential_weight).otherwise(self.optional_weight)


@dataclass(frozen=True)
class Release:
    """What one import brings; every frame has the exact schema of `SCHEMAS`, unique keys and no dangling code.

    - ``skills``: code, label, altLabels (sorted, unique, without the label), definition, kind (one of `KINDS`),
      status (released or deprecated), uri, category (the group just below the root of the hierarchy that is
      nearest; the root itself for what hangs on a root directly; null for roots and what has no parent).
    - ``broader``: child, parent; without cycles.
    - ``related``: source, target, kind (essential or optional).
    - ``clusters``: occupations: code, label, altLabels, definition, isco (four digits), uri.
    - ``requirements``: cluster, skill, essential, level (0..1), weight (0..1).
    - ``replaced``: old, new: which skill stands for a deprecated one; only some formats tell.
    - ``rejected``: file, row (1-based data row), column, value, reason, rule: what was left out, and why.
    """

    name: str
    version: str
    skills: pl.DataFrame
    broader: pl.DataFrame
    related: pl.DataFrame
    clusters: pl.DataFrame
    requirements: pl.DataFrame
    rejected: pl.DataFrame
    replaced: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPLACED))

    def __post_init__(self) -> None:
        """Hold the readers to the schemas: a violation is an error in a reader, not in its input."""
        for name, schema in {**SCHEMAS, "replaced": REPLACED}.items():
            frame: pl.DataFrame = getattr(self, name)
            if dict(frame.schema) != schema:
                raise ValueError(f"{name} has {dict(frame.schema)}, not {schema}")
            empty = [c for c in schema if c not in NULLABLE and frame[c].null_count()]
            if empty:
                raise ValueError(f"{name} has missing values in {', '.join(empty)}")
            if name in KEYS and frame.select(KEYS[name]).is_duplicated().any():
                raise ValueError(f"{name} has repeated {' and '.join(KEYS[name])}")

    def counts(self) -> dict[str, int]:
        """Rows by frame."""
        return {f.name: getattr(self, f.name).height for f in fields(self) if f.name in SCHEMAS}

    def matchable(self) -> pl.DataFrame:
        """The skills a text can mean (code, label, altLabels, kind): released, and no groups."""
        wanted = (pl.col("kind") != "group") & (pl.col("status") == "released")
        return self.skills.filter(wanted).select("code", "label", "altLabels", "kind")
