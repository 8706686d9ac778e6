"""Rounding of small expected counts to whole numbers with learned factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.common.arrays import Floats, Ints

TINY = 1e-9


@dataclass(frozen=True)
class RoundingSettings:
    """Settings of the rounding.

    A relative error is decided by many small series, an absolute one by few large ones: small expectations are
    multiplied by the factor that did best on both, each measured against plain rounding; large ones stay as they are.

    Attributes:
        lowest: expectation below which the answer is 0.
        highest: expectation from which on no factor applies.
        bins: steps between them, of equal ratio.
        factors: tried in each bin.
        min_rows: rows of a bin below which nothing is learned from it.
    """

    lowest: float = 0.15
    highest: float = 30.0
    bins: int = 25
    factors: tuple[float, ...] = (0.0, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.4, 2.0)
    min_rows: int = 50

    @property
    def edges(self) -> Floats:
        """(bins + 1,) borders of the bins."""
        return np.geomspace(self.lowest, self.highest, self.bins + 1)


def plain_factors(settings: RoundingSettings) -> Floats:
    """(bins,) factors when nothing was learned: expectations below a half are 0, as rounding has it."""
    return np.ones(settings.bins)


def fit_factors(expected: Floats, actual: Floats, settings: RoundingSettings) -> Floats:
    """(bins,) the factor of each bin with the least mean error, relative and absolute together.

    Args:
        expected, actual: (M,) expectations of past windows, and what came.
    """
    relative, absolute = _errors(np.rint(expected), actual)
    scale = max(float(relative.mean()), TINY), max(float(absolute.mean()), TINY)
    places, chosen = _bin(expected, settings), plain_factors(settings)
    for place in range(settings.bins):
        rows = places == place
        if np.count_nonzero(rows) < settings.min_rows:
            continue
        losses = [
            sum(e.mean() / s for e, s in zip(_errors(np.rint(expected[rows] * f), actual[rows]), scale, strict=True))
            for f in settings.factors
        ]
        chosen[place] = settings.factors[int(np.argmin(np.round(losses, 12)))]
    return chosen


def round_counts(expected: Floats, factors: Floats, settings: RoundingSettings) -> Floats:
    """Whole numbers, not negative, of the shape of ``expected``."""
    places = _bin(expected, settings)
    small = np.where(places < 0, 0.0, factors[np.clip(places, 0, settings.bins - 1)])
    rounded: Floats = np.rint(np.where(places < settings.bins, expected * small, expected))
    return rounded


def _bin(expected: Floats, settings: RoundingSettings) -> Ints:
    return np.searchsorted(settings.edges, expected, side="right").astype(np.int64) - 1


def _errors(rounded: Floats, actual: Floats) -> tuple[Floats, Floats]:
    wrong, size = np.abs(actual - rounded), actual + rounded
    return np.divide(wrong, size, out=np.zeros_like(wrong), where=size > 0), wrong
