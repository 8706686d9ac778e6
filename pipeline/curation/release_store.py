"""Releases stored in the graph: read back, updated and exported."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.graph.core.connection import Graph, Query
from skillpath.graph.curation.vocabulary_queries import EVERY, LINK_REPLACED, READ, REPLACEMENTS, UNLINK, VANISHED
from skillpath.ontology.release.diff import ReleaseDiff
from skillpath.ontology.release.redirects import known_pairs
from skillpath.ontology.release.release import REJECTED, REPLACED, SCHEMAS, Release

SORTED_BY = {name: list(schema)[:2] for name, schema in SCHEMAS.items()}


def stored_frames(graph: Graph, source: str) -> dict[str, pl.DataFrame]:
    """The frames of `SCHEMAS` as the last import of ``source`` left them."""
    return {name: _frame(graph, name, statement, source=source) for name, statement in READ.items()}


def replacements(graph: Graph) -> pl.DataFrame:
    """(old, new) of every redirect."""
    return graph.frame(REPLACEMENTS, REPLACED).sort("old", "new")


def remove_vanished(graph: Graph, changes: ReleaseDiff, version: str) -> dict[str, int]:
    """Deprecate concepts and remove links that the newer release does not have; how many of each."""
    removed = {}
    for name, change in changes.changes.items():
        rows = change.vanished
        for batch in rows.iter_slices(graph.settings.batch):
            if name in VANISHED:
                graph.write(VANISHED[name], codes=batch["code"].to_list(), version=version)
            else:
                graph.write(UNLINK[name], rows=batch.to_dicts())
        removed[name] = rows.height
    return removed


def link_replaced(graph: Graph, pairs: pl.DataFrame) -> None:
    """Write redirects that a release tells."""
    if pairs.height:
        graph.write(LINK_REPLACED, rows=pairs.to_dicts())


def exported(graph: Graph, source: str | None, version: str) -> Release:
    """The current vocabulary, with what stewards decided: of one source, or of all.

    Raises:
        BadInput: there is no such source.
    """
    frames = {name: _frame(graph, name, EVERY[name], source=source) for name in ("skills", "clusters")}
    if frames["skills"].is_empty():
        raise BadInput("There is nothing to export", where=source or "graph", todo="See `skillpath ontology quality`")
    codes, clusters = frames["skills"]["code"].implode(), frames["clusters"]["code"].implode()
    within = {
        "broader": pl.col("child").is_in(codes) & pl.col("parent").is_in(codes),
        "related": pl.col("source").is_in(codes) & pl.col("target").is_in(codes),
        "requirements": pl.col("cluster").is_in(clusters) & pl.col("skill").is_in(codes),
    }
    for name, wanted in within.items():
        frames[name] = _frame(graph, name, EVERY[name]).filter(wanted)
    return Release(
        name=source or "skillpath",
        version=version,
        rejected=pl.DataFrame(schema=REJECTED),
        replaced=known_pairs(replacements(graph), frames["skills"]["code"]),
        **frames,
    )


def _frame(graph: Graph, name: str, statement: Query, **parameters: Any) -> pl.DataFrame:
    frame = graph.frame(statement, SCHEMAS[name], **parameters).sort(SORTED_BY[name])
    if "altLabels" in frame.columns:
        frame = frame.with_columns(pl.col("altLabels").fill_null([]).list.sort())
    return frame
