"""Forecast targets of each job cluster: level, trend and class of demand, and the gap (4, 10)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.gap_targets import GapSettings, compute_gap_targets
from skillpath.embeddings.history import History
from skillpath.errors import BadInput


@dataclass(frozen=True)
class ForecastTargetSettings:
    """Settings of the forecast targets.

    Attributes:
        horizon: months ahead, h; the past that they are compared with is as long.
        smoothing: κ, posts a month added on both sides, so that small clusters do not jump between extremes.
        growth: factor from which on demand grows; it declines from one over that factor down.
        high_growth: factor from which on it grows highly.
        low_share: share of the training samples with the lowest future, which are LOW whatever their trend.
        parts: shares of the origins to train on, to choose by and to be judged by, in order of time.
        gap: how the gap is measured.
    """

    horizon: int = 3
    smoothing: float = 1.0
    growth: float = 1.1
    high_growth: float = 1.35
    low_share: float = 0.2
    parts: tuple[int, int, int] = (8, 1, 1)
    gap: GapSettings = field(default_factory=GapSettings)


@dataclass(frozen=True)
class OriginSplit:
    """Origins (months that are the last one known) to train on, to choose by and to be judged by.

    Training ends so early that its targets are known at the first validation origin, validation likewise before the
    test: nobody could have trained on more.
    """

    train: Ints
    validation: Ints
    test: Ints


@dataclass(frozen=True)
class Thresholds:
    """Thresholds between the classes, fixed on the training months and kept with the model.

    Attributes:
        low: posts a month; a future below it is LOW.
        top: posts a month at which d is 1.
        growth, high_growth: on the scale of Δ.
        smoothing: κ.
    """

    low: float
    top: float
    growth: float
    high_growth: float
    smoothing: float

    def level(self, monthly: Floats) -> Floats:
        """d in [0, 1] of postings a month: 0 for none, 1 for `top` and more, on a log scale; NaN stays."""
        scaled: Floats = np.clip(np.log1p(monthly / self.smoothing) / np.log1p(self.top / self.smoothing), 0.0, 1.0)
        return scaled

    def monthly(self, level: Floats) -> Floats:
        """Postings a month of d: the inverse of `level`."""
        postings: Floats = self.smoothing * np.expm1(level * np.log1p(self.top / self.smoothing))
        return postings

    def classify(self, trend: Floats, future: Floats) -> Ints:
        """Index into `CLASSES` of Δ and the postings a month to come, any shape; −1 where either is NaN."""
        unknown = np.isnan(trend) | np.isnan(future)
        conditions = [unknown, future < self.low, trend >= self.high_growth, trend >= self.growth, trend > -self.growth]
        return np.select(conditions, [-1, 4, 0, 1, 2], 3).astype(np.int64)


@dataclass(frozen=True)
class ForecastTargets:
    """Targets of every cluster (C) and origin month (T), those that lie beyond the window unknown.

    Attributes:
        past, future: (C, T) mean posts a month of months m−h+1..m and m+1..m+h; NaN where not within the window.
        demand: (C, T) d of the future. trend: (C, T) Δ = log((future + κ) / (past + κ)). Both NaN where unknown.
        label: (C, T) index into `CLASSES`, −1 where unknown.
        gap: (C, T) q in [0, 1], NaN where unknown or where nothing is asked.
        known: (C, T) past and future lie within the window. gap_known: (C, T) where q is a number.
        thresholds: of the classes. split: of the origins.
    """

    past: Floats
    future: Floats
    demand: Floats
    trend: Floats
    label: Ints
    gap: Floats
    known: NDArray[np.bool_]
    gap_known: NDArray[np.bool_]
    thresholds: Thresholds
    split: OriginSplit


def build_targets(
    history: History, settings: ForecastTargetSettings | None = None, thresholds: Thresholds | None = None
) -> ForecastTargets:
    """The targets of a history; a target of origin m depends on nothing after month m + h.

    Args:
        thresholds: of a model that is there already; by default they are fixed on the training origins.

    Raises:
        BadInput: the history is too short to be split.
    """
    chosen = settings or ForecastTargetSettings()
    gap = compute_gap_targets(history, chosen.horizon, chosen.gap)
    return build_demand_targets(history.counts(), gap, chosen, thresholds)


def build_demand_targets(
    counts: Ints, gap: Floats, settings: ForecastTargetSettings | None = None, thresholds: Thresholds | None = None
) -> ForecastTargets:
    """The targets of postings (C, T), beside gaps (C, T) that are there already; as `build_targets`."""
    chosen = settings or ForecastTargetSettings()
    divided = split_origins(counts.shape[1], chosen)
    past, future = mean_windows(counts.astype(np.float64), chosen.horizon)
    trend = np.log((future + chosen.smoothing) / (past + chosen.smoothing))
    fixed = thresholds or fix_thresholds(future[:, divided.train], chosen)
    return ForecastTargets(
        past,
        future,
        fixed.level(future),
        trend,
        fixed.classify(trend, future),
        gap,
        ~np.isnan(trend),
        ~np.isnan(gap),
        fixed,
        divided,
    )


def mean_windows(counts: Floats, horizon: int) -> tuple[Floats, Floats]:
    """Mean of the ``horizon`` columns up to each one, and of those after it, both (C, T), NaN beyond the edges."""
    months = counts.shape[1]
    total = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    mean = (total[:, horizon:] - total[:, :-horizon]) / horizon
    past, future = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    past[:, horizon - 1 :] = mean
    future[:, : max(months - horizon, 0)] = mean[:, 1:]
    return past, future


def fix_thresholds(future: Floats, settings: ForecastTargetSettings) -> Thresholds:
    """Thresholds from the futures of the training samples, any shape, postings a month."""
    low, top = np.quantile(future, [settings.low_share, 1.0])
    # A market without a single post has no scale; any will do.
    return Thresholds(
        float(low),
        float(top) if top > 0 else 1.0,
        float(np.log(settings.growth)),
        float(np.log(settings.high_growth)),
        settings.smoothing,
    )


def split_origins(months: int, settings: ForecastTargetSettings | None = None) -> OriginSplit:
    """Divide the origins of a window in order of time, h − 1 of them left out at each border.

    Raises:
        BadInput: there are too few months for a part to have an origin.
    """
    chosen = settings or ForecastTargetSettings()
    h, weights = chosen.horizon, chosen.parts
    origins = np.arange(h - 1, months - h)
    room = len(origins) - 2 * (h - 1)
    if room < len(weights):
        raise BadInput(
            f"{months} months of posts are too few to learn from",
            where=f"{h} months ahead, parts of {':'.join(map(str, weights))}",
            todo=f"Load at least {len(weights) + 4 * h - 3} months",
        )
    last = max(1, round(room * weights[2] / sum(weights)))
    middle = max(1, round(room * weights[1] / sum(weights)))
    test = origins[-last:]
    validation = origins[-last - (h - 1) - middle : -last - (h - 1)]
    return OriginSplit(origins[: room - last - middle], validation, test)
