"""Warning: the event, the threshold that keeps its precision, and no warning where none can be justified."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.embeddings.forecast_targets import ForecastTargetSettings, build_targets
from skillpath.embeddings.warning import WarningSettings, find_onsets, find_shortages, fit_rule, precision_recall
from tests.embeddings.histories import small_history

HORIZON = ForecastTargetSettings().horizon


def test_the_event_is_more_unmet_demand_than_most_training_samples_had() -> None:
    targets = build_targets(small_history(4))
    event, known = find_shortages(targets)
    np.testing.assert_array_equal(known, ~np.isnan(targets.future) & targets.gap_known)
    unmet = targets.future * targets.gap
    trained = targets.split.train
    assert event[:, trained].mean() == pytest.approx(0.2, abs=0.02)
    assert unmet[:, trained][event[:, trained]].min() > unmet[:, trained][~event[:, trained]].max()
    assert not event[~known].any()


def test_a_shortage_begins_where_there_was_none_before() -> None:
    targets = build_targets(small_history(4))
    event, fresh = find_shortages(targets)[0], find_onsets(targets, HORIZON)
    assert not fresh[:, :HORIZON].any()
    np.testing.assert_array_equal(fresh[:, HORIZON:-HORIZON], ~event[:, : -2 * HORIZON])
    assert 0 < (event & fresh).sum() < event.sum()


def test_the_limit_is_fixed_on_training_months() -> None:
    targets = build_targets(small_history(4))
    later = targets.future.copy()
    later[:, targets.split.test] *= 100
    event, _ = find_shortages(replace(targets, future=later))
    np.testing.assert_array_equal(event[:, targets.split.train], find_shortages(targets)[0][:, targets.split.train])
    assert event[:, targets.split.test].all()


def test_an_unknown_gap_leaves_the_event_unknown() -> None:
    targets = build_targets(small_history(4))
    blind = replace(targets, gap=np.full_like(targets.gap, np.nan), gap_known=np.zeros_like(targets.gap_known))
    event, known = find_shortages(blind)
    assert not known.any()
    assert not event.any()
    assert not find_onsets(blind, HORIZON).any()


def test_the_rule_keeps_its_precision_on_samples_it_has_not_seen() -> None:
    rng = np.random.default_rng(1)
    demand, trend, gap = rng.random((3, 4000))
    event = 0.7 * trend + 0.3 * gap + rng.normal(0, 0.05, 4000) > 0.6
    half = slice(0, 2000)
    rule = fit_rule(demand[half], trend[half], gap[half], event[half])
    assert rule.eta == pytest.approx((0.0, 0.7, 0.3), abs=0.11)
    warned = rule.index(demand, trend, gap)[2000:] >= rule.threshold
    precision, recall = precision_recall(warned, event[2000:])
    assert precision > 0.8
    assert recall > 0.7
    assert rule.precision >= 0.85


def test_nothing_warns_where_nothing_keeps_the_precision() -> None:
    rng = np.random.default_rng(2)
    demand, trend, gap = rng.random((3, 500))
    rule = fit_rule(demand, trend, gap, rng.random(500) < 0.2)
    assert rule.threshold == float("inf") or rule.precision >= 0.5
    assert fit_rule(demand, trend, gap, np.zeros(500, dtype=bool)).threshold == float("inf")
    none = np.array([])
    assert fit_rule(none, none, none, none.astype(bool)).threshold == float("inf")


def test_the_most_precise_rule_warns_where_none_keeps_the_precision() -> None:
    index = np.arange(100) / 100
    event = (np.arange(100) >= 80) & (np.arange(100) % 3 > 0)
    rule = fit_rule(index, index, index, event)
    warned = rule.index(index, index, index) >= rule.threshold
    assert 0.5 <= precision_recall(warned, event)[0] == pytest.approx(rule.precision)
    assert rule.precision < 0.85
    assert fit_rule(index, index, index, event, WarningSettings(floor=0.99)).threshold == float("inf")


def test_equal_indices_are_warned_of_together() -> None:
    flat, event = np.ones(10), np.arange(10) < 9
    rule = fit_rule(flat, flat, flat, event, WarningSettings(precision=0.9, margin=0.0))
    assert (rule.precision, rule.recall) == (0.9, 1.0)
    strict = WarningSettings(precision=0.95, margin=0.0, floor=0.95)
    assert fit_rule(flat, flat, flat, event, strict).threshold == float("inf")


def test_an_unknown_gap_does_not_make_the_index_unknown() -> None:
    ones = np.ones(6)
    rule = fit_rule(ones, ones, ones, ones.astype(bool))
    assert not np.isnan(rule.index(np.ones(1), np.ones(1), np.full(1, np.nan))).any()
