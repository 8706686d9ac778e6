"""Limits on what may be suggested: each by a loop, and seats shared fairly whatever the order of the students."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.item_limits import (
    UNLIMITED,
    FilterSettings,
    ItemLimits,
    break_ties,
    compute_seat_cutoffs,
    is_in_reach,
    is_not_done,
    is_still_open,
    may_begin,
)

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_seats_go_to_those_they_help_most_and_never_to_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted = rng.random((12, 5)) < 0.6
    student, item = np.nonzero(wanted)
    gain, tie_breaker = rng.integers(1, 4, len(item)) / 4, rng.permutation(12) / 12
    seats = rng.choice([UNLIMITED, 0, 1, 2], 5)
    priority = break_ties(gain, tie_breaker[student])
    cutoffs = compute_seat_cutoffs(item, priority, seats, FilterSettings(suggestions_per_seat=2))
    admitted = priority >= cutoffs[item]
    for i in range(5):
        mine = item == i
        limit = len(item) if seats[i] == UNLIMITED else 2 * seats[i]
        assert admitted[mine].sum() == min(limit, mine.sum()), "no seat is wasted and none given twice"
        if admitted[mine].any() and not admitted[mine].all():
            assert gain[mine & admitted].min() >= gain[mine & ~admitted].max() - 1e-12
    mixed = rng.permutation(len(item))
    assert np.array_equal(
        compute_seat_cutoffs(item[mixed], priority[mixed], seats, FilterSettings(suggestions_per_seat=2)), cutoffs
    )


def test_no_wishes_and_no_items_give_cutoffs_all_the_same() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert compute_seat_cutoffs(nobody, np.zeros(0), np.array([3, UNLIMITED])).tolist() == [-np.inf, -np.inf]
    assert len(compute_seat_cutoffs(nobody, np.zeros(0), nobody)) == 0


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_prerequisites_and_what_is_done_equal_loops(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    progress, needs = draw(rng, 5, 6), rng.random((6, 6)) < 0.3
    progress.data[rng.random(progress.nnz) < 0.2] = 0.0
    student, item = rng.integers(0, 5, 20), rng.integers(0, 6, 20)
    share = progress.toarray()
    ready = [bool((share[s][needs[i]] >= 0.5).all()) for s, i in zip(student, item, strict=True)]
    assert may_begin(student, item, progress, csr_array(needs * 1.0), 0.5).tolist() == ready
    begun = set(zip(np.repeat(np.arange(5), np.diff(progress.indptr)).tolist(), progress.indices.tolist(), strict=True))
    assert is_not_done(student, item, progress).tolist() == [
        (int(s), int(i)) not in begun for s, i in zip(student, item, strict=True)
    ]


def test_deadlines_by_hand() -> None:
    none = -99
    closes, opened = np.array([10, 9, none, none, none]), np.array([0, 0, 5, 8, none])
    assert is_still_open(closes, opened, 10, 3, none).tolist() == [True, False, False, True, True]


@pytest.mark.parametrize(("same", "expected"), [(True, [True, True, True, False]), (False, [True] * 4)])
def test_regions_by_hand(same: bool, expected: list[bool]) -> None:
    found = is_in_reach(np.array([0, -1, 0, 0]), np.array([0, 1, -1, 1]), FilterSettings(same_region=same))
    assert found.tolist() == expected


def test_an_offer_without_limits_limits_nothing() -> None:
    limits = ItemLimits.unlimited(3)
    assert limits.open.all() and (limits.seats == UNLIMITED).all()
    assert is_in_reach(limits.region, np.array([0, 1, 2]), FilterSettings(same_region=True)).all()
