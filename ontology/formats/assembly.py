"""Assembly of a release's frames from checked rows of any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.release.hierarchy import categories, closing_edges
from skillpath.ontology.release.release import REJECTED, SCHEMAS, Release


@dataclass(frozen=True)
class ReleaseParts:
    """The checked rows of one source, by the frame they become; columns beyond the schema are ignored."""

    skills: list[RowChecks]
    broader: list[RowChecks]
    related: list[RowChecks]
    clusters: list[RowChecks]
    requirements: list[RowChecks]


LONGEST_NAME, LONGEST_TEXT = 1_000, 100_000
"""Characters of a code or label, and of a definition: more is no name, and more than an index of the graph takes."""


def check_concepts(concepts: RowChecks, taken: list[pl.Series]) -> None:
    """Code and label must be there, readable and no longer than names are; codes must be new, also among ``taken``."""
    concepts.text("code", "label")
    concepts.text("definition", required=False)
    for column, most in (("code", LONGEST_NAME), ("label", LONGEST_NAME), ("definition", LONGEST_TEXT)):
        long = pl.col(column).str.len_chars() > most
        concepts.drop(long, column, f"{column} has more than {most} characters", "length")
    others = pl.col("altLabels").list.eval(pl.element().str.len_chars()).list.max()
    long = others > LONGEST_NAME
    concepts.drop(long, "label", f"another label of the concept has more than {LONGEST_NAME} characters", "length")
    concepts.unique("code")
    for codes in taken:
        again = pl.col("code").is_in(codes.implode())
        concepts.drop(again, "code", "the same code stands in an earlier file", "duplicate")


def check_broader(edges: list[RowChecks], codes: pl.Series) -> None:
    """Both ends must be known and no edge may close a cycle."""
    for row_checks in edges:
        row_checks.known("child", codes, "skill")
        row_checks.known("parent", codes, "skill")
        row_checks.unique("child", "parent")
        row_checks.rows = row_checks.rows.with_columns(closing_edges(row_checks.rows))
        row_checks.drop(pl.col("closing"), "parent", "this parent would close a cycle in the hierarchy", "cycle")


def check_related(row_checks: RowChecks, codes: pl.Series) -> None:
    """Both ends must be known, and two."""
    row_checks.known("source", codes, "skill")
    row_checks.known("target", codes, "skill")
    row_checks.drop(pl.col("source") == pl.col("target"), "target", "a skill is related to itself", "value")
    row_checks.unique("source", "target")


def check_requirements(row_checks: RowChecks, clusters: pl.Series, skills: pl.Series) -> None:
    """The cluster and the skill must be known."""
    row_checks.known("cluster", clusters, "occupation")
    row_checks.known("skill", skills, "skill")
    row_checks.unique("cluster", "skill")


def assemble(name: str, version: str, parts: ReleaseParts) -> Release:
    """Join the parts, sort them, add the categories and gather what was rejected."""
    broader = _shaped("broader", parts.broader)
    skills = _shaped("skills", parts.skills, left_out="category")
    skills = skills.join(categories(skills, broader), on="code", how="left", maintain_order="left")
    checks = [*parts.skills, *parts.broader, *parts.related, *parts.clusters, *parts.requirements]
    rejected = pl.concat([pl.DataFrame(schema=REJECTED), *(row_checks.rejected() for row_checks in checks)])
    return Release(
        name=name,
        version=version,
        skills=skills,
        broader=broader,
        related=_shaped("related", parts.related),
        clusters=_shaped("clusters", parts.clusters),
        requirements=_shaped("requirements", parts.requirements),
        rejected=rejected.sort("file", "row", "column"),
    )


def _shaped(name: str, checks: list[RowChecks], left_out: str = "") -> pl.DataFrame:
    """The columns of one frame in their order and types, sorted by its key."""
    schema: Any = {column: kind for column, kind in SCHEMAS[name].items() if column != left_out}
    frames = [row_checks.rows.select(list(schema)).cast(schema) for row_checks in checks]
    return pl.concat([pl.DataFrame(schema=schema), *frames]).sort(list(schema)[:2])
