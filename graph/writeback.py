"""What a run learned, written back under its id: frames in, batched ``CREATE`` out."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.connection import Graph

_SCORES = {name: query(f"scores/write_{name}", "rows", "run") for name in ("has", "aims_at", "lacks", "bridges")}
_CHAINS = {
    "TRAINING": query("recommendations/write_resource_chains", "rows", "run"),
    "JOB": query("recommendations/write_job_chains", "rows", "run"),
    "VENTURE": query("recommendations/write_project_chains", "rows", "run"),
}
_EMBEDDINGS = {
    name: query(f"scores/write_{name}_embeddings", "rows", "run")
    for name in ("skill", "cluster", "resource", "student")
}


def write_scores(graph: Graph, run: str, frames: dict[str, pl.DataFrame]) -> int:
    """Write ``has``, ``aims_at``, ``lacks``, ``bridges`` rows under a run; how many rows that were."""
    return sum(_write(graph, _SCORES[name], frame, run) for name, frame in frames.items())


def write_chains(graph: Graph, run: str, path: str, frame: pl.DataFrame) -> int:
    """Write one path's recommendations with their relationships; how many that were."""
    return _write(graph, _CHAINS[path], frame, run)


def write_embeddings(graph: Graph, run: str, kind: str, frame: pl.DataFrame) -> int:
    """Write learned vectors (columns ``code``, ``embedding``) of skills, clusters, resources or students."""
    return _write(graph, _EMBEDDINGS[kind], frame, run)


def _write(graph: Graph, statement: Query, frame: pl.DataFrame, run: str) -> int:
    for batch in frame.iter_slices(graph.settings.batch):
        rows: list[dict[str, Any]] = batch.to_dicts()
        graph.write(statement, rows=rows, run=run)
    return frame.height
