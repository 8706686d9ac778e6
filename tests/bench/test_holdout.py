"""What is hidden stays hidden, and places are counted as a judge would count them."""

from __future__ import annotations

import numpy as np
import pytest

from bench.learning.course_models.holdout import (
    CourseHistory,
    interval,
    leave_last_out,
    new_learners,
    ranks,
    recall_ndcg,
)
from skillpath.errors import BadInput


def paths(*courses: list[int], size: int = 6) -> CourseHistory:
    learner = np.repeat(np.arange(len(courses)), [len(c) for c in courses])
    return CourseHistory(learner, np.array([c for path in courses for c in path], dtype=np.int64), len(courses), size)


def test_the_last_course_is_hidden_and_validation_never_sees_it() -> None:
    taken = paths([0, 1, 2, 3], [4], [2, 5], [])
    test, validation = leave_last_out(taken), leave_last_out(taken, back=2)
    assert test.learner.tolist() == [0, 2] and test.target.tolist() == [3, 5]
    assert test.train.course.tolist() == [0, 1, 2, 4, 2], "who took one course is learned from, not asked about"
    assert validation.learner.tolist() == [0] and validation.target.tolist() == [2]
    assert validation.train.course.tolist() == [0, 1, 4, 2]
    assert leave_last_out(taken, least=3).learner.tolist() == [0]


def test_what_is_hidden_changes_nothing_that_models_see() -> None:
    one, other = leave_last_out(paths([0, 1, 2], [3, 4])), leave_last_out(paths([0, 1, 5], [3, 0]))
    assert np.array_equal(one.train.course, other.train.course)
    assert np.array_equal(one.history.matrix(0.5).toarray(), other.history.matrix(0.5).toarray())


def test_new_learners_are_not_learned_from() -> None:
    taken = paths([0, 1, 2], [3, 4], [5, 0], [1])
    holdout = new_learners(taken, np.array([0, 1, 2, 0]), asked=0, unseen=(1,))
    assert holdout.learner.tolist() == [0] and holdout.target.tolist() == [2], "one course leaves nothing to ask about"
    assert set(holdout.train.learner.tolist()) == {2}
    assert holdout.history.matrix()[[0]].toarray().tolist() == [[1, 1, 0, 0, 0, 0]]


def test_fresh_courses_weigh_most() -> None:
    assert paths([0, 1, 2], [5]).matrix(0.5).toarray().tolist() == [[0.25, 0.5, 1, 0, 0, 0], [0, 0, 0, 0, 0, 1]]


def test_places_leave_out_what_was_taken_and_share_ties() -> None:
    holdout = leave_last_out(paths([0, 1, 2], [3, 4], [1, 5]))
    scores = np.array([[9.0, 8, 1, 2, 0, 0], [0, 0, 0, 9, 5, 0], [1, 1, 1, 1, 1, 1]])
    place = ranks(scores, holdout)
    assert place.tolist() == [1, 0, 2], "five courses are level in the last row: two and a half others, less itself"
    recall, ndcg = recall_ndcg(place, k=2)
    assert recall.tolist() == [1, 1, 0]
    assert ndcg.tolist() == pytest.approx([1 / np.log2(3), 1, 0])


def test_scores_that_are_not_finite_and_rows_out_of_order_are_refused() -> None:
    holdout = leave_last_out(paths([0, 1]))
    with pytest.raises(BadInput, match="not finite"):
        ranks(np.full((1, 6), np.nan), holdout)
    with pytest.raises(BadInput, match="grouped by learner"):
        CourseHistory(np.array([1, 0]), np.array([0, 0]), 2, 1)


def test_the_interval_holds_the_mean_and_shrinks_with_more_learners() -> None:
    values = np.tile([0.0, 1.0], 50)
    low, high = interval(values)
    assert low < 0.5 < high and 0.15 < high - low < 0.25, "1.96 × 2 × 0.05"
    wide = interval(np.tile([0.0, 1.0], 5000))
    assert wide[1] - wide[0] < (high - low) / 5
