"""Contract records and their evidence as rows that one upsert statement takes."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from skillpath.cypher import Query
from skillpath.graph import bulk
from skillpath.pipeline.evidence import Evidence, EvidenceSettings
from skillpath.pipeline.vocabulary import Vocabulary

_DROPPED = ("row", "line", "skills", "doc")


def term_rows(evidence: Evidence) -> pl.DataFrame:
    """Rows for the source's terms."""
    return _hashed(evidence.terms)


def record_rows(
    contract: str,
    records: pl.DataFrame,
    evidence: Evidence,
    vocabulary: Vocabulary,
    settings: EvidenceSettings,
) -> pl.DataFrame:
    """Rows for jobs, resources, projects or students: their fields, ``needs``, ``terms`` and a content hash.

    The hash covers the mapping too, so a better vocabulary rewrites what it changes and nothing else.
    """
    documents = records.with_row_index("doc").with_columns(pl.col("doc").cast(pl.Int64))
    needs = _SHAPES[contract](evidence.needs, settings)
    needs = needs.group_by("doc", maintain_order=True).agg(needs=pl.struct(pl.exclude("doc")))
    terms = evidence.mentions.group_by("doc", maintain_order=True).agg(terms="term")
    rows = documents.join(needs, on="doc", how="left", maintain_order="left").join(
        terms, on="doc", how="left", maintain_order="left"
    )
    rows = rows.with_columns(pl.col("terms", "needs").fill_null([]))
    if contract == "jobs":
        clusters = vocabulary.headline_clusters(records["title"].to_list())
        rows = rows.join(clusters, on="doc", how="left", maintain_order="left")
    if contract == "resources":
        rows = rows.with_columns(label=pl.col("kind").str.to_titlecase())
    return _hashed(rows.drop(_DROPPED, strict=False))


def enrolment_rows(records: pl.DataFrame) -> pl.DataFrame:
    """Rows for enrolments; progress that a source does not give counts as not begun."""
    return _hashed(records.drop(_DROPPED, strict=False).with_columns(pl.col("progress").fill_null(0.0)))


def _requirements(needs: pl.DataFrame, settings: EvidenceSettings) -> pl.DataFrame:
    essential = pl.col("via") != "text"
    weight = pl.when(essential).then(settings.declared_weight).otherwise(settings.text_weight)
    return needs.select("doc", "code", "via", level="strength", weight=weight)


def _gains(needs: pl.DataFrame, _: EvidenceSettings) -> pl.DataFrame:
    return needs.select("doc", "code", "via", gain="strength")


def _levels(needs: pl.DataFrame, settings: EvidenceSettings) -> pl.DataFrame:
    return needs.select("doc", "code", level=pl.lit(settings.stated))


def _hashed(rows: pl.DataFrame) -> pl.DataFrame:
    content = pl.struct(pl.all()).struct.json_encode().hash(seed=0)
    return rows.with_columns(hash=content.cast(pl.String))


_SHAPES: dict[str, Callable[[pl.DataFrame, EvidenceSettings], pl.DataFrame]] = {
    "jobs": _requirements,
    "projects": _requirements,
    "resources": _gains,
    "students": _levels,
}

UPSERTS: dict[str, Query] = {
    "jobs": bulk.UPSERT_JOBS,
    "projects": bulk.UPSERT_PROJECTS,
    "resources": bulk.UPSERT_RESOURCES,
    "students": bulk.UPSERT_STUDENTS,
}
