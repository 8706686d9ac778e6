"""Forecast of the total of all series: robust level, shrunk seasonal shape and continuation of earlier years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.series.panel import YEAR


@dataclass(frozen=True)
class MarketForecastSettings:
    """Settings of the forecast of the market total.

    Attributes:
        levels: the level is the mean of the medians over the last so many months; a holiday does not move a median.
        prior: years of no season that the seen years are averaged with; one seen year moves a month by 1 / (1 + prior).
        least: lower bound of ``prior`` where two whole years say how much months differ from year to year.
        most: upper bound of the same.
        echo: weight of how the market went on from the same month in earlier years, beside level and season.
    """

    levels: tuple[int, ...] = (6,)
    prior: float = 2.0
    least: float = 0.25
    most: float = 4.0
    echo: float = 0.5


@dataclass(frozen=True)
class MarketForecast:
    """Seasonal profile of the market total.

    Attributes:
        season: (12,) log deviation of each from the middle month.
        echo: (12, H) mean log growth from the level at its end to each month ahead; NaN where it was never seen.
    """

    season: Floats
    echo: Floats


def fit_market(totals: Floats, calendar: Ints, horizon: int, settings: MarketForecastSettings) -> MarketForecast:
    """Learn from all months that may be looked at.

    Args:
        totals: (T,) of all series. calendar: (T,) month of the year, 0–11.
    """
    logs = _logs(totals)
    return MarketForecast(_season(logs, calendar, settings), _echo(logs, calendar, horizon, settings))


def forecast_market(
    market: MarketForecast, totals: Floats, calendar: Ints, ahead: Ints, settings: MarketForecastSettings
) -> Floats:
    """(H,) total in each month ahead, a weighted mean (of logs) of level + season and level + echo.

    Args:
        totals, calendar: (T,) the past; its last months count. ahead: (H,) months of the year.
    """
    logs = _logs(totals)
    level = _level(logs - market.season[calendar], settings)
    if np.isnan(level):
        return np.zeros(len(ahead))
    shaped = level + market.season[ahead]
    echoed = _level(logs, settings) + market.echo[calendar[-1], : len(ahead)]
    path: Floats = np.where(np.isnan(echoed), shaped, settings.echo * echoed + (1 - settings.echo) * shaped)
    return np.maximum(np.expm1(path), 0.0)


def _logs(totals: Floats) -> Floats:
    """log(1 + total); NaN for a month in which nothing at all was counted, since that says nothing."""
    return np.where(totals > 0, np.log1p(totals), np.nan)


def _level(logs: Floats, settings: MarketForecastSettings) -> float:
    """NaN if nothing was counted in the longest of the spans."""
    recent = [logs[-months:] for months in settings.levels]
    medians = [np.median(part[~np.isnan(part)]) for part in recent if not np.isnan(part).all()]
    return float(np.mean(medians)) if medians else float("nan")


def _season(logs: Floats, calendar: Ints, settings: MarketForecastSettings) -> Floats:
    """(12,) Σ deviations from the median month / (years + pull).

    The pull towards no season is the prior until two whole years were seen; then it is what they say themselves: the
    variance of a month between years over the variance between months (empirical Bayes).
    """
    seen = ~np.isnan(logs)
    if not seen.any():
        return np.zeros(YEAR)
    apart, calendar = logs[seen] - np.median(logs[seen]), calendar[seen]
    years = np.bincount(calendar, minlength=YEAR)
    sums = np.zeros(YEAR)
    np.add.at(sums, calendar, apart)
    pull = settings.prior if years.min() < 2 else _pull(apart, calendar, sums / years, years, settings)
    return sums / (years + pull)


def _pull(apart: Floats, calendar: Ints, means: Floats, years: Ints, settings: MarketForecastSettings) -> float:
    noise = float(np.sum((apart - means[calendar]) ** 2) / np.sum(years - 1))
    season = float(np.var(means, ddof=1)) - noise * float(np.mean(1 / years))
    return float(np.clip(noise / season, settings.least, settings.most)) if season > 0 else settings.most


def _echo(logs: Floats, calendar: Ints, horizon: int, settings: MarketForecastSettings) -> Floats:
    """(12, H) from every month with a whole window behind it."""
    found: list[list[list[float]]] = [[[] for _ in range(horizon)] for _ in range(YEAR)]
    for last in range(max(settings.levels) - 1, len(logs) - 1):
        growth = logs[last + 1 : last + 1 + horizon] - _level(logs[: last + 1], settings)
        for step, value in enumerate(growth):
            if not np.isnan(value):
                found[calendar[last]][step].append(float(value))
    return np.array([[np.mean(values) if values else np.nan for values in month] for month in found])
