"""Error metrics of count forecasts: MAE, RMSE, SMAPE and RRMSE."""

from __future__ import annotations

import numpy as np

from skillpath.embeddings.common.arrays import Floats

METRICS = ("MAE", "RMSE", "SMAPE", "RRMSE")


def compute_errors(actual: Floats, forecast: Floats) -> dict[str, float]:
    """All four over every series, step and origin with equal weight; smaller is better.

    SMAPE = 100 · mean(|e| / (|y| + |ŷ|)), 0 where both are 0; RRMSE = 100 · √(Σe² / Σy²), NaN where all y are 0.

    >>> compute_errors(np.array([0.0, 3.0]), np.array([0.0, 1.0]))["SMAPE"]
    25.0
    """
    wrong, size = np.abs(actual - forecast), np.abs(actual) + np.abs(forecast)
    squares, energy = float(np.sum(wrong**2)), float(np.sum(actual**2))
    return {
        "MAE": float(wrong.mean()),
        "RMSE": float(np.sqrt(squares / actual.size)),
        "SMAPE": float(100 * np.divide(wrong, size, out=np.zeros_like(wrong), where=size > 0).mean()),
        "RRMSE": float(100 * np.sqrt(squares / energy)) if energy > 0 else float("nan"),
    }
