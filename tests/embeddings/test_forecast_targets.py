"""Targets: windows, classes, the split in time, and that nothing beyond the horizon counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.embeddings.forecast_targets import (
    ForecastTargets,
    ForecastTargetSettings,
    Thresholds,
    build_targets,
    mean_windows,
    split_origins,
)
from skillpath.embeddings.history import History
from skillpath.embeddings.model_forecasts import CLASSES
from skillpath.errors import BadInput
from tests.embeddings.histories import small_history

HORIZON = ForecastTargetSettings().horizon


@pytest.fixture(scope="module")
def history() -> History:
    return small_history(3)


@pytest.fixture(scope="module")
def targets(history: History) -> ForecastTargets:
    return build_targets(history)


def test_windows_are_means_of_the_months_before_and_after() -> None:
    past, future = mean_windows(np.array([[3.0, 0.0, 6.0, 9.0, 0.0]]), 2)
    np.testing.assert_array_equal(past, [[np.nan, 1.5, 3.0, 7.5, 4.5]])
    np.testing.assert_array_equal(future, [[3.0, 7.5, 4.5, np.nan, np.nan]])


def test_a_window_shorter_than_the_horizon_has_no_known_month() -> None:
    past, future = mean_windows(np.ones((2, 2)), 3)
    assert np.isnan(past).all()
    assert np.isnan(future).all()


def test_classes_follow_trend_and_level() -> None:
    limits = Thresholds(low=2.0, top=10.0, growth=0.1, high_growth=0.3, smoothing=1.0)
    trend = np.array([0.3, 0.1, 0.09, -0.09, -0.1, 0.9, np.nan])
    future = np.array([5.0, 5.0, 5.0, 5.0, 5.0, 1.9, 5.0])
    names = [CLASSES[i] if i >= 0 else None for i in limits.classify(trend, future)]
    assert names == ["HIGH_GROWTH", "GROWTH", "STABLE", "STABLE", "DECLINE", "LOW", None]


def test_the_level_runs_from_none_to_the_top_and_back() -> None:
    limits = Thresholds(low=2.0, top=10.0, growth=0.1, high_growth=0.3, smoothing=1.0)
    postings = np.array([0.0, 1.0, 4.0, 10.0])
    level = limits.level(postings)
    assert level[[0, -1]].tolist() == [0.0, 1.0]
    assert limits.level(np.array([99.0])).tolist() == [1.0]
    np.testing.assert_allclose(limits.monthly(level), postings)


@pytest.mark.parametrize("months", [12, 13, 30, 36, 48, 96])
def test_no_training_target_reaches_into_what_is_chosen_or_judged_by(months: int) -> None:
    split = split_origins(months)
    assert min(map(len, (split.train, split.validation, split.test))) >= 1
    assert split.train[0] == HORIZON - 1
    assert split.test[-1] + HORIZON == months - 1
    assert split.train[-1] + HORIZON == split.validation[0]
    assert split.validation[-1] + HORIZON == split.test[0]


def test_seed_scale_is_split_about_eight_to_one_to_one() -> None:
    split = split_origins(48)
    assert [len(split.train), len(split.validation), len(split.test)] == [31, 4, 4]


def test_too_few_months_are_refused() -> None:
    with pytest.raises(BadInput, match=r"11 months of posts are too few.*at least 12 months"):
        split_origins(11)


def test_all_targets_are_known_within_the_window_and_none_beyond(history: History, targets: ForecastTargets) -> None:
    inside = np.zeros(targets.known.shape, dtype=bool)
    inside[:, HORIZON - 1 : history.months - HORIZON] = True
    np.testing.assert_array_equal(targets.known, inside)
    np.testing.assert_array_equal(targets.label >= 0, inside)
    assert np.isnan(targets.trend[~inside]).all()
    known = targets.demand[inside]
    assert ((known >= 0) & (known <= 1)).all()
    assert set(targets.label[inside]) == set(range(5))


def test_a_fifth_of_the_training_samples_is_low(targets: ForecastTargets) -> None:
    share = (targets.label[:, targets.split.train] == CLASSES.index("LOW")).mean()
    assert 0.1 < share <= 0.2


def test_a_target_depends_on_nothing_after_its_horizon(history: History, targets: ForecastTargets) -> None:
    for origin in (5, 14, 20):
        earlier = history.cut(origin + HORIZON + 1)
        again = build_targets(replace(earlier, months=history.months), thresholds=targets.thresholds)
        for name in ("past", "future", "demand", "trend", "label", "gap"):
            np.testing.assert_array_equal(
                getattr(again, name)[:, : origin + 1], getattr(targets, name)[:, : origin + 1], err_msg=name
            )


def test_thresholds_see_training_months_only(history: History, targets: ForecastTargets) -> None:
    last = targets.split.train[-1] + HORIZON + 1
    again = build_targets(replace(history.cut(int(last)), months=history.months))
    assert again.thresholds == targets.thresholds


def test_a_market_without_posts_is_low_and_has_no_nan_but_the_unknown(history: History) -> None:
    empty = replace(history, postings=history.postings.where(np.zeros(len(history.postings.day), dtype=bool)))
    targets = build_targets(empty)
    assert set(targets.label[targets.known]) == {CLASSES.index("STABLE")}
    assert not targets.trend[targets.known].any()
    assert not targets.demand[targets.known].any()
