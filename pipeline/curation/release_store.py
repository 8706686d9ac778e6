"""Releases as the graph keeps them: read back by source, and brought up to a newer one."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.errors import BadInput
from skillpath.graph.core.connection import Graph
from skillpath.ontology.release.diff import ReleaseDiff
from skillpath.ontology.release.redirects import known_pairs
from skillpath.ontology.release.release import REJECTED, REPLACED, SCHEMAS, Release

READ = {
    "skills": query("skills/read_release", "source"),
    "clusters": query("clusters/read_release", "source"),
    "broader": query("skills/read_release_broader", "source"),
    "related": query("skills/read_release_related", "source"),
    "requirements": query("clusters/read_release_requirements", "source"),
}
VANISHED = {
    "skills": query("skills/deprecate_vanished", "codes", "version"),
    "clusters": query("clusters/mark_vanished", "codes", "version"),
}
UNLINK = {
    "broader": query("skills/unlink_broader", "rows"),
    "related": query("skills/unlink_related", "rows"),
    "requirements": query("clusters/unlink_requirements", "rows"),
}
EVERY = {
    "skills": query("skills/export_skills", "source"),
    "clusters": query("clusters/export_clusters", "source"),
    "broader": query("skills/export_broader"),
    "related": query("skills/export_related"),
    "requirements": query("clusters/export_requirements"),
}
REPLACEMENTS = query("skills/read_replaced")
LINK_REPLACED = query("skills/link_replaced", "rows")
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
    """The vocabulary as it stands, with what stewards decided: of one source, or of all.

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
