"""The log-linear model: its gradient by finite differences, its bounds, and a course that follows another one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from skillpath.embeddings.courses.next_course import NextCourseSettings, _Problem, fit_next_course, select_latest
from skillpath.embeddings.courses.transitions import OrderedCourses, Transitions, count_support, find_transitions

COURSES = 8
SETTINGS = NextCourseSettings(ridge=0.5, next_ridge=0.5)


def walks(learners: int, seed: int, planted: float = 0.8) -> OrderedCourses:
    """Four courses each, in a random order, but for course 1, which mostly comes right after course 0."""
    rng = np.random.default_rng(seed)
    paths = []
    for _ in range(learners):
        path = rng.permutation(COURSES)[:4].tolist()
        if 0 in path[:3] and 1 not in path and rng.random() < planted:
            path[path.index(0) + 1] = 1
        paths.append(path)
    learner, step = np.repeat(np.arange(learners), 4), np.tile(np.arange(4), learners)
    return OrderedCourses(learner, np.array(paths).ravel(), step, learners, COURSES)


def similarities(seed: int) -> csr_array:
    """Symmetric likeness of some pairs of courses."""
    rng = np.random.default_rng(seed)
    values = np.triu(np.where(rng.random((COURSES, COURSES)) < 0.3, rng.random((COURSES, COURSES)), 0.0), 1)
    return csr_array(values + values.T)


def learned_from(learners: int, seed: int = 0) -> tuple[Transitions, csr_array]:
    taken = walks(learners, seed)
    return find_transitions(taken, 0.9, 50), count_support(taken, 50)


def test_the_gradient_is_that_of_the_loss() -> None:
    found, support = learned_from(12)
    problem = _Problem(found, support, similarities(1), SETTINGS)
    rng = np.random.default_rng(2)
    flat = rng.random(2 * support.nnz + 1 + COURSES)
    gradient = problem.loss(flat)[1]
    step = 1e-2
    for i in range(len(flat)):
        move = step * (np.arange(len(flat)) == i)
        difference = (problem.loss(flat + move)[0] - problem.loss(flat - move)[0]) / (2 * step)
        assert gradient[i] == pytest.approx(difference, rel=1e-2, abs=2e-4)


def test_the_loss_without_weights_is_that_of_the_courses_left() -> None:
    history = csr_array([[1.0, 0.0, 0.0], [0.9, 1.0, 0.0]])
    found = Transitions(history, np.array([1, 2]), np.array([0, 0]))
    problem = _Problem(found, csr_array((3, 3)), csr_array((3, 3)), replace(SETTINGS, bias_ridge=0.0))
    assert problem.loss(np.zeros(4))[0] == pytest.approx((np.log(2) + np.log(1)) / 2), "two and then one were left"


def test_weights_are_never_below_zero_and_only_where_somebody_went_on() -> None:
    found, support = learned_from(60)
    support.data[support.data < 4] = 0.0
    support.eliminate_zeros()
    model = fit_next_course(found, support, similarities(1), SETTINGS)
    allowed = support.toarray() > 0
    for weights in (model.weights.toarray(), model.next_weights.toarray()):
        assert (weights >= 0).all() and not weights[~allowed].any() and weights.any()
    assert model.likeness >= 0 and np.isfinite(model.bias).all()


def test_what_mostly_follows_is_the_first_guess() -> None:
    found, support = learned_from(300)
    model = fit_next_course(found, support, csr_array((COURSES, COURSES)), SETTINGS)
    after = csr_array(np.eye(COURSES))
    scores = model.score(after, csr_array((COURSES, COURSES)))
    np.fill_diagonal(scores, -np.inf)
    assert scores[0].argmax() == 1, "the planted one"
    edges = (model.weights + model.next_weights).toarray()
    assert edges[0, 1] == edges.max()


def test_a_score_is_the_sum_over_what_was_taken() -> None:
    found, support = learned_from(60)
    alike = similarities(3)
    model = fit_next_course(found, support, alike, SETTINGS)
    edges = model.weights.toarray() + model.likeness * alike.toarray()
    latest = select_latest(found.history).toarray()
    expected = found.history.toarray() @ edges + latest @ model.next_weights.toarray() + model.bias
    assert model.score(found.history, alike) == pytest.approx(expected)


def test_the_same_transitions_teach_the_same() -> None:
    one, two = (fit_next_course(*learned_from(60), similarities(1), SETTINGS) for _ in range(2))
    assert np.array_equal(one.weights.data, two.weights.data) and np.array_equal(one.bias, two.bias)
    assert np.array_equal(one.next_weights.data, two.next_weights.data) and one.likeness == two.likeness


def test_without_transitions_nothing_speaks_for_anything() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    nothing = Transitions(csr_array((0, COURSES)), nobody, nobody)
    model = fit_next_course(nothing, csr_array((COURSES, COURSES)), similarities(1), SETTINGS)
    assert model.weights.nnz == 0 and model.likeness == 0.0 and not model.bias.any()
