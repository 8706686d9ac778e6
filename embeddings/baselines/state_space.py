"""State-space baseline: the structural model of postings without any network."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm, poisson

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.evaluation.outlook import Outlook, empty_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.fusion.features.series_features import months_of_year
from skillpath.embeddings.fusion.statespace.structural import StructuralForecast, filter_counts, fit_structural
from skillpath.embeddings.history import History

POINTS = 25
"""Quantiles of the expected postings, and of the postings given those, that stand for what may come."""


def fit_state_space(history: History, targets: ForecastTargets, horizon: int) -> StructuralForecast:
    """The filters' beliefs of all months, their settings found on the months that training targets reach."""
    counts, calendar = history.counts(), months_of_year(history)
    seen = int(targets.split.train[-1]) + horizon + 1
    found = fit_structural(counts[:, :seen], calendar[:seen], horizon)
    return filter_counts(counts, calendar, horizon, found)


def forecast_state_space(beliefs: StructuralForecast, targets: ForecastTargets, horizon: int) -> Outlook:
    """Chances of each class when the log of expected postings is normal and postings are Poisson; the gap stays."""
    outlook, limits = empty_outlook(*targets.past.shape), targets.thresholds
    levels = (np.arange(POINTS) + 0.5) / POINTS
    for origin in np.flatnonzero(targets.known.all(axis=0)):
        spread = beliefs.spread[:, [origin]] * norm.ppf(levels)
        rate = np.exp(beliefs.mean[:, [origin]] + spread)
        future = poisson.ppf(levels[:, None], rate[:, None, :]).reshape(len(rate), -1) / horizon
        trend = np.log(future + limits.smoothing) - np.log(targets.past[:, [origin]] + limits.smoothing)
        label = limits.classify(trend, future)
        outlook.probabilities[:, origin] = np.stack([(label == k).mean(axis=1) for k in range(5)], axis=1)
        outlook.demand[:, origin], outlook.trend[:, origin] = limits.level(future).mean(axis=1), trend.mean(axis=1)
    outlook.gap[:, horizon:] = np.where(targets.known[:, horizon:], targets.gap[:, :-horizon], np.nan)
    return outlook


def build_state_space_features(beliefs: StructuralForecast, targets: ForecastTargets, horizon: int) -> Floats:
    """(C, T, 5) what the filters say, for another model to learn from; of a month from nothing later."""
    past = np.log(horizon * (np.nan_to_num(targets.past) + targets.thresholds.smoothing))
    parts = [beliefs.mean - past, beliefs.spread, beliefs.mean, beliefs.slope * 12, beliefs.noise]
    return np.stack(parts, axis=-1)
