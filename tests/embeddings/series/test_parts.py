"""The parts of a series forecast: graph, market, decision, metrics, and the model on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillpath.embeddings.series import Panel, compute_errors, fit, forecast, neighbours
from skillpath.embeddings.series.market_forecast import (
    MarketForecast,
    MarketForecastSettings,
    fit_market,
    forecast_market,
)
from skillpath.embeddings.series.rounding import RoundingSettings, fit_factors, round_counts
from skillpath.embeddings.series.series_artifact import ARRAYS, FACTS, load_model, save_model
from skillpath.errors import BadInput
from tests.embeddings.series.test_series_model import town


def panel(pairs: list[tuple[int, int]]) -> Panel:
    group, skill = np.array(pairs).T
    return Panel(group, skill, np.datetime64("2021-01"), np.ones((len(pairs), 6)))


def test_repeated_edges_count_again_both_ways_and_strangers_are_left_out() -> None:
    edges = np.array([[0, 1, 2], [0, 1, 2], [0, 2, 1], [0, 1, 1], [0, 1, 9], [5, 1, 2], [1, 1, 2], [0, -1, 2]])
    weights = neighbours(panel([(0, 1), (0, 2), (1, 1)]), edges).toarray()
    assert weights.tolist() == [[0, 3, 0], [3, 0, 0], [0, 0, 0]]


def test_no_edges_are_no_neighbours() -> None:
    assert neighbours(panel([(0, 1), (0, 2)]), np.zeros((0, 3), np.int64)).nnz == 0


def test_one_year_is_half_believed_and_two_as_far_as_they_agree() -> None:
    month = np.arange(24) % 12
    shape = np.where(month == 0, -1.0, 0.0)
    once = fit_market(np.expm1(8.0 + shape[:12]), month[:12], 3, MarketForecastSettings()).season
    assert once[0] == pytest.approx(-1 / 3) and not once[1:].any()
    alike = fit_market(np.expm1(8.0 + shape), month, 3, MarketForecastSettings()).season
    assert alike[0] == pytest.approx(-2 / 2.25), "two years that agree: the least pull"
    noise = np.random.default_rng(0).normal(0, 0.5, 24)
    apart = fit_market(np.expm1(8.0 + noise), month, 3, MarketForecastSettings()).season
    level = noise - np.median(noise)
    means = (level[:12] + level[12:]) / 2
    assert apart == pytest.approx(means * 2 / 6), "two years that do not: the most"


def test_how_it_went_on_a_year_before_is_remembered() -> None:
    month = np.arange(20) % 12
    growth = np.where(month == 7, 0.5, 0.0)
    totals = np.expm1(8.0 + growth)[:18]
    known = fit_market(totals, month[:18], 2, MarketForecastSettings())
    assert known.echo[6] == pytest.approx([0.5, 0.0])
    assert np.argwhere(np.isnan(known.echo)).tolist() == [[4, 1]], "two months after the only such May: not yet there"
    only = MarketForecastSettings(echo=1.0)
    path = forecast_market(known, totals, month[:18], np.array([6, 7]), only)
    assert np.log1p(path) == pytest.approx(8.0 + known.echo[5])


def test_one_odd_month_does_not_move_the_level() -> None:
    totals = np.array([100.0, 100, 100, 100, 100, 1])
    unknown = MarketForecast(np.zeros(12), np.full((12, 2), np.nan))
    path = forecast_market(unknown, totals, np.arange(6), np.array([6, 7]), MarketForecastSettings())
    assert path == pytest.approx([100.0, 100.0])
    assert not forecast_market(unknown, np.zeros(6), np.arange(6), np.array([6, 7]), MarketForecastSettings()).any()


def test_where_nothing_mostly_comes_nothing_is_said() -> None:
    rng = np.random.default_rng(0)
    expected = np.repeat([0.4, 50.0], 2000)
    actual = rng.poisson(expected).astype(float)
    chosen = RoundingSettings()
    factors = fit_factors(expected, actual, chosen)
    forecasted = round_counts(np.array([0.01, 0.4, 50.4, 1e6]), factors, chosen)
    assert forecasted.tolist() == [0.0, 0.0, 50.0, 1e6]
    rounded = compute_errors(actual, np.maximum(np.rint(expected), 1.0))
    assert compute_errors(actual, round_counts(expected, factors, chosen))["SMAPE"] < rounded["SMAPE"]


def test_the_metrics_by_hand() -> None:
    forecasted = compute_errors(np.array([0.0, 4.0, 0.0, 3.0]), np.array([0.0, 0.0, 2.0, 1.0]))
    assert forecasted["MAE"] == pytest.approx(2.0)
    assert forecasted["RMSE"] == pytest.approx(np.sqrt(24 / 4))
    assert forecasted["SMAPE"] == pytest.approx(100 * (0 + 1 + 1 + 0.5) / 4)
    assert forecasted["RRMSE"] == pytest.approx(100 * np.sqrt(24 / 25))
    assert np.isnan(compute_errors(np.zeros(2), np.ones(2))["RRMSE"])


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    series = town()
    model = fit(series)
    save_model(model, tmp_path / "kept")
    again = load_model(tmp_path / "kept")
    assert again.settings == model.settings and again.names == model.names
    assert np.array_equal(forecast(again, series), forecast(model, series))
    assert {file.name for file in (tmp_path / "kept").iterdir()} == {ARRAYS, FACTS}


def test_damaged_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No series model can be read"):
        load_model(tmp_path)
    save_model(fit(town()), tmp_path)
    facts = (tmp_path / FACTS).read_text("utf-8")
    (tmp_path / FACTS).write_text(facts.replace('"horizon": 3', '"horizon": 4'), "utf-8")
    with pytest.raises(BadInput, match="is damaged"):
        load_model(tmp_path)
    (tmp_path / FACTS).write_text(facts.replace('"penalty"', '"pain"'), "utf-8")
    with pytest.raises(BadInput, match="is damaged"):
        load_model(tmp_path)
    (tmp_path / FACTS).write_text(facts, "utf-8")
    (tmp_path / ARRAYS).write_bytes((tmp_path / ARRAYS).read_bytes()[:-8])
    with pytest.raises(BadInput, match="do not belong together"):
        load_model(tmp_path)
