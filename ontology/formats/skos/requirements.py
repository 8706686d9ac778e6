"""Requirements of occupations read from an RDF graph."""

from __future__ import annotations

import polars as pl

from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.formats.skos.statements import Statements
from skillpath.ontology.release.release import RequirementDefaults

PLAIN = {"ours:requiresEssential": "true", "ours:requiresOptional": "false"}
PARTS = ("skill", "essential", "level", "weight")
COLUMNS = ("cluster", *PARTS)


def read_needs(statements: Statements, file: str) -> RowChecks:
    """Requirements with both ends by address; those that do not say skill, level and weight are turned away."""
    row_checks = RowChecks(
        file, pl.concat([_plain(statements), _detailed(statements)]).sort(COLUMNS).with_row_index("row", offset=1)
    )
    row_checks.drop(pl.col("skill").is_null(), "skill", "the requirement names no skill", "missing")
    row_checks.among("essential", tuple(PLAIN.values()))
    row_checks.drop(
        pl.col("essential").is_null(), "essential", "the requirement is neither essential nor not", "missing"
    )
    for column in ("level", "weight"):
        number = pl.col(column).cast(pl.Float64, strict=False)
        bad = ~number.is_between(0, 1).fill_null(False)
        row_checks.drop(bad, column, f"{column} is not a number between 0 and 1", "value")
    numbers = pl.col("level", "weight").cast(pl.Float64, strict=False)
    row_checks.rows = row_checks.rows.with_columns(numbers, pl.col("essential") == "true")
    return row_checks


def _plain(statements: Statements) -> pl.DataFrame:
    """Requirements that are one statement and have the usual level and weight."""
    usual, essential = RequirementDefaults(), pl.col("essential") == "true"
    links = statements.links(PLAIN, ("cluster", "skill")).with_columns(
        essential=pl.col("predicate").replace_strict(PLAIN)
    )
    numbers = (usual.level(essential).alias("level"), usual.weight(essential).alias("weight"))
    return links.with_columns(numbers).select(COLUMNS).cast(pl.String)


def _detailed(statements: Statements) -> pl.DataFrame:
    """Requirements that are a node of their own."""
    frame = statements.links(["ours:requires"], ("cluster", "iri"))
    for name in PARTS:
        part = statements.first(f"ours:{name}", name).drop("language")
        frame = frame.join(part, on="iri", how="left", maintain_order="left")
    return frame.select(COLUMNS)
