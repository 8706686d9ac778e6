"""Forecasts as rows of the graph: one for each job cluster and month that has one."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.embeddings.history import History
from skillpath.embeddings.model_forecasts import CHANNELS, CLASSES, Forecasts
from skillpath.graph.learning.forecasts import SCHEMA

_NUMBERS = {
    "demand": "demand",
    "trend": "trend",
    "gap": "gap",
    "confidence": "confidence",
    "warningIndex": "warning_index",
}


def forecast_rows(history: History, forecasts: Forecasts) -> pl.DataFrame:
    """Rows of `graph.forecasts.SCHEMA`, by month and cluster.

    Args:
        forecasts: of the clusters and months of ``history``; months without one give no row.
    """
    months = np.flatnonzero(forecasts.made)
    periods = (history.first_month + months).astype("datetime64[D]")
    likeliest = forecasts.probabilities[:, months].argmax(axis=2)
    columns = {
        "cluster": np.tile(np.array(history.codes["cluster"], dtype=object), len(months)),
        "period": np.repeat(periods, history.size("cluster")),
        "demandClass": np.array(CLASSES, dtype=object)[_flat(likeliest)],
        "probabilities": _flat(forecasts.probabilities[:, months]).tolist(),
        "warning": _flat(forecasts.warning[:, months]),
    }
    columns |= {name: _flat(getattr(forecasts, field)[:, months]) for name, field in _NUMBERS.items()}
    gates = _flat(forecasts.gates[:, months])
    columns |= {f"gate{channel.title()}": gates[:, i] for i, channel in enumerate(CHANNELS)}
    return pl.DataFrame({name: pl.Series(columns[name], dtype=kind) for name, kind in SCHEMA.items()})


def _flat(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """(C, M, …) as (M · C, …), month after month."""
    return values.swapaxes(0, 1).reshape(-1, *values.shape[2:])
