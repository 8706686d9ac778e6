"""Writes of the learned progression between resources, all of a run in the transaction that serves it."""

from __future__ import annotations

import time
from typing import Any

import polars as pl

from skillpath.cypher import query
from skillpath.graph.core import runs
from skillpath.graph.core.bulk import log_batch
from skillpath.graph.core.connection import Graph, Transaction
from skillpath.graph.core.runs import OpenRun

SERVING = "progression"
_WRITE = {
    "followed_by": query("progression/write_followed_by", "rows", "run"),
    "similar_to": query("progression/write_similar_to", "rows", "run"),
    "takers": query("progression/write_takers", "rows", "run"),
}
_CLEAR_EDGES = [query(f"progression/clear_{name}", "run", "limit") for name in ("followed_by", "similar_to")]
_CLEAR_TAKERS = query("progression/clear_takers", "run")
_TEXTS = query("progression/read_texts")
BATCH = 10_000


def read_texts(graph: Graph) -> pl.DataFrame:
    """(code, title, text, provider) of all resources, by code."""
    schema = dict.fromkeys(("code", "title", "text", "provider"), pl.String)
    return graph.frame(_TEXTS, schema).sort("code")


def publish(graph: Graph, run: OpenRun, tables: dict[str, pl.DataFrame], metrics: dict[str, Any]) -> dict[str, int]:
    """Write what people went on to and serve the run; how many rows of each table were written.

    A process killed on the way leaves the progression of the run before, all of it.

    Args:
        tables: ``followed_by`` (source, target, weight, nextWeight, support, lift), ``similar_to`` (source, target,
            similarity, weight) and ``takers`` (code, takers, popularity, edition).

    Raises:
        RunSuperseded: another run was opened since; nothing was written.
    """

    def work(tx: Transaction) -> None:
        runs.serve_within(tx, run, metrics)
        for clear in _CLEAR_EDGES:
            while tx.run(clear, run=run.id, limit=BATCH)[0]["removed"]:
                pass
        tx.run(_CLEAR_TAKERS, run=run.id)
        for name, frame in tables.items():
            for batch in frame.iter_slices(BATCH):
                started = time.monotonic()
                tx.run(_WRITE[name], rows=batch.to_dicts(), run=run.id)
                log_batch(_WRITE[name], batch.height, started, run=run.id)

    graph.transact(work)
    runs.log_finished(run)
    return {name: frame.height for name, frame in tables.items()}
