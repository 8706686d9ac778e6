"""Forecasts of each job cluster and month: class probabilities, level, trend, gap, confidence and warning (10–12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats

CLASSES = ("HIGH_GROWTH", "GROWTH", "STABLE", "DECLINE", "LOW")
CHANNELS = ("text", "sequence", "graph", "series")


@dataclass(frozen=True)
class Forecasts:
    """Forecasts for C clusters at T months; a row of month m was made at its end, from nothing later.

    Attributes:
        probabilities: (C, T, 5) calibrated, in the order of `CLASSES`; they add up to 1.
        demand: (C, T) d, expected share of … postings a month over the horizon, on a log scale in [0, 1].
        trend: (C, T) Δ, expected change of log postings over the horizon.
        gap: (C, T) q, expected share of what is asked that is not there, in [0, 1].
        confidence: (C, T) c, calibrated probability of the likeliest class.
        warning_index: (C, T) r. warning: (C, T) r above the threshold.
        gates: (C, T, 4) weight of each of `CHANNELS` in the fusion; they add up to 1.
        made: (T,) which months have a forecast (NaN elsewhere).
    """

    probabilities: Floats
    demand: Floats
    trend: Floats
    gap: Floats
    confidence: Floats
    warning_index: Floats
    warning: NDArray[np.bool_]
    gates: Floats
    made: NDArray[np.bool_]
