"""What a run learned, written back under its id: frames in, batched ``CREATE`` out."""

from __future__ import annotations

from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.connection import Graph, Transaction
from skillpath.graph.runs import SERVING, RunSuperseded

_SCORES = {
    name: query(f"scores/write_{name}", "rows", "run") for name in ("has", "aims_at", "lacks", "stage", "bridges")
}
_CHAINS = {
    kind: query(f"recommendations/write_{kind.lower()}_chains", "rows", "run", "weights")
    for kind in ("Job", "Resource", "Project")
}

_CLEAR = query("scores/clear_students", "codes", "run")
_HOLD = query("runs/hold_run", "run", "serving")


def write_scores(graph: Graph, run: str, frames: dict[str, pl.DataFrame]) -> int:
    """Write ``has``, ``aims_at``, ``lacks``, ``stage``, ``bridges`` rows under a run; how many rows that were."""
    return sum(_write(graph, _SCORES[name], frame, run=run) for name, frame in frames.items())


def rewrite_students(
    graph: Graph,
    run: str,
    codes: list[str],
    frames: dict[str, pl.DataFrame],
    chains: pl.DataFrame,
    weights: list[float],
) -> None:
    """Replace what the served run says of some students, in one transaction.

    Args:
        frames: as for `write_scores`; chains, weights: as for `write_chains`.

    Raises:
        RunSuperseded: the run is not served any more; nothing was changed.
    """

    def work(tx: Transaction) -> None:
        if not tx.run(_HOLD, run=run, serving=SERVING):
            raise RunSuperseded("The run is not served any more", where=run, todo="Refresh again")
        tx.run(_CLEAR, codes=codes, run=run)
        for name, frame in frames.items():
            for batch in frame.iter_slices(graph.settings.batch):
                tx.run(_SCORES[name], rows=batch.to_dicts(), run=run)
        for kind, part in _by_kind(chains).items():
            for batch in part.iter_slices(graph.settings.batch):
                tx.run(_CHAINS[kind], rows=batch.to_dicts(), run=run, weights=weights)

    graph.transact(work)


def write_chains(graph: Graph, run: str, frame: pl.DataFrame, weights: list[float]) -> int:
    """Write recommendations with their relationships; how many that were.

    Args:
        frame: rows with ``kind``, Job, Resource or Project; weights: of the terms of the score.
    """
    return sum(_write(graph, _CHAINS[kind], part, run=run, weights=weights) for kind, part in _by_kind(frame).items())


def _by_kind(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = {kind: frame.filter(kind=kind).drop("kind") for kind in _CHAINS}
    return {kind: part for kind, part in parts.items() if part.height}


def _write(graph: Graph, statement: Query, frame: pl.DataFrame, **parameters: Any) -> int:
    for batch in frame.iter_slices(graph.settings.batch):
        rows: list[dict[str, Any]] = batch.to_dicts()
        graph.write(statement, rows=rows, **parameters)
    return frame.height
