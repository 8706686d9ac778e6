"""Contract records as rows of the upsert statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from skillpath.pipeline.common.hashing import hashed, row_hash
from skillpath.pipeline.enrich.skill_extraction import EvidenceSettings
from skillpath.pipeline.ingest.contracts import Contract

SEPARATOR = "|"
"""Stands between the parts of a code that is made of several fields."""


@dataclass(frozen=True)
class Shape:
    """How records of a contract stand in the graph.

    Attributes:
        properties: property of the node or relationship = column of the cleaned record.
        links: columns that the statement makes relationships of.
        needs: what the skills of a record are to it; None where it has none.
    """

    properties: dict[str, str]
    links: tuple[str, ...] = ()
    needs: Callable[[pl.DataFrame, EvidenceSettings], pl.DataFrame] | None = field(default=None, compare=False)


def coded(records: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Records with ``code``, for those whose key has several fields, and ``content``, the hash of their fields."""
    content = row_hash(*sorted(set(records.columns) - {"row", "line"}))
    return records.with_columns(record_code(contract), content=content.cast(pl.String))


def number_undated(records: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Records of enrolments with ``position``: those with neither it nor a day get their place in the file.

    Counted for each student by itself, so that a new row changes the rows of one student and no others.

    >>> rows = pl.DataFrame({"row": [1, 2, 3], "student": ["a", "b", "a"], "at": [None] * 3, "position": [None] * 3})
    >>> from skillpath.pipeline.ingest.contracts import CONTRACTS
    >>> number_undated(rows, CONTRACTS["enrolments"])["position"].to_list()
    [1, 1, 2]
    """
    if contract.name != "enrolments":
        return records
    place = pl.col("row").rank("ordinal").over("student").cast(pl.Int64)
    is_ordered = pl.col("at").is_not_null() | pl.col("position").is_not_null()
    return records.with_columns(position=pl.when(is_ordered).then(pl.col("position")).otherwise(place))


def record_code(contract: Contract) -> pl.Expr:
    """``code``: the key's fields as one text."""
    parts = [
        pl.col(n).dt.to_string("iso:strict") if contract.fields[n].kind == "time" else pl.col(n) for n in contract.key
    ]
    return pl.concat_str(parts, separator=SEPARATOR).alias("code")


def record_rows(
    contract: Contract, records: pl.DataFrame, needs: pl.DataFrame, mentions: pl.DataFrame, settings: EvidenceSettings
) -> pl.DataFrame:
    """Rows of the contract's statement: ``code``, ``properties``, links, ``needs``, ``terms``, ``content``, ``hash``.

    The hash covers the mapping too, so a better vocabulary rewrites what it changes and nothing else.

    Args:
        records: cleaned records with ``doc``, ``code`` and ``content``; jobs with their cluster.
        needs: (doc, code, via, strength, relevance) of these records; ``mentions``: (doc, term).
    """
    shape = SHAPES[contract.name]
    properties = pl.struct([pl.col(column).alias(name) for name, column in shape.properties.items()])
    rows = records.select("doc", "code", "content", *shape.links, properties=properties)
    if shape.needs:
        skills = shape.needs(needs, settings)
        skills = skills.group_by("doc", maintain_order=True).agg(needs=pl.struct(pl.exclude("doc")))
        terms = mentions.group_by("doc", maintain_order=True).agg(terms="term")
        rows = rows.join(skills, on="doc", how="left", maintain_order="left")
        rows = rows.join(terms, on="doc", how="left", maintain_order="left")
        rows = rows.with_columns(pl.col("terms", "needs").fill_null([]))
    if contract.name == "resources":
        rows = rows.with_columns(label=records["kind"].str.to_titlecase())
    return hashed(rows.drop("doc"))


def _requirements(needs: pl.DataFrame, settings: EvidenceSettings) -> pl.DataFrame:
    essential, by_text = pl.col("via") != "text", settings.text_weight * pl.col("relevance")
    weight = pl.when(essential).then(settings.declared_weight).otherwise(by_text)
    return needs.select("doc", "code", "via", "relevance", level="strength", weight=weight)


def _gains(needs: pl.DataFrame, _: EvidenceSettings) -> pl.DataFrame:
    return needs.select("doc", "code", "via", "relevance", gain="strength")


def _levels(needs: pl.DataFrame, settings: EvidenceSettings) -> pl.DataFrame:
    return needs.select("doc", "code", level=pl.lit(settings.stated))


SHAPES: dict[str, Shape] = {
    "jobs": Shape(
        {
            "label": "title",
            "text": "text",
            "postedAt": "posted_at",
            "closesAt": "closes_at",
            "month": "month",
            "education": "education",
            "experience": "experience",
            "vacancies": "vacancies",
            "salary": "salary",
            "salaryMin": "salary_min",
            "salaryMax": "salary_max",
            "salaryCurrency": "salary_currency",
            "signature": "signature",
            "corrected": "corrected",
        },
        ("employer", "region", "industry", "cluster", "cluster_score", "cluster_via"),
        _requirements,
    ),
    "resources": Shape(
        {
            "label": "title",
            "text": "text",
            "provider": "provider",
            "prerequisites": "prerequisites",
            "startsAt": "starts_at",
            "closesAt": "closes_at",
            "hours": "hours",
            "seats": "seats",
            "corrected": "corrected",
        },
        ("region",),
        _gains,
    ),
    "projects": Shape(
        {
            "label": "title",
            "text": "text",
            "stage": "stage",
            "startedAt": "started_at",
            "endedAt": "ended_at",
            "corrected": "corrected",
        },
        ("region", "industry"),
        _requirements,
    ),
    "students": Shape(
        {
            "cohort": "cohort",
            "programme": "programme",
            "admission": "admission",
            "admissionScore": "admission_score",
            "graduatesAt": "graduates_at",
            "gender": "gender",
            "corrected": "corrected",
        },
        ("region", "target"),
        _levels,
    ),
    "enrolments": Shape(
        {
            "at": "at",
            "position": "position",
            "progress": "progress",
            "practice": "practice",
            "score": "score",
            "corrected": "corrected",
        },
        ("student", "resource"),
    ),
    "events": Shape(
        {"kind": "kind", "at": "at", "score": "score", "completion": "completion", "corrected": "corrected"},
        ("student", "resource"),
    ),
    "feedback": Shape(
        {
            "kind": "kind",
            "from": "started_at",
            "to": "ended_at",
            "outcome": "outcome",
            "rating": "rating",
            "corrected": "corrected",
        },
        ("student", "job", "employer"),
    ),
    "participation": Shape(
        {"role": "role", "joinedAt": "joined_at", "leftAt": "left_at", "corrected": "corrected"},
        ("student", "project"),
    ),
}
