"""The closed forms solve what they claim to solve, find order where there is order, and survive a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from bench.learning.course_models.closed_form import LinearCourses, LinearSettings, fit_ease, follows, prefixes
from bench.learning.course_models.holdout import CourseHistory, leave_last_out, ranks, recall_ndcg
from skillpath.errors import BadInput


def circle(learners: int = 400, courses: int = 12, seed: int = 3) -> CourseHistory:
    """Everybody goes on from course c to c + 1, or anywhere one time in five."""
    random = np.random.default_rng(seed)
    steps = np.where(random.random((learners, 4)) < 0.8, 1, random.integers(2, courses // 4, (learners, 4)))
    path = (random.integers(0, courses, (learners, 1)) + np.cumsum(np.c_[np.zeros(learners, int), steps], 1)) % courses
    return CourseHistory(np.repeat(np.arange(learners), 5), path.ravel(), learners, courses)


def test_ease_is_the_best_there_is_with_an_empty_diagonal() -> None:
    random = np.random.default_rng(1)
    taken = csr_array((random.random((40, 7)) < 0.4).astype(float))
    ridge, weights = 3.0, fit_ease(taken, 3.0)
    dense = taken.toarray()

    def loss(b: np.ndarray) -> float:
        return float(((dense - dense @ b) ** 2).sum() + ridge * (b**2).sum())

    assert np.diag(weights).tolist() == [0.0] * 7
    for _ in range(20):
        step = random.normal(size=(7, 7)) * 0.01
        np.fill_diagonal(step, 0.0)
        assert loss(weights + step) > loss(weights)


def test_prefixes_are_what_came_before_fading_with_age() -> None:
    taken = CourseHistory(np.array([0, 0, 0, 1, 2, 2]), np.array([3, 1, 2, 0, 2, 0]), 3, 4)
    before, target = prefixes(taken, 0.5)
    assert target.tolist() == [1, 2, 0]
    assert before.toarray().tolist() == [[0, 0, 0, 1], [0, 1, 0, 0.5], [0, 0, 1, 0]]


def test_the_regression_solves_its_normal_equations() -> None:
    taken = circle(60)
    weights, intercept = follows(taken, 2.0, 0.7)
    before, target = prefixes(taken, 0.7)
    left = np.eye(12)[target] - before @ weights - intercept
    assert np.allclose(before.T @ left, 2.0 * weights, atol=1e-8)
    assert np.allclose(left.sum(axis=0), 0.0, atol=1e-4), "the intercept is not penalised"


def test_order_is_found_where_there_is_order() -> None:
    holdout = leave_last_out(circle())
    found = {}
    for name, settings in {"follows": LinearSettings(together=0.0), "ease": LinearSettings(follows=0.0)}.items():
        model = LinearCourses.fit(holdout.train, settings)
        scores = model.item_scores(holdout.history.matrix(settings.recency_decay)[holdout.learner])
        found[name] = float(recall_ndcg(ranks(scores, holdout), k=1)[0].mean())
    assert found["follows"] > 0.7 > found["ease"]


def test_new_learners_need_no_training_and_an_empty_history_gets_what_is_usual() -> None:
    model = LinearCourses.fit(circle(), LinearSettings(popularity=0.1))
    scores = model.item_scores(csr_array(np.vstack([np.zeros(12), np.eye(12)[4]])))
    assert np.isfinite(scores).all()
    assert scores[1].argmax() == 5
    assert np.allclose(scores[0], model.intercept + 0.1 * model.popularity)


def test_scores_survive_a_file(tmp_path: Path) -> None:
    holdout = leave_last_out(circle(50))
    model = LinearCourses.fit(holdout.train, replace(LinearSettings(), together=0.4, popularity=0.2))
    model.save(tmp_path / "courses.npz")
    again = LinearCourses.load(tmp_path / "courses.npz")
    history = holdout.history.matrix(0.6)
    assert again.settings == model.settings
    assert np.array_equal(again.item_scores(history), model.item_scores(history))
    with pytest.raises(BadInput, match="over 3 courses"):
        again.item_scores(csr_array((2, 3)))
