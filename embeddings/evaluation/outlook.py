"""Forecasts of clusters by origin month, the common form in which all models are evaluated."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from skillpath.embeddings.calibration import fit_temperature, temper
from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.forecast_targets import ForecastTargets


@dataclass(frozen=True)
class Outlook:
    """Forecasts of C clusters at T origins; NaN where there is none.

    Attributes:
        probabilities: (C, T, 5). demand, trend, gap: (C, T) d, Δ and q.
        temperature: by which the probabilities were scaled; 1 if they are as the model gave them.
    """

    probabilities: Floats
    demand: Floats
    trend: Floats
    gap: Floats
    temperature: float = 1.0


def empty_outlook(clusters: int, months: int, classes: int = 5) -> Outlook:
    """Forecasts filled with NaN."""
    nothing = np.full((3, clusters, months), np.nan)
    return Outlook(np.full((clusters, months, classes), np.nan), *nothing)


def calibrate_outlook(outlook: Outlook, targets: ForecastTargets) -> Outlook:
    """The outlook with probabilities scaled by the temperature that fits its validation origins (11)."""
    probabilities, labels = stack_samples(outlook, targets, targets.split.validation)
    temperature = fit_temperature(probabilities, labels)
    scaled = temper(outlook.probabilities, temperature)
    return replace(outlook, probabilities=scaled, temperature=outlook.temperature * temperature)


def stack_samples(outlook: Outlook, targets: ForecastTargets, origins: Ints) -> tuple[Floats, Ints]:
    """(n, 5) probabilities and (n,) labels of all clusters at some origins."""
    probabilities = outlook.probabilities[:, origins].reshape(-1, outlook.probabilities.shape[-1])
    return probabilities, targets.label[:, origins].ravel()
