"""How large the whole market will be: a robust level and a seasonal shape shrunk towards none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.series.panel import YEAR, Floats, Ints


@dataclass(frozen=True)
class MarketSettings:
    """How the total of all series is foreseen.

    Attributes:
        level: months whose median, the season taken out, is the level; a holiday month does not move a median.
        prior: years of no season that the seen years are averaged with; one seen year moves a month by 1 / (1 + prior).
    """

    level: int = 6
    prior: float = 2.0


def season_of(totals: Floats, calendar: Ints, settings: MarketSettings) -> Floats:
    """(12,) log deviation of each month of the year from the median month: Σ deviations / (years + prior).

    A month in which nothing at all was counted says nothing.

    Args:
        totals: (T,) of every month that may be looked at. calendar: (T,) month of the year, 0–11.
    """
    counted = totals > 0
    if not counted.any():
        return np.zeros(YEAR)
    level, calendar = np.log1p(totals[counted]), calendar[counted]
    apart = level - np.median(level)
    years = np.bincount(calendar, minlength=YEAR)
    shape: Floats = np.bincount(calendar, apart, minlength=YEAR) / (years + settings.prior)
    return shape


def market_path(totals: Floats, calendar: Ints, ahead: Ints, season: Floats, settings: MarketSettings) -> Floats:
    """(H,) the total in each month ahead: exp(median(log M − s) + s).

    Args:
        totals, calendar: (T,) of the past, of which the last ``level`` months count. ahead: (H,) months of the year.
        season: (12,) from `season_of`.
    """
    recent = np.flatnonzero(totals[-settings.level :] > 0) + max(len(totals) - settings.level, 0)
    if not len(recent):
        return np.zeros(len(ahead))
    level = np.median(np.log1p(totals[recent]) - season[calendar[recent]])
    path: Floats = np.expm1(level + season[ahead])
    return np.maximum(path, 0.0)
