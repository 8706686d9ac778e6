"""Reads an ESCO release from its tables, CSV as published or Parquet: skills, groups, occupations, relations."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillpath.ontology.formats.assembly import (
    ReleaseParts,
    assemble,
    check_broader,
    check_concepts,
    check_related,
    check_requirements,
)
from skillpath.ontology.formats.open_tables import open_table
from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.matching.text_cleaning import clean_list
from skillpath.ontology.release.release import Release, RequirementDefaults

PREFIX = "http://data.europa.eu/esco/"
SHORT = "esco:"
_CONCEPT = ("conceptUri", "preferredLabel", "altLabels", "status", "description")
_OPTIONAL = ("definition", "modifiedDate", "inScheme", "status")
"""Columns that not every release or table has."""
PUBLISHED = {
    "skills": "skills",
    "skill_groups": "skillGroups",
    "occupations": "occupations",
    "broader_skill": "broaderRelationsSkillPillar",
    "skill_skill": "skillSkillRelations",
    "occupation_skill": "occupationSkillRelations",
}
"""Names of the tables in the published CSV download, which a language follows."""
_RELATIONS = ("essential", "optional")


def code_of(uri: str) -> str:
    """The compact code of an ESCO address.

    >>> code_of("http://data.europa.eu/esco/isced-f/00")
    'esco:isced-f/00'
    """
    return SHORT + uri.removeprefix(PREFIX)


def uri_of(code: str) -> str:
    """The ESCO address of a compact code.

    >>> uri_of("esco:isced-f/00")
    'http://data.europa.eu/esco/isced-f/00'
    """
    return PREFIX + code.removeprefix(SHORT)


def read_esco(folder: Path, defaults: RequirementDefaults | None = None) -> Release:
    """Read the tables of ``folder``: esco_*.parquet, or the published CSV (1.1 and 1.2).

    Raises:
        BadInput: a file is missing or cannot be used.

    The files carry no release number: ``version`` is the latest modification date of a skill.
    """
    skills = _skills(folder)
    groups = _groups(folder, skills.rows["code"])
    clusters = _clusters(folder)
    codes = pl.concat([skills.rows["code"], groups.rows["code"]])
    parts = ReleaseParts(
        skills=[skills, groups],
        broader=[_broader(folder, codes)],
        related=[_related(folder, codes)],
        clusters=[clusters],
        requirements=[_requirements(folder, clusters.rows["code"], codes, defaults or RequirementDefaults())],
    )
    modified = skills.rows["modifiedDate"].max()
    return assemble("ESCO", str(modified)[:10] if modified else "undated", parts)


def _open(folder: Path, name: str, columns: tuple[str, ...]) -> RowChecks:
    published = PUBLISHED[name]
    optional = tuple(c for c in columns if c in _OPTIONAL)
    required = tuple(c for c in columns if c not in _OPTIONAL)
    names = (f"esco_{name}.parquet", f"{published}_en.csv", f"{published}.csv")
    return open_table(folder, names, required, optional)


def _addresses(row_checks: RowChecks, **columns: str) -> None:
    """Turn columns of ESCO addresses into columns of codes: ``new=old``."""
    for new, old in columns.items():
        row_checks.text(old)
        stranger = ~pl.col(old).str.starts_with(PREFIX)
        row_checks.drop(stranger, old, f"{old} is not an address that starts with {PREFIX}", "code")
        row_checks.names[new] = old
        code = pl.lit(SHORT) + pl.col(old).str.strip_prefix(PREFIX)
        row_checks.rows = row_checks.rows.with_columns(code.alias(new))


def _concepts(row_checks: RowChecks, taken: list[pl.Series]) -> None:
    _addresses(row_checks, code="conceptUri")
    kept = row_checks.rows.rename({"preferredLabel": "label", "conceptUri": "uri"})
    given = pl.col("definition") if "definition" in kept.columns else pl.lit(None, pl.String)
    row_checks.rows = kept.with_columns(
        altLabels=clean_list(pl.col("altLabels"), "\n", "label"),
        definition=pl.coalesce(pl.when(given.str.strip_chars() != "").then(given), "description"),
        status=pl.when(pl.col("status").fill_null("released") == "released")
        .then(pl.lit("released"))
        .otherwise(pl.lit("deprecated")),
    )
    check_concepts(row_checks, taken)


def _skills(folder: Path) -> RowChecks:
    more = ("skillType", "reuseLevel", "inScheme", "definition", "modifiedDate")
    row_checks = _open(folder, "skills", (*_CONCEPT, *more))
    _concepts(row_checks, [])
    kind = (
        pl.when(pl.col("inScheme").str.contains("skill-language-groups"))
        .then(pl.lit("language"))
        .when(pl.col("reuseLevel") == "transversal")
        .then(pl.lit("transversal"))
        .when(pl.col("skillType") == "knowledge")
        .then(pl.lit("knowledge"))
        .otherwise(pl.lit("skill"))
    )
    row_checks.rows = row_checks.rows.with_columns(kind=kind)
    return row_checks


def _groups(folder: Path, taken: pl.Series) -> RowChecks:
    row_checks = _open(folder, "skill_groups", _CONCEPT)
    _concepts(row_checks, [taken])
    row_checks.rows = row_checks.rows.with_columns(kind=pl.lit("group"))
    return row_checks


def _clusters(folder: Path) -> RowChecks:
    row_checks = _open(folder, "occupations", (*_CONCEPT, "definition", "iscoGroup"))
    _concepts(row_checks, [])
    row_checks.rows = row_checks.rows.rename({"iscoGroup": "isco"})
    return row_checks


def _broader(folder: Path, codes: pl.Series) -> RowChecks:
    row_checks = _open(folder, "broader_skill", ("conceptUri", "broaderUri"))
    _addresses(row_checks, child="conceptUri", parent="broaderUri")
    check_broader([row_checks], codes)
    return row_checks


def _related(folder: Path, codes: pl.Series) -> RowChecks:
    row_checks = _open(folder, "skill_skill", ("originalSkillUri", "relationType", "relatedSkillUri"))
    _addresses(row_checks, source="originalSkillUri", target="relatedSkillUri")
    row_checks.text("relationType")
    row_checks.among("relationType", _RELATIONS)
    row_checks.rows = row_checks.rows.with_columns(kind="relationType")
    check_related(row_checks, codes)
    return row_checks


def _requirements(folder: Path, clusters: pl.Series, skills: pl.Series, defaults: RequirementDefaults) -> RowChecks:
    row_checks = _open(folder, "occupation_skill", ("occupationUri", "relationType", "skillUri"))
    _addresses(row_checks, cluster="occupationUri", skill="skillUri")
    row_checks.text("relationType")
    row_checks.among("relationType", _RELATIONS)
    check_requirements(row_checks, clusters, skills)
    essential = pl.col("relationType") == "essential"
    row_checks.rows = row_checks.rows.with_columns(
        essential=essential, level=defaults.level(essential), weight=defaults.weight(essential)
    )
    return row_checks
