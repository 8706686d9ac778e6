"""Baselines of the series forecast: simple ones, boosted trees on lags, DLinear and a small PatchTST.

All see the same windows of six months; all that learn are asked for log1p of the counts and answer in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.learning.baselines.series_nets import Net, net_forecast
from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.series import Panel
from skillpath.embeddings.series.window_features import WINDOW

HORIZON = 3


@dataclass(frozen=True)
class Trees:
    """Settings of the boosted trees that are tried; ``season`` gives them the month of the year."""

    objective: str
    season: bool
    depth: int = 6
    learning_rate: float = 0.1
    rounds: int = 120
    rows: int = 150_000


@dataclass(frozen=True)
class SeriesBaseline:
    """A method: ``forecast(panel, learned, ends, settings, seed)`` gives (N, H) for each end.

    It may learn from the first ``learned`` months, and look at the six months before each end.
    """

    name: str
    forecast: Callable[[Panel, int, Sequence[int], Any, int], list[Floats]]
    trials: Sequence[Any] = (None,)
    random: bool = False
    note: str = ""


def make_baselines() -> list[SeriesBaseline]:
    """The simple ones as they are and the learned ones with four settings each."""
    trees = [Trees("reg:squarederror", False), Trees("reg:squarederror", True)]
    trees += [Trees("reg:absoluteerror", False), Trees("reg:absoluteerror", True)]
    return [
        SeriesBaseline("last value", _mean(1)),
        SeriesBaseline("mean of last 3", _mean(3)),
        SeriesBaseline("mean of last 3, rounded", _mean(3, whole=True)),
        SeriesBaseline("mean of last 6", _mean(6)),
        SeriesBaseline("same month a year before", _year_before, note="looks at twelve months, not six"),
        SeriesBaseline("XGBoost on lags", _trees, trees, random=True),
        SeriesBaseline(
            "DLinear", net_forecast, [Net("dlinear", r, a) for r in (3e-3, 1e-2) for a in (True, False)], random=True
        ),
        SeriesBaseline(
            "PatchTST", net_forecast, [Net("patchtst", r, a) for r in (1e-3, 3e-3) for a in (True, False)], random=True
        ),
    ]


def _mean(months: int, *, whole: bool = False) -> Callable[[Panel, int, Sequence[int], Any, int], list[Floats]]:
    def forecast(panel: Panel, _: int, ends: Sequence[int], __: Any, ___: int) -> list[Floats]:
        means = [panel.counts[:, end - months : end].mean(axis=1, keepdims=True) for end in ends]
        return [np.repeat(np.rint(mean) if whole else mean, HORIZON, axis=1) for mean in means]

    return forecast


def _year_before(panel: Panel, _: int, ends: Sequence[int], __: Any, ___: int) -> list[Floats]:
    return [panel.counts[:, end - 12 : end - 12 + HORIZON] for end in ends]


def _trees(panel: Panel, learned: int, ends: Sequence[int], settings: Trees, seed: int) -> list[Floats]:
    import xgboost

    past = range(WINDOW, learned - HORIZON + 1)
    table = np.concatenate([_lags(panel, end, step, settings) for end in past for step in range(HORIZON)])
    base = np.concatenate([np.repeat(_base(panel, end)[None], HORIZON, 0).ravel() for end in past])
    actual = np.concatenate([np.log1p(panel.counts[:, end + step]) for end in past for step in range(HORIZON)]) - base
    if len(table) > settings.rows:
        some = np.random.default_rng(seed).choice(len(table), settings.rows, replace=False)
        table, actual = table[some], actual[some]
    options = {
        "objective": settings.objective,
        "max_depth": settings.depth,
        "eta": settings.learning_rate,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "min_child_weight": 20,
        "max_bin": 128,
        "nthread": 1,
        "seed": seed,
    }
    model = xgboost.train(options, xgboost.QuantileDMatrix(table, actual, max_bin=128, nthread=1), settings.rounds)
    forecasted = []
    for end in ends:
        moves = [model.inplace_predict(_lags(panel, end, step, settings)) for step in range(HORIZON)]
        forecasted.append(np.rint(np.maximum(np.expm1(np.column_stack(moves) + _base(panel, end)[:, None]), 0.0)))
    return forecasted


def _base(panel: Panel, end: int) -> Floats:
    base: Floats = np.log1p(panel.counts[:, end - WINDOW : end].mean(axis=1))
    return base


def _lags(panel: Panel, end: int, step: int, settings: Trees) -> NDArray[np.float32]:
    counts = panel.counts[:, end - WINDOW : end]
    logs, base = np.log1p(counts), _base(panel, end)
    columns = [*(logs - base[:, None]).T, base, np.log1p(counts[:, -3:].mean(axis=1)) - base, logs.std(axis=1)]
    columns += [(counts == 0).sum(axis=1), np.full(len(base), step)]
    if settings.season:
        columns.append(np.full(len(base), panel.calendar(end + step, end + step + 1)[0]))
    return np.column_stack(columns).astype(np.float32)
