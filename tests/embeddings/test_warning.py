"""Warning: the event, the threshold that keeps its precision, and no warning where none can be justified."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.embeddings.forecast import CLASSES
from skillpath.embeddings.targets import TargetSettings, make_targets
from skillpath.embeddings.warning import WarningSettings, fit_rule, precision_recall, worth_warning
from tests.embeddings.histories import small_history

HORIZON = TargetSettings().horizon


def test_the_event_is_unmet_demand_that_grows_where_demand_is_not_low() -> None:
    targets = make_targets(small_history(4))
    event, known = worth_warning(targets, HORIZON)
    assert not known[:, :HORIZON].any()
    assert known[:, HORIZON:-HORIZON].all()
    unmet_after = (targets.future + 1.0) * targets.gap
    unmet_now = (targets.past + 1.0) * np.roll(targets.gap, HORIZON, axis=1)
    expected = (unmet_after >= 1.1 * unmet_now) & (targets.label != CLASSES.index("LOW"))
    np.testing.assert_array_equal(event[known], expected[known])
    assert 0.05 < event[known].mean() < 0.6


def test_an_unknown_gap_leaves_the_event_unknown() -> None:
    targets = make_targets(small_history(4))
    blind = replace(targets, gap=np.full_like(targets.gap, np.nan), gap_known=np.zeros_like(targets.gap_known))
    assert not worth_warning(blind, HORIZON)[1].any()


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
    assert rule.threshold == float("inf") or rule.precision >= 0.85
    assert fit_rule(demand, trend, gap, np.zeros(500, dtype=bool)).threshold == float("inf")
    none = np.array([])
    assert fit_rule(none, none, none, none.astype(bool)).threshold == float("inf")


def test_equal_indices_are_warned_of_together() -> None:
    flat, event = np.ones(10), np.arange(10) < 9
    rule = fit_rule(flat, flat, flat, event, WarningSettings(precision=0.9, margin=0.0))
    assert (rule.precision, rule.recall) == (0.9, 1.0)
    assert fit_rule(flat, flat, flat, event, WarningSettings(precision=0.95, margin=0.0)).threshold == float("inf")


def test_an_unknown_gap_does_not_make_the_index_unknown() -> None:
    ones = np.ones(6)
    rule = fit_rule(ones, ones, ones, ones.astype(bool))
    assert not np.isnan(rule.index(np.ones(1), np.ones(1), np.full(1, np.nan))).any()
