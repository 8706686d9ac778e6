"""The report by hand and by loops; nobody is lost between groups and reasons."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.chains.explain.fairness import (
    SPREAD,
    UNKNOWN,
    count_left_out,
    merge_small_groups,
    report_by_group,
    report_popularity,
)
from skillpath.chains.model.coverage import REASONS


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_groups_equal_loops(seed: int) -> None:
    rng = np.random.default_rng(seed)
    group = rng.integers(-1, 3, 12)
    size = int(rng.integers(0, 30))
    owner, rank = np.sort(rng.integers(0, 12, size)), rng.integers(1, 3, size)
    gain, score, gap = rng.random(size), rng.random(size), np.where(rng.random(12) < 0.3, np.nan, rng.random(12))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = report_by_group(group, 3, owner, rank, gain, score, gap, least=1)
    assert found.students.sum() == 12
    for place, number in enumerate([0, 1, 2, UNKNOWN]):
        mine = np.flatnonzero(group == number)
        of_mine = np.isin(owner, mine)
        assert found.students[place] == len(mine)
        expected = {
            "covered": np.isin(mine, owner),
            "chains": [(owner == s).sum() for s in mine],
            "gain": gain[of_mine & (rank == 1)],
            "gap": gap[mine][~np.isnan(gap[mine])],
            "score": score[of_mine],
        }
        for name, values in expected.items():
            mean = np.mean(values) if len(values) else np.nan
            assert getattr(found, name)[place] == pytest.approx(mean, nan_ok=True)
    for name in SPREAD:
        known = getattr(found, name)[:3]
        known = known[~np.isnan(known)]
        apart = known.max() - known.min() if len(known) > 1 else np.nan
        assert found.spread[name] == pytest.approx(apart, nan_ok=True)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_small_groups_become_one_and_nobody_is_lost(seed: int, least: int) -> None:
    before = np.random.default_rng(seed).integers(-1, 6, 20)
    after, kept = merge_small_groups(before, 6, least)
    assert ((after == UNKNOWN) == (before == UNKNOWN)).all()
    for place, number in enumerate(kept.tolist()):
        assert ((after == place) == (before == number)).all() and (before == number).sum() >= least
    assert after.max(initial=-1) <= len(kept)
    assert (after == len(kept)).sum() == sum(n for g in range(6) if 0 < (n := (before == g).sum()) < least)


def test_without_any_group_everybody_is_unknown() -> None:
    after, kept = merge_small_groups(np.full(3, UNKNOWN), 0)
    assert after.tolist() == [UNKNOWN] * 3 and not len(kept)


def test_small_groups_do_not_make_the_spread() -> None:
    group = np.r_[np.zeros(30, dtype=int), np.ones(30, dtype=int), [2]]
    owner = np.arange(45)
    found = report_by_group(group, 3, owner, np.ones(45, dtype=int), np.ones(45), np.ones(45), np.ones(61))
    assert found.covered[:3].tolist() == [1.0, 0.5, 0.0] and found.spread["covered"] == 0.5


def test_popularity_by_hand() -> None:
    even, one = report_popularity(np.arange(10), 10), report_popularity(np.zeros(10, dtype=int), 10)
    assert (even.coverage, even.unevenness, even.top_share) == pytest.approx((1.0, 0.0, 0.1))
    assert (one.coverage, one.unevenness, one.top_share) == pytest.approx((0.1, 0.9, 1.0))
    nothing = report_popularity(np.zeros(0, dtype=int), 0)
    assert (nothing.coverage, nothing.unevenness, nothing.top_share) == (0.0, 0.0, 0.0)


def test_reasons_add_up_to_all_students() -> None:
    codes = np.array([0, 0, 3, 6])
    found = count_left_out(codes)
    assert list(found) == list(REASONS) and sum(found.values()) == 4
    assert found["HAS_CHAIN"] == 2 and found["NO_REQUIREMENTS"] == 1 and found["NOTHING_LEFT"] == 1
