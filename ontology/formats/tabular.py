"""The reader and writer of our CSV vocabulary format."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput
from skillpath.ontology.formats.assembly import (
    ReleaseParts,
    assemble,
    check_broader,
    check_concepts,
    check_related,
    check_requirements,
)
from skillpath.ontology.formats.csv_rows import read_csv
from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.matching.text_cleaning import DAMAGED, clean_list
from skillpath.ontology.release.redirects import known_pairs
from skillpath.ontology.release.release import KINDS, STATUSES, Release, RequirementDefaults

FILES = ("skills.csv", "clusters.csv", "requirements.csv")
RELATED, RELEASE = "related.csv", "release.csv"
ESCAPED, BAR = r"\|", "\ue003"


def read_csv_vocabulary(folder: Path, defaults: RequirementDefaults | None = None) -> Release:
    """Read the three files of ``folder``; the release is named after it, its version is a digest of the files.

    - skills.csv: code, label; optional altLabels (separated by ``|``), definition, kind (skill), broader
      (codes of parents, separated by ``|``), status (released), replacedBy (code), uri.
    - clusters.csv: code, label; optional altLabels, definition, isco, uri.
    - requirements.csv: cluster, skill, essential (true or false); optional level (0..1), weight (0..1).
    - related.csv, if it is there: source, target, kind (essential or optional).
    - release.csv, if it is there: name, version of the release.

    A ``|`` within a label is written as ``\\|``.
    """
    skills = _concepts(folder, "skills.csv", ("kind", "broader", "status", "replacedBy"))
    broader = _broader(skills)
    clusters = _concepts(folder, "clusters.csv", ("isco",))
    clusters.text("isco", required=False)
    codes = skills.rows["code"]
    requirements = _requirements(folder, clusters.rows["code"], codes, defaults or RequirementDefaults())
    parts = ReleaseParts([skills], [broader], _related(folder, codes), [clusters], [requirements])
    successors = skills.rows.select(old="code", new=pl.col("replacedBy").str.strip_chars()).filter(pl.col("new") != "")
    replaced = known_pairs(successors, codes)
    return replace(assemble(*_named(folder), parts), replaced=replaced)


def _named(folder: Path) -> tuple[str, str]:
    if not (folder / RELEASE).is_file():
        return folder.resolve().name or "vocabulary", _digest(folder)
    row_checks = read_csv(folder / RELEASE, ("name", "version"))
    row_checks.text("name", "version")
    if row_checks.rows.height != 1:
        raise BadInput("There is not one release", where=str(folder / RELEASE), todo="Give one row: name, version")
    name, version = row_checks.rows.select("name", "version").row(0)
    return name, version


def _related(folder: Path, codes: pl.Series) -> list[RowChecks]:
    if not (folder / RELATED).is_file() or (folder / RELATED).read_text("utf-8").count("\n") <= 1:
        return []
    row_checks = read_csv(folder / RELATED, ("source", "target", "kind"))
    row_checks.among("kind", ("essential", "optional"))
    check_related(row_checks, codes)
    return [row_checks]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for name in FILES:
        data = (folder / name).read_bytes()
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:12]


def _concepts(folder: Path, file: str, more: tuple[str, ...]) -> RowChecks:
    row_checks = read_csv(folder / file, ("code", "label"), ("altLabels", "definition", "uri", *more))
    damaged = pl.col("altLabels").str.contains(DAMAGED)
    row_checks.drop(damaged, "altLabels", "altLabels is not valid UTF-8 text", "encoding")
    kept = pl.col("altLabels").str.replace_all(ESCAPED, BAR, literal=True)
    lists = clean_list(kept, "|", "label").list.eval(pl.element().str.replace_all(BAR, "|", literal=True))
    row_checks.rows = row_checks.rows.with_columns(altLabels=lists)
    check_concepts(row_checks, [])
    row_checks.text("uri", required=False)
    if "kind" in more:
        _with_default(row_checks, "kind", KINDS)
        _with_default(row_checks, "status", STATUSES)
    return row_checks


def _with_default(row_checks: RowChecks, column: str, values: tuple[str, ...]) -> None:
    row_checks.text(column, required=False)
    row_checks.rows = row_checks.rows.with_columns(pl.col(column).fill_null(values[0]))
    row_checks.among(column, values)


def _broader(skills: RowChecks) -> RowChecks:
    """One edge for each parent a skill names."""
    parents = pl.col("broader").str.split("|")
    edges = skills.rows.select("row", child="code", parent=parents).explode("parent").drop_nulls()
    row_checks = RowChecks(skills.file, edges)
    row_checks.names = {"child": "code", "parent": "broader"}
    row_checks.text("parent", required=False)
    row_checks.rows = row_checks.rows.drop_nulls()
    check_broader([row_checks], skills.rows["code"])
    return row_checks


def _requirements(folder: Path, clusters: pl.Series, skills: pl.Series, defaults: RequirementDefaults) -> RowChecks:
    row_checks = read_csv(folder / FILES[2], ("cluster", "skill", "essential"), ("level", "weight"))
    row_checks.text("cluster", "skill", "essential")
    row_checks.rows = row_checks.rows.with_columns(pl.col("essential").str.to_lowercase())
    row_checks.among("essential", ("true", "false"))
    row_checks.rows = row_checks.rows.with_columns(pl.col("essential") == "true")
    essential = pl.col("essential")
    _share(row_checks, "level", defaults.level(essential))
    _share(row_checks, "weight", defaults.weight(essential))
    check_requirements(row_checks, clusters, skills)
    return row_checks


def _share(row_checks: RowChecks, column: str, default: pl.Expr) -> None:
    """Read a number between 0 and 1; the default replaces an empty cell."""
    row_checks.text(column, required=False)
    number = pl.col(column).cast(pl.Float64, strict=False)
    bad = pl.col(column).is_not_null() & ~number.is_between(0, 1).fill_null(False)
    row_checks.drop(bad, column, f"{column} is not a number between 0 and 1", "value")
    row_checks.rows = row_checks.rows.with_columns(number.fill_null(default).alias(column))
