"""Plans against every possible plan; joint gains against taking the resources; prerequisites and their cycles."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import top_per_group
from skillpath.chains.model.capability import capability
from skillpath.chains.model.gap import Gaps, compute_total_gains, find_gaps
from skillpath.chains.planning.plan_candidates import NONE, PlanCandidates, PlanSettings
from skillpath.chains.planning.plans import Plans, compute_joint_gain, drop_cycles, search_plans

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)
WIDE = PlanSettings(length=3, pool=50, beam=500, min_extra_gain=0.02)


def gaps_of(draw: Draw, rng: np.random.Generator, pairs: int = 4) -> tuple[Gaps, csr_array]:
    levels, needs, effects = draw(rng, pairs, 6), draw(rng, pairs, 6, 0.7), draw(rng, 6, 6) * 0.9
    weights = csr_array(np.where(rng.random((pairs, 6)) < 0.5, 1.0, 0.5))
    return find_gaps(levels, needs, np.arange(pairs), np.arange(pairs), weights), csr_array(effects)


def wishes_of(gaps: Gaps, effects: csr_array, done: csr_array) -> PlanCandidates:
    pair, item, gain, _ = compute_total_gains(gaps, effects)
    order = top_per_group(pair, gain, item, len(item))
    return PlanCandidates(np.arange(len(gaps.total)), pair[order], item[order], done)


def ordered(items: tuple[int, ...], needs: np.ndarray, done: np.ndarray) -> bool:
    had = set(np.flatnonzero(done).tolist())
    for item in items:
        if not set(np.flatnonzero(needs[item]).tolist()) <= had:
            return False
        had.add(item)
    return True


def best_value(gaps: Gaps, effects: csr_array, needs: np.ndarray, done: np.ndarray, pair: int) -> float:
    """The value of the best of all plans."""
    free = [i for i in range(effects.shape[0]) if not done[pair, i]]
    values = [0.0]
    for size in (1, 2, 3):
        tried = [p for p in permutations(free, size) if ordered(p, needs, done[pair])]
        if tried:
            gains = compute_joint_gain(gaps, effects, np.full(len(tried), pair), np.array(tried))
            values.append(float(gains.max()) - WIDE.min_extra_gain * size)
    return max(values)


def values(found: Plans) -> np.ndarray:
    return np.asarray(found.gain - WIDE.min_extra_gain * (found.items != NONE).sum(axis=1))


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_a_wide_search_finds_the_best_plan_there_is_and_keeps_the_order(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    gaps, effects = gaps_of(draw, rng)
    needs = np.triu(rng.random((6, 6)) < 0.2, 1)
    done = rng.random((4, 6)) < 0.2
    found = search_plans(gaps, effects, wishes_of(gaps, effects, csr_array(done * 1.0)), csr_array(needs * 1.0), WIDE)
    for pair in range(4):
        items = tuple(int(i) for i in found.items[pair] if i != NONE)
        assert ordered(items, needs, done[pair]) and not done[pair][list(items)].any()
        assert len(set(items)) == len(items)
        assert values(found)[pair] == pytest.approx(best_value(gaps, effects, needs, done, pair), abs=1e-9)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_narrow_search_is_never_better_than_a_wide_one_and_never_worse_than_one_resource(
    draw: Draw, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    gaps, effects = gaps_of(draw, rng)
    candidates = wishes_of(gaps, effects, csr_array((4, 6)))
    wide, narrow = (
        search_plans(gaps, effects, candidates, None, WIDE),
        search_plans(gaps, effects, candidates, None, PlanSettings(beam=2, min_extra_gain=0.02)),
    )
    single = np.array([best_value_of_one(gaps, effects, pair) for pair in range(4)])
    assert (values(narrow) <= values(wide) + 1e-9).all() and (values(narrow) >= single - 1e-9).all()


def best_value_of_one(gaps: Gaps, effects: csr_array, pair: int) -> float:
    gains = compute_joint_gain(gaps, effects, np.full(effects.shape[0], pair), np.arange(effects.shape[0])[:, None])
    return max(0.0, float(gains.max()) - WIDE.min_extra_gain)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_joint_gain_is_what_taking_them_all_closes_and_never_more_than_the_sum(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    gains, stated, needs = csr_array(draw(rng, 5, 7) * 0.9), draw(rng, 3, 7), draw(rng, 3, 7)
    index = np.arange(3)
    before = find_gaps(capability(csr_array((3, 5)), gains, stated), needs, index, index)
    items = np.stack([rng.permutation(5)[:3] for _ in range(3)])
    items[0, 2] = NONE
    taken = np.zeros((3, 5))
    for row, chosen in enumerate(items):
        taken[row, chosen[chosen != NONE]] = 1.0
    after = find_gaps(capability(csr_array(taken), gains, stated), needs, index, index)
    joint = compute_joint_gain(before, gains, index, items)
    assert joint == pytest.approx(before.total - after.total, abs=1e-12)
    alone = sum(compute_joint_gain(before, gains, index, items[:, i : i + 1]) for i in range(3))
    assert (joint <= alone + 1e-12).all() and (joint <= before.total + 1e-12).all()


def test_a_prerequisite_that_closes_nothing_still_comes_first() -> None:
    gaps = find_gaps(csr_array((1, 2)), csr_array([[0.9, 0.0]]), np.array([0]), np.array([0]))
    effects = csr_array([[0.8, 0.0], [0.0, 0.5], [0.1, 0.0], [0.2, 0.0]])
    needs = csr_array(([1.0], ([0], [1])), shape=(4, 4))
    candidates = wishes_of(gaps, effects, csr_array((1, 4)))
    found = search_plans(gaps, effects, candidates, needs, PlanSettings(length=2, beam=1))
    assert found.items.tolist() == [[1, 0]] and found.gain[0] == pytest.approx(0.8)
    knows = PlanCandidates(candidates.pair, candidates.row, candidates.item, csr_array([[0.0, 1.0, 0.0, 0.0]]))
    assert search_plans(gaps, effects, knows, needs, PlanSettings(length=1)).items.tolist() == [[0]]


def test_cycles_are_cut_and_told() -> None:
    needs = csr_array(([1.0] * 5, ([0, 1, 2, 3, 4], [1, 0, 0, 3, 2])), shape=(6, 6))
    clean, cyclic = drop_cycles(needs)
    assert cyclic.tolist() == [0, 1, 3]
    assert list(zip(*(part.tolist() for part in clean.nonzero()), strict=True)) == [(2, 0), (4, 2)]
    nothing, none = drop_cycles(csr_array((3, 3)))
    assert nothing.nnz == 0 and len(none) == 0


@pytest.mark.parametrize("pairs", [0, 2])
def test_without_candidates_plans_are_empty(pairs: int) -> None:
    index = np.arange(pairs)
    gaps = find_gaps(csr_array((pairs, 3)), csr_array((pairs, 3)), index, index)
    found = search_plans(gaps, csr_array((0, 3)), wishes_of(gaps, csr_array((0, 3)), csr_array((pairs, 0))))
    assert found.items.shape == (pairs, 3) and (found.items == NONE).all() and (found.gain == 0).all()


def test_what_improves_nothing_is_in_no_plan() -> None:
    gaps = find_gaps(csr_array([[0.9, 0.0]]), csr_array([[0.5, 0.5]]), np.array([0]), np.array([0]))
    effects = csr_array([[0.9, 0.0], [0.0, 0.01]])
    found = search_plans(gaps, effects, wishes_of(gaps, effects, csr_array((1, 2))))
    assert (found.items == NONE).all() and found.gain[0] == 0.0
