"""Writes of learned vectors, all of a run in the transaction that serves it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.cypher import query
from skillpath.errors import BadInput
from skillpath.graph.core import runs
from skillpath.graph.core.bulk import log_batch
from skillpath.graph.core.connection import Graph, Progress, Row, Transaction
from skillpath.graph.core.runs import OpenRun

SERVING = "embeddings"
KINDS = ("skill", "cluster", "resource", "student", "skill_text")
WRITE = {kind: query(f"vectors/write_{kind}", "rows", "run") for kind in KINDS}
CLEAR = {kind: query(f"vectors/clear_{kind}", "run") for kind in KINDS}
BATCH = 2_000
"""Vectors in one statement; each is some hundred numbers."""


@dataclass(frozen=True)
class Vectors:
    """Codes (n) and their vectors (n, d), d as the vector index of their kind wants it."""

    codes: Sequence[str]
    array: NDArray[Any]


def publish(
    graph: Graph, run: OpenRun, vectors: dict[str, Vectors], metrics: dict[str, Any], tick: Progress | None = None
) -> dict[str, int]:
    """Write vectors by kind (see `KINDS`) and serve the run; how many of each were written.

    What the run has no vector for loses the one of an earlier run; kinds that are not given stay. A process killed on
    the way leaves the vectors of the run before, all of them.

    Raises:
        BadInput: a vector is not finite; nothing was written.
        RunSuperseded: another run was opened since; nothing was written.
    """
    known = {kind: _known(kind, found) for kind, found in vectors.items()}
    counts = {kind: len(found.codes) for kind, found in known.items()}
    total = sum(counts.values())

    def work(tx: Transaction) -> None:
        done = 0
        runs.serve_within(tx, run, metrics | {"vectors": counts})
        for kind, found in known.items():
            tx.run(CLEAR[kind], run=run.id)
            for rows in _batches(found):
                started = time.monotonic()
                tx.run(WRITE[kind], rows=rows, run=run.id)
                log_batch(WRITE[kind], len(rows), started, run=run.id)
                done += len(rows)
                if tick:
                    tick(done, total)

    graph.transact(work)
    runs.log_finished(run)
    return counts


def _known(kind: str, found: Vectors) -> Vectors:
    """Those that are not zero: a vector index under cosine similarity refuses them, and they say nothing."""
    bad = np.flatnonzero(~np.isfinite(found.array).all(axis=1))
    if len(bad):
        raise BadInput(f"The learned vector of a {kind} is no number", where=found.codes[bad[0]], todo="Train again")
    keep = np.flatnonzero(np.abs(found.array).sum(axis=1))
    return Vectors([found.codes[i] for i in keep.tolist()], found.array[keep])


def _batches(found: Vectors) -> Iterator[list[Row]]:
    for start in range(0, len(found.codes), BATCH):
        part = slice(start, start + BATCH)
        pairs = zip(found.codes[part], found.array[part].tolist(), strict=True)
        yield [{"code": code, "embedding": vector} for code, vector in pairs]
