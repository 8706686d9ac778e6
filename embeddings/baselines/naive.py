"""Baselines without learning: the last value, and last year's change between quarters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.baselines.baseline_inputs import compute_seasonal_change
from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.evaluation.outlook import Outlook, empty_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets

ERRORS = 199
"""Quantiles of the errors in training that stand for what may come."""


@dataclass(frozen=True)
class NaiveSettings:
    """How far last year's change from a quarter to the next is believed: not at all (last value), or in full (1)."""

    season: float = 0.0


def forecast_naive(counts: Floats, targets: ForecastTargets, horizon: int, settings: NaiveSettings) -> Outlook:
    """Forecast Δ as the believed share of last year's, with the errors this made in training around it.

    The gap stays as it is. Until a year is known, last year's change counts as none.
    """
    origins = np.flatnonzero(targets.known.all(axis=0))
    change, known = compute_seasonal_change(counts, origins, horizon, 1)
    mean = settings.season * np.where(known, change, 0.0)
    trained = np.isin(origins, targets.split.train)
    errors = np.quantile((targets.trend[:, origins] - mean)[:, trained], np.linspace(0, 1, ERRORS + 2)[1:-1])
    outlook = empty_outlook(*targets.past.shape)
    limits, past = targets.thresholds, targets.past[:, origins]
    trend = mean[..., None] + errors
    future = np.maximum((past + limits.smoothing)[..., None] * np.exp(trend) - limits.smoothing, 0.0)
    label = limits.classify(trend, future)
    outlook.probabilities[:, origins] = np.stack([(label == k).mean(axis=-1) for k in range(5)], axis=-1)
    outlook.demand[:, origins], outlook.trend[:, origins] = limits.level(future).mean(axis=-1), mean + errors.mean()
    earlier = origins >= horizon
    outlook.gap[:, origins[earlier]] = targets.gap[:, origins[earlier] - horizon]
    return outlook
