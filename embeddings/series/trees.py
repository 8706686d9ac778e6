"""Boosted trees on raw counts and the month of the year, blended into the series forecast."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.series.panel import YEAR, Panel
from skillpath.embeddings.series.window_features import WINDOW
from skillpath.errors import BadInput, Unavailable

if TYPE_CHECKING:
    import xgboost

BINS = 128
PAST = WINDOW + YEAR
"""Months below which no month of the year was seen ahead of each window, and trees only guess."""


@dataclass(frozen=True)
class TreeSettings:
    """Settings of the boosted trees and their weight in the blend.

    Attributes:
        weight: weight of the trees in the mean of the logs; 0 for none.
        max_depth: largest depth of a tree.
        learning_rate: shrinkage of each tree.
        rounds: trees.
        min_child_weight: least weight of a leaf.
        max_rows: rows learned from at most, drawn at random.
        min_rows: rows below which there are no trees.
        seed: seed of the draws.
    """

    weight: float = 0.5
    max_depth: int = 6
    learning_rate: float = 0.1
    rounds: int = 120
    min_child_weight: float = 20.0
    max_rows: int = 150_000
    min_rows: int = 20_000
    seed: int = 7


def can_grow() -> bool:
    """Whether the training extra is installed."""
    return find_spec("xgboost") is not None


def grow(panel: Panel, ends: list[int], horizon: int, settings: TreeSettings) -> bytes:
    """Trees of log(1 + count) − log(1 + mean of the window) from all windows; empty if there are too few to learn from.

    Args:
        ends: of windows whose months ahead lie in the panel.
    """
    rows = len(ends) * len(panel.group) * horizon
    if settings.weight <= 0 or panel.months < PAST or rows < settings.min_rows:
        return b""
    import xgboost

    table = np.concatenate([_rows(panel, end, horizon) for end in ends])
    actual = np.concatenate([_truth(panel, end, horizon) for end in ends])
    if rows > settings.max_rows:
        some = np.random.default_rng(settings.seed).choice(rows, settings.max_rows, replace=False)
        table, actual = table[some], actual[some]
    options = {
        "objective": "reg:squarederror",
        "max_depth": settings.max_depth,
        "eta": settings.learning_rate,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "min_child_weight": settings.min_child_weight,
        "max_bin": BINS,
        "nthread": 1,
        "seed": settings.seed,
    }
    # One thread: sums in another order would make another forecast on another machine.
    booster = xgboost.train(options, xgboost.QuantileDMatrix(table, actual, max_bin=BINS, nthread=1), settings.rounds)
    return bytes(booster.save_raw("ubj"))


def ahead(trees: bytes, panel: Panel, horizon: int) -> Floats:
    """(N, H) expected log(1 + count) after the panel's last month.

    Raises:
        Unavailable: the training extra is not installed. BadInput: these are no trees.
    """
    moves = _load(trees).inplace_predict(_rows(panel, panel.months, horizon)).reshape(horizon, -1).T
    expected: Floats = moves + _base(panel, panel.months)[:, None]
    return np.maximum(expected, 0.0)


def _load(trees: bytes) -> xgboost.Booster:
    if not can_grow():
        raise Unavailable(
            "The model holds trees, and xgboost is not installed", todo="Install the train extra, or train anew"
        )
    import xgboost

    booster = xgboost.Booster()
    try:
        booster.load_model(bytearray(trees))
    except xgboost.core.XGBoostError as error:
        raise BadInput("The model's trees are damaged", todo="Train it anew with --save") from error
    return booster


def _base(panel: Panel, end: int) -> Floats:
    base: Floats = np.log1p(panel.counts[:, end - WINDOW : end].mean(axis=1))
    return base


def _truth(panel: Panel, end: int, horizon: int) -> Floats:
    moves: Floats = np.log1p(panel.counts[:, end : end + horizon]) - _base(panel, end)[:, None]
    return moves.T.ravel()


def _rows(panel: Panel, end: int, horizon: int) -> NDArray[np.float32]:
    """(H · N, features), the first month ahead of all series first."""
    counts, base = panel.counts[:, end - WINDOW : end], _base(panel, end)
    logs = np.log1p(counts)
    columns = [*(logs - base[:, None]).T, base, np.log1p(counts[:, -3:].mean(axis=1)) - base]
    columns += [logs.std(axis=1), (counts == 0).sum(axis=1)]
    own = np.column_stack(columns).astype(np.float32)
    months = np.column_stack([np.arange(horizon), panel.calendar(end, end + horizon)]).astype(np.float32)
    return np.column_stack([np.tile(own, (horizon, 1)), np.repeat(months, len(own), axis=0)])
