"""Forecasts of many series: nothing from the future, same each time, sane on odd tables, ahead of simple ones."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.embeddings.series import Panel, SeriesSettings, compute_errors, fit, forecast, neighbours
from skillpath.errors import BadInput

MONTHS = 30
SEASON = np.array([-0.6, -0.2, 0.3, 0.1, 0.0, 0.0, 0.1, 0.2, 0.0, -0.1, 0.1, 0.1])


def town(seed: int = 0, groups: int = 4, skills: int = 60, months: int = MONTHS) -> Panel:
    """Counts of a market with a season, whose shares wander; half of the series are small."""
    rng = np.random.default_rng(seed)
    group, skill = np.divmod(np.arange(groups * skills), skills)
    level = rng.normal(1.5, 2.0, (groups * skills, 1)) + rng.normal(0, 0.08, (groups * skills, months)).cumsum(axis=1)
    market = SEASON[np.arange(months) % 12] + rng.normal(0, 0.05, months)
    return Panel(group, skill, np.datetime64("2021-01"), rng.poisson(np.exp(level + market)).astype(float))


def edges(panel: Panel, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.integers(0, high, 500) for high in (4, 60, 60)])


def judged(panel: Panel, first: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """What is said at four ends and what came."""
    graph = neighbours(panel, edges(panel))
    ends = range(first, first + 4)
    forecasted = [forecast(fit(panel.cut(end), graph), panel.cut(end), graph) for end in ends]
    return np.concatenate([panel.counts[:, end : end + 3] for end in ends]), np.concatenate(forecasted)


def test_changing_the_future_changes_no_forecast() -> None:
    panel = town()
    graph = neighbours(panel, edges(panel))
    later = panel.counts.copy()
    later[:, 24:] = later[::-1, 24:] * 7 + 3
    changed = replace(panel, counts=later)
    before = forecast(fit(panel.cut(24), graph), panel.cut(24), graph)
    after = forecast(fit(changed.cut(24), graph), changed.cut(24), graph)
    assert np.array_equal(before, after)
    later[:, 23] += 5
    now = replace(panel, counts=later).cut(24)
    assert not np.array_equal(before, forecast(fit(now, graph), now, graph)), "the last month does count"


def test_the_past_before_the_six_months_reaches_a_trained_model_by_no_way() -> None:
    panel = town()
    model = fit(panel.cut(24))
    long = forecast(model, panel.cut(27))
    short = Panel(panel.group, panel.skill, np.datetime64("2022-10"), panel.counts[:, 21:27])
    assert np.array_equal(long, forecast(model, short))


def test_it_beats_simple_forecasts_on_every_metric() -> None:
    panel = town()
    actual, forecasted = judged(panel)
    ours = compute_errors(actual, forecasted)
    for months in (1, 3, 6):
        means = [panel.counts[:, end - months : end].mean(axis=1, keepdims=True) for end in range(24, 28)]
        theirs = compute_errors(actual, np.concatenate([np.repeat(mean, 3, axis=1) for mean in means]))
        assert all(ours[name] < theirs[name] for name in ours), (months, ours, theirs)


def test_it_is_the_same_each_time_and_whatever_the_order_of_the_rows() -> None:
    panel = town()
    graph = neighbours(panel, edges(panel))
    forecasted = forecast(fit(panel, graph), panel, graph)
    assert np.array_equal(forecasted, forecast(fit(panel, graph), panel, graph))
    order = np.random.default_rng(5).permutation(len(forecasted))
    mixed = Panel(panel.group[order], panel.skill[order], panel.first_month, panel.counts[order])
    turned = neighbours(mixed, edges(panel))
    assert np.mean(forecast(fit(mixed, turned), mixed, turned) == forecasted[order]) > 0.99, "but for ties of rounding"


def test_series_of_zeros_stay_zero_and_constant_ones_constant() -> None:
    panel = town()
    counts = panel.counts.copy()
    counts[0] = 0.0
    zeros = replace(panel, counts=counts)
    assert forecast(fit(zeros), zeros)[0].tolist() == [0.0, 0.0, 0.0]
    alike = replace(panel, counts=np.full_like(panel.counts, 40.0))
    assert forecast(fit(alike), alike) == pytest.approx(np.full((240, 3), 40.0), abs=1.0)
    nothing = replace(panel, counts=np.zeros_like(panel.counts))
    assert not forecast(fit(nothing), nothing).any()


def test_one_series_alone_is_its_own_market() -> None:
    alone = Panel(np.zeros(1, int), np.zeros(1, int), np.datetime64("2021-01"), np.full((1, 24), 12.0))
    assert forecast(fit(alone), alone) == pytest.approx(np.full((1, 3), 12.0), abs=1.0)


def test_a_month_without_any_count_does_not_drag_the_rest_down() -> None:
    panel = town()
    counts = panel.counts.copy()
    counts[:, 27] = 0.0
    holed = replace(panel, counts=counts)
    whole, forecasted = forecast(fit(panel), panel).sum(), forecast(fit(holed), holed).sum()
    assert forecasted == pytest.approx(whole, rel=0.25)


def test_six_months_are_enough_and_five_are_refused() -> None:
    short = town(months=6)
    model = fit(short)
    assert model.windows == 0 and model.names == ()
    actual = short.counts.mean(axis=1)
    assert np.corrcoef(np.log1p(forecast(model, short)[:, 0]), np.log1p(actual))[0, 1] > 0.9
    with pytest.raises(BadInput, match="needs 6 months, there are 5"):
        fit(short.cut(5))
    with pytest.raises(BadInput, match="needs 6 months, there are 5"):
        forecast(model, short.cut(5))


def test_a_model_wants_the_graph_it_was_trained_with() -> None:
    panel = town()
    graph = neighbours(panel, edges(panel))
    with pytest.raises(BadInput, match="trained with a graph"):
        forecast(fit(panel, graph), panel)
    with pytest.raises(BadInput, match="trained without a graph"):
        forecast(fit(panel), panel, graph)
    one = Panel(panel.group * 0, np.arange(240), panel.first_month, panel.counts)
    with pytest.raises(BadInput, match="other features"):
        forecast(fit(panel), one)


@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(6, 20), st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_any_table_gets_whole_finite_counts(seed: int, rows: int, months: int, horizon: int) -> None:
    rng = np.random.default_rng(seed)
    counts = np.floor(np.exp(rng.normal(0, 4, (rows, months)))) * (rng.random((rows, months)) < 0.5)
    panel = Panel(np.arange(rows) % 3, np.arange(rows), np.datetime64("2020-03"), counts)
    graph = neighbours(panel, rng.integers(0, 30, (50, 3)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecasted = forecast(fit(panel, graph, SeriesSettings(horizon=horizon)), panel, graph)
    assert forecasted.shape == (rows, horizon)
    assert np.isfinite(forecasted).all() and (forecasted >= 0).all() and np.array_equal(forecasted, np.rint(forecasted))
