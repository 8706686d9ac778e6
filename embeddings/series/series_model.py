"""Forecasting model of many count series: the market total times shares moved by a ridge regression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.series.market_forecast import (
    MarketForecast,
    MarketForecastSettings,
    fit_market,
    forecast_market,
)
from skillpath.embeddings.series.panel import Panel
from skillpath.embeddings.series.rounding import RoundingSettings, fit_factors, plain_factors, round_counts
from skillpath.embeddings.series.trees import TreeSettings, ahead, can_grow, grow
from skillpath.embeddings.series.window_features import HALF, WINDOW, WindowFeatures, build_window
from skillpath.errors import BadInput

FEW_WINDOWS = 3
"""Windows of the past below which nothing is learned: the forecast is the base share of the market."""


@dataclass(frozen=True)
class SeriesSettings:
    """Settings of the series forecast; chosen on 2022 of the public benchmark, see docs/forecasting.md.

    Attributes:
        horizon: months ahead.
        penalty: of the ridge, as a share of the total weight of the rows; ``penalty_rows`` are added to the weight,
            so that few rows learn little.
        step: share of the learned move that is made.
        size_weight: rows weigh (base + 1) to this power, between equal (0) and by size (1).
        silent_weight: of rows whose six months are all 0.
    """

    horizon: int = 3
    penalty: float = 0.1
    penalty_rows: float = 2000.0
    step: float = 0.7
    size_weight: float = 0.6
    silent_weight: float = 0.2
    market: MarketForecastSettings = field(default_factory=MarketForecastSettings)
    decision: RoundingSettings = field(default_factory=RoundingSettings)
    trees: TreeSettings = field(default_factory=TreeSettings)


@dataclass(frozen=True)
class SeriesModel:
    """Parameters shared by all series; it names none, so it serves any table of the same kind.

    Attributes:
        names: (F,) of the features; empty if there was too little to learn from.
        effects: (F, H) of each feature on the log of the share, one column a month ahead.
        market: what is known of the market. factors: (bins,) of small expectations.
        trees: of `grow`; empty if there are none. windows: of the past that were learned from.
        graph: whether neighbours were among the features.
    """

    settings: SeriesSettings
    names: tuple[str, ...]
    effects: Floats
    market: MarketForecast
    factors: Floats
    windows: int
    graph: bool
    trees: bytes = b""


def fit(panel: Panel, graph: csr_array | None = None, settings: SeriesSettings | None = None) -> SeriesModel:
    """Learn from every window of the panel's own past whose months ahead lie in the panel as well.

    Without the training extra there are no trees, and the regression forecasts alone.

    Windows in which nothing at all was counted, or nothing in a month ahead, are left out.

    Args:
        graph: (N, N) of `neighbours`, or None.

    Raises:
        BadInput: fewer than `WINDOW` months.
    """
    chosen = settings or SeriesSettings()
    if panel.months < WINDOW:
        raise BadInput(f"A forecast needs {WINDOW} months, there are {panel.months}", todo="Give a longer table")
    market = fit_market(panel.counts.sum(axis=0), panel.calendar(0, panel.months), chosen.horizon, chosen.market)
    ends = _ends(panel, chosen.horizon)
    base = SeriesModel(
        chosen, (), np.zeros((0, chosen.horizon)), market, plain_factors(chosen.decision), 0, graph is not None
    )
    if len(ends) < FEW_WINDOWS:
        return base
    names, effects = _ridge(panel, ends, graph, chosen)
    model = SeriesModel(chosen, names, effects, market, base.factors, len(ends), graph is not None)
    expected, actual = _past(model, panel, ends, graph)
    trees = grow(panel, ends, chosen.horizon, chosen.trees) if can_grow() else b""
    return replace(model, factors=fit_factors(expected, actual, chosen.decision), trees=trees)


def forecast(model: SeriesModel, panel: Panel, graph: csr_array | None = None) -> Floats:
    """(N, H) whole counts for the months after the panel's last; only its last six months are looked at.

    Raises:
        BadInput: too few months, or a graph where the model had none, or none where it had one.
    """
    chosen = model.settings
    if panel.months < WINDOW:
        raise BadInput(f"A forecast needs {WINDOW} months, there are {panel.months}", todo="Give a longer table")
    if model.names and model.graph != (graph is not None):
        learned = "with a graph" if model.graph else "without a graph"
        raise BadInput(f"The model was trained {learned}", todo="Forecast as it was trained, or train anew")
    if not len(panel.group):
        return np.zeros((0, chosen.horizon))
    seen = build_window(panel, panel.months, graph)
    expected = _expected(model, seen, forecast_total(model, panel))
    if model.trees and seen.reference > 0:
        weight = chosen.trees.weight
        logs = (1 - weight) * np.log1p(expected) + weight * ahead(model.trees, panel, chosen.horizon)
        expected = np.expm1(logs)
    return round_counts(expected, model.factors, chosen.decision)


def forecast_total(model: SeriesModel, panel: Panel) -> Floats:
    """(H,) the total of all series that is expected in each month ahead."""
    calendar = panel.calendar(0, panel.months + model.settings.horizon)
    known = calendar[: panel.months], calendar[panel.months :]
    return forecast_market(model.market, panel.counts.sum(axis=0), *known, model.settings.market)


def _expected(model: SeriesModel, seen: WindowFeatures, market: Floats) -> Floats:
    """(N, H) = market / reference · ((base + ½) · exp(step · move) − ½), not negative."""
    if seen.reference <= 0:
        return np.zeros((len(seen.base), len(market)))
    move = np.zeros((len(seen.base), len(market)))
    if model.names:
        if seen.names != model.names:
            raise BadInput("The model was trained on a table with other features", todo="Train on a table of this kind")
        move = model.settings.step * (seen.design @ model.effects)
    share = (seen.base + HALF)[:, None] * np.exp(move) - HALF
    return np.maximum(share, 0.0) * (market / seen.reference)


def _ridge(
    panel: Panel, ends: list[int], graph: csr_array | None, chosen: SeriesSettings
) -> tuple[tuple[str, ...], Floats]:
    """Weighted ridge of log(share that came / base) on the features; (XᵀWX + penalty) B = XᵀWY, features scaled."""
    first = build_window(panel, ends[0], graph)
    size = len(first.names)
    gram, moment, total = np.zeros((size, size)), np.zeros((size, chosen.horizon)), 0.0
    for end, seen in _windows(panel, ends, graph):
        came = panel.counts[:, end : end + chosen.horizon]
        move = np.log(came / _growth(panel, end, seen, chosen.horizon) + HALF) - np.log(seen.base + HALF)[:, None]
        weight = np.where(seen.base > 0, 1.0, chosen.silent_weight) * (seen.base + 1) ** chosen.size_weight
        weighted = seen.design * weight[:, None]
        gram += weighted.T @ seen.design
        moment += weighted.T @ move
        total += float(weight.sum())
    scale = np.sqrt(np.diag(gram) / total)
    scale[scale == 0] = 1.0
    penalty = chosen.penalty * (total + chosen.penalty_rows) * np.eye(size)
    effects: Floats = np.linalg.solve(gram / np.outer(scale, scale) + penalty, moment / scale[:, None])
    return first.names, effects / scale[:, None]


def _past(model: SeriesModel, panel: Panel, ends: list[int], graph: csr_array | None) -> tuple[Floats, Floats]:
    """What the model expects in every window of the past, the market being as it came, and what came."""
    expected, actual = [], []
    for end, seen in _windows(panel, ends, graph):
        growth = _growth(panel, end, seen, model.settings.horizon)
        expected.append(_expected(model, seen, growth * seen.reference).ravel())
        actual.append(panel.counts[:, end : end + model.settings.horizon].ravel())
    return np.concatenate(expected), np.concatenate(actual)


def _windows(panel: Panel, ends: list[int], graph: csr_array | None) -> Iterator[tuple[int, WindowFeatures]]:
    return ((end, build_window(panel, end, graph)) for end in ends)


def _ends(panel: Panel, horizon: int) -> list[int]:
    """Where windows of the past end."""
    some = panel.counts.sum(axis=0) > 0
    ends = range(WINDOW, panel.months - horizon + 1)
    return [end for end in ends if some[end - WINDOW : end].any() and some[end : end + horizon].all()]


def _growth(panel: Panel, end: int, seen: WindowFeatures, horizon: int) -> Floats:
    """(H,) total of each month ahead over the window's mean."""
    growth: Floats = panel.counts[:, end : end + horizon].sum(axis=0) / seen.reference
    return growth
