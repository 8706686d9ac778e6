"""Publishing of a trained model's vectors and forecasts to the graph."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.history import History
from skillpath.embeddings.model_forecasts import Forecasts
from skillpath.errors import BadInput
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import forecasts as foreseen
from skillpath.graph.learning import vectors
from skillpath.graph.learning.vectors import Vectors
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.training.forecast_rows import forecast_rows

CODES = {"skill": "skill", "cluster": "cluster", "resource": "resource", "student": "student", "skill_text": "skill"}
"""Whose codes in a history the rows of a kind of vectors follow."""


def publish_learned(
    graph: Graph,
    history: History,
    learned: dict[str, NDArray[Any]],
    forecasts: Forecasts,
    params: dict[str, Any],
    metrics: dict[str, Any],
    report: Reporter,
    clock: float | None = None,
) -> dict[str, Any]:
    """Write both and serve both; ids of their runs, and how much was written.

    Args:
        learned: kind (see `graph.vectors.KINDS`) → (n, d), rows in the order of the history's codes.
        params, metrics: kept with the runs.
        clock: ``time.monotonic()`` when the training began, for the log.

    Raises:
        BadInput: vectors of another number of things than the history has, or values that are no numbers; of what
            was refused nothing was written.
    """
    found = _matched(history, learned)
    rows = forecast_rows(history, forecasts)
    # Before the vectors go out: a model that says nonsense of one should not be served with the other.
    foreseen.check_finite(rows)
    run = runs.open_run(graph, "train", params, vectors.SERVING, clock=clock)
    with report.step("write vectors back") as tick:
        written = vectors.publish(graph, run, found, metrics, tick)
    forecast_run = runs.open_run(graph, "forecast", {"train": run.id, **params}, foreseen.SERVING)
    with report.step("write forecasts") as tick:
        foreseen.publish(graph, forecast_run, rows, metrics, tick)
    return {"run": run.id, "forecastRun": forecast_run.id, "vectors": written, "forecasts": rows.height}


def _matched(history: History, learned: dict[str, NDArray[Any]]) -> dict[str, Vectors]:
    for kind, array in learned.items():
        if len(array) != history.size(CODES[kind]):
            raise BadInput(
                f"{len(array)} vectors for {history.size(CODES[kind])} things of kind {kind}",
                where="what was learned",
                todo="Train again on the graph as it stands",
            )
    return {kind: Vectors(history.codes[CODES[kind]], np.asarray(array)) for kind, array in learned.items()}
