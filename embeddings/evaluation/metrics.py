"""Metrics of forecasts and warnings: accuracy, macro-F1, top-3, RMSE, calibration, precision and recall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.calibration import log_loss, reliability
from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.evaluation.outlook import Outlook, stack_samples
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.warning import WarningSettings, find_onsets, find_shortages, fit_rule, precision_recall

METRICS = {
    "accuracy": "higher",
    "macro-F1": "higher",
    "top-3": "higher",
    "RMSE of level": "lower",
    "RMSE of trend": "lower",
    "RMSE of gap": "lower",
    "log-loss": "lower",
    "ECE": "lower",
}
"""Name of each metric and which way is better."""


def compute_metrics(outlook: Outlook, targets: ForecastTargets, origins: Ints) -> dict[str, float]:
    """Compute all metrics of forecasts at some origins, without those for which nothing was forecast."""
    probabilities, labels = stack_samples(outlook, targets, origins)
    predicted = probabilities.argmax(axis=1)
    figures = {
        "accuracy": float((predicted == labels).mean()),
        "macro-F1": macro_f1(confusion(labels, predicted, probabilities.shape[1])),
        "top-3": top(probabilities, labels, 3),
        "RMSE of level": rmse(outlook.demand[:, origins], targets.demand[:, origins]),
        "RMSE of trend": rmse(outlook.trend[:, origins], targets.trend[:, origins]),
        "RMSE of gap": rmse(outlook.gap[:, origins], targets.gap[:, origins]),
        "log-loss": log_loss(probabilities, labels),
        "ECE": reliability(probabilities, labels).error,
    }
    return {name: value for name, value in figures.items() if not np.isnan(value)}


def compute_warning_metrics(
    outlook: Outlook, targets: ForecastTargets, horizon: int, settings: WarningSettings | None = None
) -> dict[str, float]:
    """Precision and recall on the test origins of the rule (12) chosen on validation, and how often an event came.

    ``recall of new ones`` counts the shortages only that were not there at the origin.
    """
    event, known = find_shortages(targets, settings)

    def part(values: NDArray[np.generic], origins: Ints) -> Any:
        return values[:, origins][known[:, origins]]

    def predicted(origins: Ints) -> tuple[Floats, Floats, Floats]:
        return part(outlook.demand, origins), part(outlook.trend, origins), part(outlook.gap, origins)

    validated, tested = targets.split.validation, targets.split.test
    demand, trend, gap = predicted(validated)
    rule = fit_rule(demand, trend, gap, part(event, validated), settings)
    demand, trend, gap = predicted(tested)
    warned = rule.index(demand, trend, gap) >= rule.threshold
    came, fresh = part(event, tested), part(find_onsets(targets, horizon, settings), tested)
    precision, recall = precision_recall(warned, came)
    return {
        "warning precision": precision,
        "warning recall": recall,
        "recall of new ones": precision_recall(warned, came & fresh)[1],
        "share warned": float(warned.mean()) if len(warned) else 0.0,
        "share of events": float(came.mean()) if len(came) else 0.0,
    }


def confusion(labels: Ints, predicted: Ints, classes: int) -> Ints:
    """Confusion matrix: counts by true class (row) and predicted class (column)."""
    return np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)


def macro_f1(table: Ints) -> float:
    """Mean F1 over the classes that occur or were predicted, from a confusion matrix."""
    right, total = np.diag(table), table.sum(axis=0) + table.sum(axis=1)
    there = total > 0
    return float((2.0 * right[there] / total[there]).mean()) if there.any() else 0.0


def top(probabilities: Floats, labels: Ints, count: int) -> float:
    """Share of labels among the ``count`` likeliest classes."""
    likeliest = np.argsort(-probabilities, axis=1, kind="stable")[:, :count]
    return float((likeliest == labels[:, None]).any(axis=1).mean())


def rmse(predicted: Floats, true: Floats) -> float:
    """Root mean squared error where the target is known; NaN where nothing was predicted."""
    known = ~np.isnan(true) & ~np.isnan(predicted)
    return float(np.sqrt(((predicted - true)[known] ** 2).mean())) if known.any() else float("nan")


def interval(
    score: Callable[[Ints], float], clusters: int, draws: int = 1000, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """Bootstrap interval of a figure over clusters (whose months depend on each other): ``score`` takes their rows."""
    rng = np.random.default_rng(seed)
    found = [score(rng.integers(clusters, size=clusters)) for _ in range(draws)]
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
