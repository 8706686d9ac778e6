"""What a run learned, written back under its id: frames in, batched ``CREATE`` out."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.connection import Graph

_SCORES = {
    name: query(f"scores/write_{name}", "rows", "run") for name in ("has", "aims_at", "lacks", "stage", "bridges")
}
_CHAINS = {
    kind: query(f"recommendations/write_{kind.lower()}_chains", "rows", "run", "weights")
    for kind in ("Job", "Resource", "Project")
}


def write_scores(graph: Graph, run: str, frames: dict[str, pl.DataFrame]) -> int:
    """Write ``has``, ``aims_at``, ``lacks``, ``stage``, ``bridges`` rows under a run; how many rows that were."""
    return sum(_write(graph, _SCORES[name], frame, run=run) for name, frame in frames.items())


def write_chains(graph: Graph, run: str, frame: pl.DataFrame, weights: list[float]) -> int:
    """Write recommendations with their relationships; how many that were.

    Args:
        frame: rows with ``kind``, Job, Resource or Project; weights: of the terms of the score.
    """
    parts = frame.partition_by("kind", as_dict=True, include_key=False, maintain_order=True)
    return sum(_write(graph, _CHAINS[str(kind)], part, run=run, weights=weights) for (kind,), part in parts.items())


def _write(graph: Graph, statement: Query, frame: pl.DataFrame, **parameters: Any) -> int:
    for batch in frame.iter_slices(graph.settings.batch):
        rows: list[dict[str, Any]] = batch.to_dicts()
        graph.write(statement, rows=rows, **parameters)
    return frame.height
