"""The encoder reads order, trusts closed forms only as far as they are right for others, and knows no learner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.learning.course_models.closed_form import LinearCourses, LinearSettings, prefixes
from bench.learning.course_models.course_encoder import EncoderSettings
from bench.learning.course_models.course_evidence import CourseEvidence, cross_fit_evidence
from bench.learning.course_models.course_graph import RELATIONS, build_relations
from bench.learning.course_models.course_training import TrainedCourseModel, train
from bench.learning.course_models.holdout import CourseHistory, new_learners, ranks, recall_ndcg

pytestmark = pytest.mark.usefixtures("one_thread")
COURSES, LINEAR = 12, LinearSettings()
SETTINGS = EncoderSettings(width=16, dropout=0.1, epochs=8, batch=64, learning_rate=1e-2)


def walks(learners: int, seed: int) -> CourseHistory:
    """Steps of one or of two courses around a circle: which it is shows only in the last two together."""
    random = np.random.default_rng(seed)
    start, step = random.integers(0, COURSES, learners), random.integers(1, 3, learners)
    path = (start[:, None] + step[:, None] * np.arange(5)) % COURSES
    return CourseHistory(np.repeat(np.arange(learners), 5), path.ravel(), learners, COURSES)


@pytest.fixture(scope="module")
def taken() -> CourseHistory:
    return walks(400, 1)


def hits(trained: TrainedCourseModel, taken: CourseHistory) -> float:
    holdout = new_learners(taken, np.zeros(taken.learners, dtype=np.int64), asked=0)
    scores, gates = trained.scores(holdout.history, holdout.learner)
    assert np.allclose(gates.sum(axis=1), 1, atol=1e-5)
    return float(recall_ndcg(ranks(scores, holdout), k=1)[0].mean())


@pytest.mark.parametrize(("graph", "evidence"), [(True, True), (False, False)])
def test_order_is_learned_for_learners_never_seen(taken: CourseHistory, graph: bool, evidence: bool) -> None:
    trained = train(taken, None, LINEAR, replace(SETTINGS, graph=graph, evidence=evidence, epochs=12))
    assert hits(trained, walks(200, 2)) > 0.85, (
        "which of the two comes next would be a coin toss by the last course alone"
    )


def test_training_stops_on_the_validation_part_and_repeats(taken: CourseHistory) -> None:
    part = np.arange(taken.learners) % 4
    holdout = new_learners(taken, part, asked=0)
    one, again = (train(holdout.train, None, LINEAR, SETTINGS, holdout) for _ in range(2))
    assert 1 <= one.epochs <= SETTINGS.epochs
    assert np.array_equal(
        one.scores(holdout.history, holdout.learner)[0], again.scores(holdout.history, holdout.learner)[0]
    )


def test_evidence_before_a_course_comes_from_other_learners_alone(taken: CourseHistory) -> None:
    few = taken.where(taken.learner < 20)
    found = cross_fit_evidence(few, LINEAR, folds=3, seed=7)
    before, target = prefixes(few, LINEAR.recency_decay)
    assert found.shape == (3, before.shape[0], COURSES) and len(target) == before.shape[0]
    part = np.random.default_rng(7).integers(0, 3, few.learners)
    later = few.learner[few.place() > 0]
    fold = int(part[0])
    others = CourseEvidence(LinearCourses.fit(few.where(part[few.learner] != fold), LINEAR))
    assert np.allclose(found[:, part[later] == fold], others.of(before[part[later] == fold]))


def test_the_graph_is_normal_and_says_who_follows_whom(taken: CourseHistory) -> None:
    links = build_relations(taken, None)
    assert links.shape == (len(RELATIONS), COURSES, COURSES)
    assert np.allclose(links[:3].sum(axis=2), 1) and not links[3].any()
    after = links[RELATIONS.index("after")]
    assert after[0, 1] + after[0, 2] == pytest.approx(1) and after[0, 1] > 0.3
    features = np.random.default_rng(1).normal(size=(COURSES, 4))
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    alike = build_relations(taken, unit, neighbours=3)[3]
    assert (np.count_nonzero(alike, axis=1) <= 3).all() and not np.diag(alike).any()


def test_a_learner_with_no_course_and_one_with_many_get_finite_scores(taken: CourseHistory) -> None:
    trained = train(taken, None, LINEAR, replace(SETTINGS, epochs=1, longest=4))
    long = CourseHistory(np.ones(50, dtype=np.int64), np.arange(50) % COURSES, 2, COURSES)
    scores, _ = trained.scores(long, np.array([0, 1]))
    assert scores.shape == (2, COURSES) and np.isfinite(scores).all()
