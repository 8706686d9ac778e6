"""Forecasts in the graph: written by month under a run, then served together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from skillpath.cypher import query
from skillpath.errors import SkillpathError
from skillpath.graph.core import runs
from skillpath.graph.core.bulk import log_batch
from skillpath.graph.core.connection import Graph, Progress, Row, Transaction
from skillpath.graph.core.reads import by_owner
from skillpath.graph.core.runs import OpenRun

SERVING = "forecasts"
WRITE = query("forecasts/write_forecasts", "rows", "run")
SET_CURRENT = query("forecasts/set_current", "rows", "run")
CLEAR_CURRENT = query("forecasts/clear_current", "run")
SWEEP = query("forecasts/sweep_forecasts", "keep", "limit")
HISTORY = query("forecasts/read_history", "codes", "run", "from")
CURRENT = query("forecasts/read_current", "codes")
SCHEMA: dict[str, Any] = {
    "cluster": pl.String,
    "period": pl.Date,
    "demandClass": pl.String,
    "probabilities": pl.List(pl.Float64),
    "demand": pl.Float64,
    "trend": pl.Float64,
    "gap": pl.Float64,
    "confidence": pl.Float64,
    "warningIndex": pl.Float64,
    "warning": pl.Boolean,
    "gateText": pl.Float64,
    "gateSequence": pl.Float64,
    "gateGraph": pl.Float64,
    "gateSeries": pl.Float64,
}
"""Columns of forecasts: ``period`` is the first day of the month at whose end each was made."""


class NotANumber(SkillpathError):
    """A value that was to be written is not finite."""

    code = "BAD_INPUT"


def publish(
    graph: Graph, run: OpenRun, rows: pl.DataFrame, metrics: dict[str, Any], tick: Progress | None = None
) -> None:
    """Write forecasts under a run, then serve them all at once and sweep those of other runs.

    Until the last moment readers see the run before; a process killed on the way leaves that one whole.

    Args:
        rows: see `SCHEMA`; the last month of each cluster is what stands on the cluster itself.

    Raises:
        NotANumber: a value is missing, NaN or infinite; nothing was written.
        RunSuperseded: another forecast run was opened since; what this one wrote is swept by that one.
    """
    check_finite(rows)
    before = runs.current(graph, SERVING)
    sweep(graph, keep=before["id"] if before else "")
    done = 0
    for batch in rows.iter_slices(graph.settings.batch):
        started = time.monotonic()
        graph.write(WRITE, rows=batch.to_dicts(), run=run.id)
        log_batch(WRITE, batch.height, started, run=run.id)
        done += batch.height
        if tick:
            tick(done, rows.height)
    now = rows.sort("period").unique("cluster", keep="last").sort("cluster").to_dicts()

    def flip(tx: Transaction) -> None:
        runs.serve_within(tx, run, metrics)
        tx.run(CLEAR_CURRENT, run=run.id)
        tx.run(SET_CURRENT, rows=now, run=run.id)

    graph.transact(flip)
    runs.log_finished(run)
    sweep(graph, keep=run.id)


def sweep(graph: Graph, keep: str) -> int:
    """Remove the forecasts of every run but ``keep``; how many that were."""
    return runs.sweep_in_batches(graph, SWEEP, keep)


def check_finite(rows: pl.DataFrame) -> None:
    """Raise unless every value is there and finite.

    Raises:
        NotANumber: one is not; it says which, of which cluster and month.
    """
    for name, kind in SCHEMA.items():
        column = pl.col(name)
        if isinstance(kind, pl.List):
            fine = column.list.eval(pl.element().is_finite().fill_null(False)).list.all()
        else:
            fine = column.is_finite() if kind == pl.Float64 else column.is_not_null()
        bad = rows.filter(~fine.fill_null(False))
        if bad.height:
            where = f"{bad['cluster'][0]}, {bad['period'][0]}"
            todo = "Train again; if it stays, report it with the settings of the run"
            raise NotANumber(f"The forecast's {name} is no number", where=where, todo=todo)


def monthly(graph: Graph, clusters: Sequence[str], start: date) -> list[list[Row]]:
    """Forecasts of the served run for each cluster at the end of each month from ``start`` on, the oldest first.

    Rows have ``period`` (a date), ``demand``, ``gap`` and ``demandClass``; none before the first forecast run.
    """
    run = runs.current(graph, SERVING)
    if run is None:
        return [[] for _ in clusters]
    found = by_owner(graph, HISTORY, clusters, run=run["id"], **{"from": start.isoformat()})
    return [[row | {"period": date.fromisoformat(row["period"])} for row in rows] for rows in found]
