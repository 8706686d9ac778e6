"""Affinity against loops: places in the order of each student, weighed histories, sums over edges, and reasons."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.affinity import (
    AffinitySettings,
    Progression,
    compute_affinity,
    find_crowd,
    find_followers,
    find_reasons,
    number_steps,
    select_latest,
    weigh_history,
)
from skillpath.chains.model.arrays import row_of_entry
from tests.chains.worlds import draw_progression

SEEDS = st.integers(0, 2**32 - 1)
STUDENTS, ITEMS = 5, 7


def draw_dates(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Students, days and positions, many of them equal and a third unknown."""
    unknown = rng.random((2, size)) < 0.3
    day, position = np.where(unknown, np.nan, rng.integers(0, 4, (2, size)).astype(float))
    return rng.integers(0, STUDENTS, size), day, position


def draw_history(rng: np.random.Generator) -> tuple[csr_array, np.ndarray]:
    taken = csr_array((rng.random((STUDENTS, ITEMS)) < 0.5) * 1.0)
    return taken, number_steps(row_of_entry(taken), rng.integers(0, 5, taken.nnz).astype(float), np.zeros(taken.nnz))


def count_steps(student: np.ndarray, day: np.ndarray, position: np.ndarray) -> list[int]:
    """The places by a loop."""
    keys = [tuple(-np.inf if np.isnan(value) else value for value in pair) for pair in zip(day, position, strict=True)]
    steps = [0] * len(student)
    for one in set(student.tolist()):
        mine = sorted(np.flatnonzero(student == one).tolist(), key=lambda i: keys[i])
        for place, (_, same) in enumerate(groupby(mine, key=lambda i: keys[i])):
            for i in same:
                steps[i] = place
    return steps


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_places_equal_a_loop_and_do_not_depend_on_names_or_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    student, day, position = draw_dates(rng, int(rng.integers(0, 30)))
    found = number_steps(student, day, position)
    assert found.tolist() == count_steps(student, day, position)
    names, mixed = rng.permutation(STUDENTS), rng.permutation(len(student))
    again = number_steps(names[student][mixed], day[mixed], position[mixed])
    assert again.tolist() == found[mixed].tolist()


def test_the_day_decides_and_then_the_position_and_what_has_neither_is_first() -> None:
    day = np.array([3.0, 3.0, 2.0, np.nan, np.nan])
    position = np.array([2.0, 1.0, 9.0, 5.0, np.nan])
    assert number_steps(np.zeros(5, dtype=np.int64), day, position).tolist() == [4, 3, 2, 1, 0]


@given(SEEDS, st.floats(0.5, 0.99), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_history_fades_with_every_step_and_ends_after_so_many(seed: int, decay: float, steps: int) -> None:
    chosen = AffinitySettings(decay=decay, steps=steps)
    taken, step = draw_history(np.random.default_rng(seed))
    expected = np.zeros((STUDENTS, ITEMS))
    student = row_of_entry(taken)
    for s, item, place in zip(student, taken.indices, step, strict=True):
        age = int(step[student == s].max()) - int(place)
        expected[s, item] = decay**age if age < steps else 0.0
    found = weigh_history(taken, step, chosen)
    assert found.toarray() == pytest.approx(expected)
    assert found.nnz == np.count_nonzero(expected), "what is older is no entry"
    assert np.array_equal(select_latest(found).toarray(), expected == 1.0)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_affinity_is_the_sum_over_what_was_done(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chosen, progression = AffinitySettings(), draw_progression(rng, ITEMS)
    history = weigh_history(*draw_history(rng), chosen)
    weight, following = progression.weight.toarray(), progression.next_weight.toarray()
    expected = np.zeros((STUDENTS, ITEMS))
    for s, i in zip(*history.nonzero(), strict=True):
        expected[s] += history[s, i] * weight[i] + (history[s, i] == 1.0) * following[i]
    found = compute_affinity(history, progression)
    assert found.toarray() == pytest.approx(expected, abs=1e-12) and found.has_sorted_indices


@given(SEEDS, st.floats(0.0, 2.0))
@settings(max_examples=60, deadline=None)
def test_reasons_add_up_to_the_affinity_and_tell_how_many_went_on(seed: int, weight: float) -> None:
    rng = np.random.default_rng(seed)
    chosen, progression = AffinitySettings(), draw_progression(rng, ITEMS)
    history = weigh_history(*draw_history(rng), chosen)
    student, item = rng.integers(0, STUDENTS, 12), rng.integers(0, ITEMS, 12)
    found = find_reasons(history, progression, student, item, weight)
    total = np.bincount(found.chain, weights=found.contribution, minlength=12)
    assert total == pytest.approx(weight * compute_affinity(history, progression).toarray()[student, item], abs=1e-12)
    for chain, source, support in zip(found.chain, found.source, found.support, strict=True):
        assert history[student[chain], source] > 0, "it was done"
        assert support == progression.support[source, item[chain]]


def test_likeness_alone_has_no_support() -> None:
    edge = csr_array([[0.0, 0.5], [0.0, 0.0]])
    nothing = csr_array((2, 2))
    progression = Progression(edge, nothing, nothing, np.zeros(2), np.zeros(2, dtype=np.int64))
    found = find_reasons(csr_array([[1.0, 0.0]]), progression, np.array([0]), np.array([1]), 2.0)
    assert found.source.tolist() == [0] and found.contribution.tolist() == [1.0] and found.support.tolist() == [0]


def test_followers_are_the_items_of_the_highest_affinity_above_zero() -> None:
    affinity = csr_array((np.array([0.2, 0.9, 0.2, 0.0]), np.array([0, 2, 3, 1]), np.array([0, 3, 4])), shape=(2, 4))
    student, item = find_followers(affinity, 2)
    assert student.tolist() == [0, 0] and item.tolist() == [2, 0], "of equals the lower index; the second has none"


def test_the_crowd_is_what_most_people_took_and_nothing_that_nobody_did() -> None:
    student, item = find_crowd(np.array([3, 8]), np.array([2, 0, 5, 2, 0]), 2)
    assert student.tolist() == [3, 3, 8, 8] and item.tolist() == [0, 2, 0, 2]
    assert len(find_crowd(np.array([3]), np.zeros(4, dtype=np.int64), 2)[0]) == 0


def test_nobody_and_nothing_give_empty_arrays() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert len(number_steps(nobody, np.zeros(0), np.zeros(0))) == 0
    history = weigh_history(csr_array((0, 3)), nobody, AffinitySettings())
    progression = Progression.none(3)
    assert compute_affinity(history, progression).shape == (0, 3)
    assert len(find_reasons(history, progression, nobody, nobody, 1.0).chain) == 0
    assert len(find_followers(compute_affinity(csr_array((2, 3)), progression), 5)[0]) == 0
    assert len(find_crowd(nobody, np.array([1, 2]), 5)[1]) == 0
    assert compute_affinity(csr_array((2, 0)), Progression.none(0)).shape == (2, 0)
