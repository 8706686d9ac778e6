"""Demand shocks of an industry or a job cluster that decay month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.town_settings import TownSettings


@dataclass(frozen=True)
class ShockShape:
    """Frequency and size of demand shocks, on the log scale of expected postings."""

    industry_rate: float = 0.12
    """Shocks a year of each industry; a cluster feels it by the share of its industries that is hit."""
    cluster_rate: float = 0.06
    """Shocks a year of each cluster."""
    least: float = 0.25
    most: float = 0.6
    """Size at first, up or down with equal chance, evenly distributed."""
    lasts: float = 0.85
    """Share that lasts into the next month."""


@dataclass(frozen=True)
class Shocks:
    """All shocks of the window.

    Attributes:
        table: scope (industry or cluster), unit (row number), name, month (row number), size (log scale).
        effect: on the log scale, shape (clusters, months).
    """

    table: pl.DataFrame
    effect: NDArray[np.float64]


def make_shocks(settings: TownSettings, clusters: pl.DataFrame, shape: ShockShape | None = None) -> Shocks:
    """Return the shocks of the window, in order of time."""
    shape = shape or ShockShape()
    # The stream keeps its first name: another one would be another town.
    rng = settings.rng("jolts")
    lists = clusters["industries"].str.split("|")
    industries = lists.explode().unique().sort()
    share = np.array([industries.is_in(listed) / len(listed) for listed in lists.to_list()])
    parts = [
        _draw(rng, settings, "industry", industries, shape.industry_rate, shape),
        _draw(rng, settings, "cluster", clusters["label"], shape.cluster_rate, shape),
    ]
    impulse = np.zeros((clusters.height, settings.months))
    for part, hits in zip(parts, (share.T, np.eye(clusters.height)), strict=True):
        unit, month = part["unit"].to_numpy(), part["month"].to_numpy()
        np.add.at(impulse.T, month, hits[unit] * part["size"].to_numpy()[:, None])
    return Shocks(pl.concat(parts).sort("month", maintain_order=True), accumulate_decaying(impulse, shape.lasts))


def accumulate_decaying(fresh: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the sum of what is fresh in each month and the share that lasts of the month before, same shape."""
    total = fresh.copy()
    for month in range(1, fresh.shape[1]):
        total[:, month] += share * total[:, month - 1]
    return total


def _draw(
    rng: np.random.Generator, settings: TownSettings, scope: str, names: pl.Series, rate: float, shape: ShockShape
) -> pl.DataFrame:
    count = int(rng.poisson(rate * len(names) * settings.months / 12))
    unit = rng.integers(len(names), size=count)
    size = rng.choice((-1.0, 1.0), count) * rng.uniform(shape.least, shape.most, count)
    return pl.DataFrame(
        {
            "scope": [scope] * count,
            "unit": unit,
            "name": names.gather(unit),
            "month": rng.integers(settings.months, size=count),
            "size": size,
        },
        schema={"scope": pl.String, "unit": pl.Int64, "name": pl.String, "month": pl.Int64, "size": pl.Float64},
    )
