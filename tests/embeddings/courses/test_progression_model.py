"""The choice of the progression model: on learners it has not seen, with support enough, and the same each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from skillpath.embeddings.courses.progression_model import (
    ProgressionSettings,
    _ndcg,
    choose_progression,
    fit_progression,
    keep_neighbours,
)
from skillpath.embeddings.courses.transitions import OrderedCourses, Transitions, count_support

COURSES, LEARNERS = 9, 120
SETTINGS = ProgressionSettings(min_support=3, ridges=(0.3, 3.0))
NOTHING_ALIKE = csr_array((COURSES, COURSES))


def walks(seed: int = 0) -> OrderedCourses:
    """Three of the first seven courses each, in a random order."""
    rng = np.random.default_rng(seed)
    course = np.concatenate([rng.permutation(COURSES - 2)[:3] for _ in range(LEARNERS)])
    learner, step = np.repeat(np.arange(LEARNERS), 3), np.tile(np.arange(3), LEARNERS)
    return OrderedCourses(learner, course, step, LEARNERS, COURSES)


def plant(taken: OrderedCourses, learners: np.ndarray, source: int, target: int) -> OrderedCourses:
    """The same courses, but some learners end with one course and then another one."""
    course = taken.course.copy()
    course[np.isin(taken.learner, learners) & (taken.step == 1)] = source
    course[np.isin(taken.learner, learners) & (taken.step == 2)] = target
    return replace(taken, course=course)


def test_what_only_validation_learners_did_is_not_learned() -> None:
    validation = choose_progression(walks(), NOTHING_ALIKE, 0.9, 50, SETTINGS).validation
    taken = plant(walks(), validation, 7, 8)
    found = choose_progression(taken, NOTHING_ALIKE, 0.9, 50, SETTINGS)
    assert np.array_equal(found.validation, validation) and len(validation) >= SETTINGS.min_support
    assert found.fitted.support[7, 8] == 0 and found.fitted.model.weights[7, 8] == 0
    assert found.fitted.takers[[7, 8]].tolist() == [0, 0]
    assert fit_progression(taken, NOTHING_ALIKE, 0.9, 50, found.settings).support[7, 8] == len(validation)


def test_the_ridge_of_the_best_figure_is_chosen() -> None:
    found = choose_progression(walks(), NOTHING_ALIKE, 0.9, 50, SETTINGS)
    assert set(found.figures) == {"0.3", "3"}
    assert found.figures[f"{found.settings.model.ridge:g}"] == max(found.figures.values())
    assert found.settings == replace(SETTINGS, model=replace(SETTINGS.model, ridge=found.settings.model.ridge))


def test_what_few_went_on_to_is_no_edge() -> None:
    taken = walks()
    found = fit_progression(taken, NOTHING_ALIKE, 0.9, 50, SETTINGS)
    everything = count_support(taken, 50).toarray()
    assert np.array_equal(found.support.toarray(), np.where(everything >= 3, everything, 0.0))
    assert np.array_equal(found.model.weights.indices, found.support.indices)
    assert len(found.lift) == found.support.nnz and (found.lift > 0).all()
    assert found.takers.tolist() == np.bincount(taken.course, minlength=COURSES).tolist()


def test_a_sample_of_transitions_is_the_same_for_one_seed() -> None:
    few = replace(SETTINGS, max_transitions=50)
    one, two, other = (
        fit_progression(walks(), NOTHING_ALIKE, 0.9, 50, each).model for each in (few, few, replace(few, seed=8))
    )
    assert np.array_equal(one.weights.data, two.weights.data) and np.array_equal(one.bias, two.bias)
    assert not np.array_equal(one.bias, other.bias)


def test_the_same_seed_chooses_the_same() -> None:
    one, two = (choose_progression(walks(), NOTHING_ALIKE, 0.9, 50, SETTINGS) for _ in range(2))
    assert one.settings == two.settings and one.figures == two.figures
    assert np.array_equal(one.fitted.model.weights.data, two.fitted.model.weights.data)


def test_neighbours_are_the_most_similar_and_never_the_course_itself() -> None:
    similarity = csr_array([[1.0, 0.5, 0.7, 0.5], [0.5, 1.0, 0.05, 0.0], [0.7, 0.05, 1.0, 0.2], [0.5, 0.0, 0.2, 1.1]])
    found = keep_neighbours(similarity, ProgressionSettings(neighbours=2, min_similarity=0.1))
    expected = [[0.0, 0.5, 0.7, 0.0], [0.5, 0.0, 0.0, 0.0], [0.7, 0.0, 0.0, 0.2], [0.5, 0.0, 0.2, 0.0]]
    assert found.toarray().tolist() == expected, "of equals the lower index"


def test_a_likeness_above_one_counts_as_one() -> None:
    found = keep_neighbours(csr_array([[0.0, 1.0000002], [1.0, 0.0]]), ProgressionSettings())
    assert found.data.tolist() == [1.0, 1.0]


def test_the_figure_leaves_out_what_was_taken_and_counts_ties_half() -> None:
    asked = Transitions(csr_array([[1.0, 0.0, 0.0, 0.0]]), np.array([2]), np.array([0]))
    assert _ndcg(np.array([[9.0, 0.0, 5.0, 0.0]]), asked) == 1.0
    assert _ndcg(np.array([[9.0, 6.0, 5.0, 0.0]]), asked) == pytest.approx(1 / np.log2(3))
    assert _ndcg(np.zeros((1, 4)), asked) == pytest.approx(1 / np.log2(3)), "second of three that are alike"


def test_without_learners_there_is_nothing_to_judge_by() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    found = choose_progression(OrderedCourses(nobody, nobody, nobody, 0, 3), csr_array((3, 3)), 0.9, 50, SETTINGS)
    assert set(found.figures.values()) == {0.0} and found.fitted.support.nnz == 0
