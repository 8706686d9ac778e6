"""Calibration of probabilities: temperature scaling (11), expected calibration error and reliability bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.common.arrays import Floats, Ints

HIGHEST_TEMPERATURE = 20.0
_TINY = 1e-12


@dataclass(frozen=True)
class Reliability:
    """Accuracy of the likeliest class by confidence (B bins of equal width over [0, 1]).

    Attributes:
        edges: (B + 1,). count: (B,) predictions. confidence, accuracy: (B,) means, NaN in empty bins.
        error: expected calibration error, the mean of |accuracy − confidence| weighted by count (Guo et al. 2017).
    """

    edges: Floats
    count: Ints
    confidence: Floats
    accuracy: Floats
    error: float


def temper(probabilities: Floats, temperature: float) -> Floats:
    """softmax(log p / temperature) over the last axis: flatter above 1, sharper below; rows of NaN stay."""
    logits = np.log(np.maximum(probabilities, _TINY)) / temperature
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    scaled: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return scaled


def fit_temperature(probabilities: Floats, labels: Ints) -> float:
    """The temperature in [1/20, 20] with the least negative log-likelihood of (n, classes) at (n,) labels.

    Give it validation samples only: on training samples a model is surer than it has a right to be. Without samples
    it is 1.
    """
    from scipy.optimize import minimize_scalar

    if not len(labels):
        return 1.0

    def loss(log_temperature: float) -> float:
        return log_loss(temper(probabilities, float(np.exp(log_temperature))), labels)

    bound = np.log(HIGHEST_TEMPERATURE)
    return float(np.exp(minimize_scalar(loss, bounds=(-bound, bound), method="bounded").x))


def log_loss(probabilities: Floats, labels: Ints) -> float:
    """Mean negative log-likelihood of (n, classes) at (n,) labels."""
    chosen = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(chosen, _TINY)).mean())


def reliability(probabilities: Floats, labels: Ints, bins: int = 10) -> Reliability:
    """Compare confidence with accuracy for (n, classes) probabilities and (n,) labels."""
    confidence = probabilities.max(axis=1)
    right = (probabilities.argmax(axis=1) == labels).astype(np.float64)
    edges = np.linspace(0.0, 1.0, bins + 1)
    # A confidence on an edge belongs below it, so that 1 falls into the last bin.
    bin_of = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(bin_of, minlength=bins)
    filled = np.where(count > 0, count, np.nan)
    mean_confidence: Floats = np.bincount(bin_of, confidence, bins) / filled
    true: Floats = np.bincount(bin_of, right, bins) / filled
    error = float(np.nansum(np.abs(mean_confidence - true) * count) / max(len(labels), 1))
    return Reliability(edges, count, mean_confidence, true, error)
