"""Transitions, support and lift against loops over the courses of every learner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.embeddings.courses.transitions import OrderedCourses, compute_lift, count_support, find_transitions

SEEDS = st.integers(0, 2**32 - 1)
LEARNERS, COURSES = 6, 7

Loop = dict[tuple[int, int], dict[int, float]]


def draw_courses(rng: np.random.Generator) -> OrderedCourses:
    """Some learners with some courses, some of them begun together, in no order."""
    learner, course = np.nonzero(rng.random((LEARNERS, COURSES)) < 0.5)
    order = rng.permutation(len(learner))
    learner, course = learner[order], course[order]
    step = rng.integers(0, 4, len(learner))
    for one in range(LEARNERS):
        mine = learner == one
        step[mine] = np.unique(step[mine], return_inverse=True)[1]
    return OrderedCourses(learner, course, step, LEARNERS, COURSES)


def list_transitions(taken: OrderedCourses, decay: float, steps: int) -> Loop:
    """The history before each (learner, course), by a loop; of courses begun together the later index counts first."""
    found: Loop = {}
    rows = list(zip(taken.learner.tolist(), taken.step.tolist(), taken.course.tolist(), strict=True))
    for learner, step, course in rows:
        before = sorted(((s, c) for one, s, c in rows if one == learner and s < step), reverse=True)[:steps]
        if before:
            found[learner, course] = {c: decay ** (step - 1 - s) for s, c in before}
    return found


@given(SEEDS, st.floats(0.3, 1.0), st.integers(1, 5))
@settings(max_examples=80, deadline=None)
def test_transitions_equal_a_loop(seed: int, decay: float, steps: int) -> None:
    taken = draw_courses(np.random.default_rng(seed))
    found, expected = find_transitions(taken, decay, steps), list_transitions(taken, decay, steps)
    keys = list(zip(found.learner.tolist(), found.target.tolist(), strict=True))
    assert len(keys) == len(expected) and set(keys) == set(expected)
    histories = found.history.toarray()
    for row, key in enumerate(keys):
        assert {c: histories[row, c] for c in np.flatnonzero(histories[row])} == pytest.approx(expected[key])


@given(SEEDS, st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_support_counts_learners_and_not_what_is_too_long_ago(seed: int, steps: int) -> None:
    taken = draw_courses(np.random.default_rng(seed))
    expected = np.zeros((COURSES, COURSES))
    for (_, target), history in list_transitions(taken, 1.0, steps).items():
        for course in history:
            expected[course, target] += 1
    assert np.array_equal(count_support(taken, steps).toarray(), expected)
    assert not count_support(taken, steps).diagonal().any(), "nobody goes on to what was taken before"


def test_lift_by_hand() -> None:
    support = csr_array([[0.0, 6.0], [2.0, 0.0]])
    # Of 20 learners 10 took the first and 8 the second: by chance 4 took both.
    assert compute_lift(support, np.array([10.0, 8.0]), 20) == pytest.approx([1.5, 0.5])
    assert compute_lift(support, np.zeros(2), 0).tolist() == [0.0, 0.0]


def test_only_some_learners_keep_their_own_order() -> None:
    taken = draw_courses(np.random.default_rng(4))
    part = find_transitions(taken.of_learners(np.array([1, 3])), 0.9, 50)
    whole = find_transitions(taken, 0.9, 50)
    mine = np.isin(whole.learner, [1, 3])
    assert np.array_equal(part.target, whole.target[mine]) and np.array_equal(
        part.history.toarray(), whole.history.toarray()[mine]
    )


@pytest.mark.parametrize("step", [[], [0, 0, 0]], ids=["nobody", "everything at once"])
def test_who_took_nothing_in_order_makes_no_transition(step: list[int]) -> None:
    nothing = np.array(step, dtype=np.int64)
    taken = OrderedCourses(nothing, np.arange(len(step)), nothing, 1, 3)
    found = find_transitions(taken, 0.9, 50)
    assert found.history.shape == (0, 3) and len(found.target) == 0
    assert count_support(taken, 50).nnz == 0
