"""SKOS concepts as rows, each with a code."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput
from skillpath.ontology.formats.skos.statements import BLANK, LANGUAGE, OCCUPATION, SKILL, Statements
from skillpath.ontology.matching.text_cleaning import DAMAGED, clean_line

SINGLES = {
    "dct:identifier": "identifier",
    "skos:notation": "notation",
    "skos:definition": "definition",
    "ours:kind": "kind",
    "ours:status": "status",
    "ours:isco": "isco",
    "ours:address": "address",
    "owl:deprecated": "deprecated",
}
CODED_FROM_ADDRESS = "skos:"


def read_concepts(statements: Statements, path: Path) -> pl.DataFrame:
    """One row for each concept, skills and occupations alike, with what the checks ask for.

    ``iri`` is the address within the graph, ``uri`` the one to keep (null for the addresses that the writer makes).

    Raises:
        BadInput: there is no concept at all.
    """
    concepts = statements.of_type("skos:Concept")
    if not concepts:
        raise BadInput("The file holds no skos:Concept", where=str(path), todo="Give a SKOS vocabulary")
    frame = pl.DataFrame({"iri": concepts})
    for name, column in SINGLES.items():
        frame = _joined(frame, statements.first(name, column).drop("language"))
    labels = statements.frame("skos:prefLabel", "label")
    twice = labels.filter(pl.struct("iri", "language").is_duplicated())["iri"]
    frame = _joined(frame, statements.first("skos:prefLabel", "label"))
    frame = _joined(frame, _other_labels(statements, frame)).with_columns(
        *_readings(),
        pl.col("altLabels").fill_null([]),
        twice=pl.col("iri").is_in(twice.implode()),
        blank=pl.col("iri").str.starts_with(BLANK),
    )
    # Names of blank nodes are drawn anew at each reading: their labels put them in order.
    return _coded(frame.sort("blank", pl.when("blank").then("label").otherwise("iri"))).with_row_index("row", offset=1)


def _joined(frame: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    return frame.join(more, on="iri", how="left", maintain_order="left")


def _readings() -> list[pl.Expr]:
    """What kind of thing a concept is, its status and the address to keep."""
    dead = pl.col("deprecated").str.to_lowercase().is_in(["true", "1"]).fill_null(False)
    made = pl.col("iri").str.starts_with(SKILL) | pl.col("iri").str.starts_with(OCCUPATION)
    return [
        (pl.col("kind") == "occupation").fill_null(False).alias("occupation"),
        pl.col("kind").fill_null("skill"),
        pl.coalesce("status", pl.when(dead).then(pl.lit("deprecated")).otherwise(pl.lit("released"))).alias("status"),
        pl.when(made).then("address").otherwise(pl.coalesce("address", "iri")).alias("uri"),
    ]


def _other_labels(statements: Statements, frame: pl.DataFrame) -> pl.DataFrame:
    """(iri, altLabels): English ones, those without language, and those in the language of the preferred label."""
    others = statements.frame("skos:altLabel", "alt").join(
        frame.select("iri", "label", chosen="language"), on="iri", how="inner", maintain_order="left"
    )
    near = pl.col("language").is_in([LANGUAGE, ""]) | pl.col("language").str.starts_with(f"{LANGUAGE}-")
    # A damaged label stays as it is, so that its concept can be turned away.
    alt = pl.when(pl.col("alt").str.contains(DAMAGED)).then("alt").otherwise(clean_line(pl.col("alt")))
    kept = others.filter(near | (pl.col("language") == pl.col("chosen"))).with_columns(alt.alias("alt"))
    kept = kept.filter(pl.col("alt").ne_missing(clean_line(pl.col("label")))).drop_nulls("alt")
    return kept.group_by("iri").agg(altLabels=pl.col("alt").unique().sort())


def _coded(frame: pl.DataFrame) -> pl.DataFrame:
    """The code each concept states, or one made of notation or address, longer where two would be the same."""
    ending = pl.col("iri").str.extract(r"([^/#]+)[/#]?$").fill_null(pl.col("iri"))
    made = pl.lit(CODED_FROM_ADDRESS) + pl.coalesce("notation", ending)
    frame = frame.with_columns(code=pl.coalesce("identifier", made))
    shared = pl.col("identifier").is_null() & pl.struct("code", "occupation").is_duplicated()
    digest = pl.col("iri").map_elements(_digest, return_dtype=pl.String)
    return frame.with_columns(code=pl.when(shared).then(pl.col("code") + "-" + digest).otherwise("code"))


def _digest(address: str) -> str:
    return blake2b(address.encode(), digest_size=4).hexdigest()
