"""Weights of the score are learned from last steps, by what was known before them and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from skillpath.chains.feedback.rank_learning import Choices, RankLearningSettings, fit_path_weights
from skillpath.chains.model.affinity import number_steps
from skillpath.chains.model.arrays import row_of_entry
from skillpath.chains.model.ranking import REDUNDANCY
from skillpath.chains.recommend import ChainSettings
from skillpath.graph.scores.snapshot import Snapshot
from skillpath.pipeline.inputs.chain_inputs import build_evidence, build_students
from skillpath.pipeline.training.rank_weights import (
    LearnedWeights,
    _select_students,
    _without_steps,
    learn_rank_weights,
)
from tests.pipeline.inputs.test_chain_inputs import link, snapshot

CHOSEN = ChainSettings()
FEW = RankLearningSettings(min_decisions=1)
TAKEN = {
    "s1": [("r1", 10), ("r3", 20), ("r2", 20), ("r4", 30)],
    "s2": [("r2", 10)],
    "s3": [("r4", 10), ("r1", 40), ("r5", 40)],
    "s4": [],
    "s5": [("r1", 10), ("r2", 30)],
}
LEARNERS = len(TAKEN)


def learners(taken: dict[str, list[tuple[str, int]]], **more: list[dict[str, Any]]) -> Snapshot:
    """Students with courses on some days, of which the first of each day leads to all others."""
    resources = [{"code": f"r{i}", "kind": "Course", "takers": 7 - i, "popularity": i / 10} for i in range(1, 7)]
    nodes: dict[str, list[dict[str, Any]]] = {
        "skills": [{"code": "k1"}, {"code": "k2"}],
        "clusters": [{"code": "c1"}],
        "resources": resources,
        "students": [{"code": code, "cohort": 1970, "graduates": 400} for code in taken],
        "jobs": [{"code": "j1"}],
    }
    edges = {
        "enrolments": [
            link(student, course, 1.0, day=day, practice=0.1 * day, position=day)
            for student, courses in taken.items()
            for course, day in courses
        ],
        "placements": [link("s1", "j1", day=60), link("s3", "j1", day=70), link("s3", "employer", day=80)],
        "resource_gains": [link("r1", "k1", 0.3), link("r2", "k2", 0.4), link("r5", "k1", 0.5)],
        "cluster_requirements": [link("c1", "k1", 0.9), link("c1", "k2", 0.9)],
        "progression": [{**link("r1", f"r{i}", i / 10), "next_weight": 0.1, "support": 5.0} for i in (2, 3, 4, 5, 6)],
        **more,
    }
    return snapshot(nodes, edges)


def before_last_step(found: Snapshot) -> Snapshot:
    taken = found.enrolments
    step = number_steps(row_of_entry(taken.amount), taken.day, taken.position)
    last = np.zeros(LEARNERS, dtype=np.int64)
    np.maximum.at(last, row_of_entry(taken.amount), step)
    return _without_steps(found, step, last)


def rows(found: Snapshot) -> list[tuple[str, str, float, float, float]]:
    """(student, course, day, position, practice) of every enrolment, by the codes."""
    taken, students, courses = found.enrolments, found.students["code"], found.resources["code"]
    assert np.array_equal(taken.amount.indptr, found.practice.indptr)
    assert np.array_equal(taken.amount.indices, found.practice.indices)
    owner = (students[int(row)] for row in row_of_entry(taken.amount))
    course = (courses[int(item)] for item in taken.amount.indices)
    return list(zip(owner, course, taken.day, taken.position, found.practice.data, strict=True))


def learn(found: Snapshot, students: list[int], monkeypatch: pytest.MonkeyPatch) -> tuple[LearnedWeights, Choices]:
    """What is learned, and the choices that it is learned from."""
    seen: list[Choices] = []

    def keep(choices: Choices, defaults: Any, settings: Any) -> Any:
        seen.append(choices)
        return fit_path_weights(choices, defaults, settings)

    monkeypatch.setattr("skillpath.pipeline.training.rank_weights.fit_path_weights", keep)
    learned = learn_rank_weights(found, np.eye(2), np.array(students), CHOSEN, FEW)
    monkeypatch.undo()
    return learned, seen[0]


def test_exactly_the_last_step_is_left_out_and_days_stay_with_their_courses() -> None:
    found = rows(before_last_step(learners(TAKEN)))
    assert [row[:2] for row in found] == [("s1", "r1"), ("s1", "r2"), ("s1", "r3"), ("s3", "r4"), ("s5", "r1")]
    assert [row[2] for row in found] == [10, 20, 20, 10, 10] == [row[3] for row in found]
    assert [row[4] for row in found] == pytest.approx([1, 2, 2, 1, 1])


def test_some_students_keep_their_own_rows_in_the_order_asked_for() -> None:
    whole = learners(TAKEN, stated_skills=[link("s3", "k2", 0.7)], stated_targets=[link("s3", "c1")])
    part = _select_students(whole, np.array([2, 0]))
    assert part.students["code"].to_list() == ["s3", "s1"]
    everything = rows(whole)
    assert rows(part) == [row for code in ("s3", "s1") for row in everything if row[0] == code]
    assert part.placements.day.tolist() == [70, 60] and part.stated.toarray().tolist() == [[0, 0.7], [0, 0]]
    assert part.target.tolist() == [0, -1] and sorted(part.placed.rows()) == [(0, 70), (0, 80), (1, 60)]


def test_who_took_one_course_or_none_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    learned, choices = learn(learners(TAKEN), [0, 1, 2, 3, 4], monkeypatch)
    assert learned.asked == 3 and learned.decisions == len(choices.chosen) == 4, "r4; r1 and r5; r2"
    assert learn_rank_weights(learners(TAKEN), np.eye(2), np.array([1, 3]), CHOSEN, FEW) == LearnedWeights(None, 0, 0)


def test_the_chosen_is_the_course_taken_last_among_those_not_taken_before(monkeypatch: pytest.MonkeyPatch) -> None:
    _, choices = learn(learners(TAKEN), [4], monkeypatch)
    assert choices.owner.tolist() == [0] * 5, "all but r1"
    affinity = choices.values[choices.chosen, 6]
    assert affinity == pytest.approx([0.2 + 0.1]), "from r1, done last, to r2"


def test_the_last_course_changes_nothing_that_is_computed_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {**TAKEN, "s1": [*TAKEN["s1"][:3], ("r6", 30)], "s5": [("r1", 10), ("r5", 30)]}
    one, two = (learn(learners(taken), [0, 2, 4], monkeypatch)[1] for taken in (TAKEN, other))
    assert not np.array_equal(one.chosen, two.chosen)
    assert np.array_equal(one.owner, two.owner) and np.array_equal(one.values, two.values)
    batches = []
    for taken in (TAKEN, other):
        found = before_last_step(learners(taken))
        batches.append(build_students(found, build_evidence(found, CHOSEN), CHOSEN))
    assert np.array_equal(batches[0].levels.toarray(), batches[1].levels.toarray())
    assert np.array_equal(batches[0].weighed_history.toarray(), batches[1].weighed_history.toarray())
    assert np.array_equal(batches[0].states, batches[1].states)


def test_only_the_weights_of_training_are_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    likely = {**TAKEN, "s1": [("r1", 10), ("r6", 30)], "s5": [("r1", 10), ("r6", 30)]}
    learned = learn(learners(likely), [0, 4], monkeypatch)[0].weights
    defaults = CHOSEN.rank.weights
    assert learned is not None and learned.of("TRAINING")[REDUNDANCY] == defaults[REDUNDANCY]
    assert learned.of("JOB").tolist() == learned.of("VENTURE").tolist() == defaults.tolist()
    assert not np.array_equal(learned.of("TRAINING"), defaults)
    few = learn_rank_weights(learners(TAKEN), np.eye(2), np.array([0, 2]), CHOSEN, replace(FEW, min_decisions=99))
    assert few == LearnedWeights(None, 3, 2)
