"""What the chains benchmark computes by itself: verdicts, fits, lists from scores, and changed records."""

from __future__ import annotations

import importlib
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from bench.learning.course_models.holdout import CourseHistory, HoldoutSplit
from bench.simulator import SimulationResult, SimulatorSettings
from skillpath.chains.feedback.updates import PolicyHistory
from skillpath.chains.model.arrays import unit_dense

if TYPE_CHECKING:
    from bench import chains, chains_cost, chains_ranking, chains_report, chains_simulator, chains_town
else:
    # Measurements are no package: the folder above them is looked into only while they are loaded.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    try:
        names = ("chains", "chains_cost", "chains_ranking", "chains_report", "chains_simulator", "chains_town")
        chains, chains_cost, chains_ranking, chains_report, chains_simulator, chains_town = (
            importlib.import_module(f"bench.{name}") for name in names
        )
    finally:
        sys.path.pop(0)

Criterion, PHASES = chains_report.Criterion, chains_simulator.PHASES


def test_a_number_is_met_up_to_its_limit_and_what_is_no_number_never() -> None:
    assert Criterion("x", 30.0, "<=", 30.0).met and Criterion("x", 0.2, ">=", 0.2).met
    assert not Criterion("x", 30.1, "<=", 30.0).met and not Criterion("x", 0.19, ">=", 0.2).met
    assert not Criterion("x", math.nan, "<=", 1.0).met
    assert Criterion("wait", 61.0, "<=", 58.0).line() == "MISSED  wait: 61 (<= 58)"
    assert chains_report.spread([1.0, 3.0]) == {"mean": 2.0, "std": 1.0, "seeds": 2}


def test_steps_are_read_from_what_a_command_tells() -> None:
    log = "starting\n  read the graph: 1.5 s\n  sweep the previous run: 12.0 s\nrun-1: 3 of 4 students in 2 s\n"
    assert chains_town.steps_of(log) == {"read the graph": 1.5, "sweep the previous run": 12.0}


def test_a_line_is_told_from_a_curve() -> None:
    sizes = np.array([5_000.0, 20_000.0, 100_000.0])
    straight, curved = chains_cost.fit(sizes, 0.5 + 0.002 * sizes), chains_cost.fit(sizes, 1e-8 * sizes**2)
    assert straight.each == pytest.approx(0.002) and straight.fixed == pytest.approx(0.5)
    assert straight.r2 == pytest.approx(1.0)
    assert curved.exponent == pytest.approx(2.0) and curved.r2 < 0.99


def test_parts_are_equal_and_hold_nobody_twice() -> None:
    assert chains_town.equal_parts(list("abcdefg"), 3) == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert chains_town.equal_parts(["a"], 3) == [["a"]]


def test_what_was_learned_is_added_to_the_records_and_nothing_else_changes(tmp_path: Path) -> None:
    records = tmp_path / "students.csv"
    records.write_text("code,skills,target\n1,SQL|Python,a\n2,,\n3,Latin,b\n1,broken,\n", "utf-8")
    chains_town.learn(records, pl.DataFrame({"student": ["1", "2"], "skill": ["teamwork", "first, aid"]}))
    lines = records.read_text("utf-8").splitlines()
    assert lines[1:4] == ["1,SQL|Python|teamwork,a", '2,"first, aid",', "3,Latin,b"]


def test_what_a_drift_cost_and_what_was_won_back() -> None:
    settings = SimulatorSettings(rounds=12, drifts=6)
    assert [rounds.start for rounds in chains_simulator.phases(settings).values()] == [2, 6, 8]
    ideal, learned = np.full(12, 0.5), np.full(12, 0.4)
    learned[6], learned[8:] = 0.2, 0.35
    course = SimulationResult(
        np.full(12, 0.3), learned, ideal, np.ones(12, dtype=bool), PolicyHistory.__new__(PolicyHistory)
    )
    assert chains_simulator.won_back(course, settings) == pytest.approx((0.3 - 0.15) / (0.3 - 0.1))
    assert chains_simulator.rewards(course, slice(2, 6)) == pytest.approx(
        {"starting policy": 0.3, "learned policy": 0.4, "knows the tastes": 0.5}
    )


def test_the_simulator_is_told_by_phase_and_method() -> None:
    result = chains_simulator.measure(SimulatorSettings(rounds=8, drifts=4, decisions=60), (0, 1))
    assert [setting["name"] for setting in result["settings"]] == list(PHASES)
    assert {method["metrics"]["reward"]["seeds"] for s in result["settings"] for method in s["methods"]} == {2}


@pytest.fixture
def holdout() -> HoldoutSplit:
    """Sixty learners who took two of twenty courses each, and are asked for a third of the same five."""
    learner = np.repeat(np.arange(60), 2)
    course = np.stack([np.arange(60) % 20, (np.arange(60) + 5) % 20], axis=1).ravel()
    taken = CourseHistory(learner, course, 60, 20)
    return HoldoutSplit(taken, taken, np.arange(60), (np.arange(60) + 10) % 20)


@pytest.fixture
def scores(holdout: HoldoutSplit) -> np.ndarray:
    random = np.random.default_rng(3).random((60, 20)) * 0.1
    random[np.arange(60), holdout.target] += np.where(np.arange(60) % 2, 0.2, 0.02)
    return random


def test_lists_hold_the_best_of_what_was_not_taken(holdout: HoldoutSplit, scores: np.ndarray) -> None:
    vectors = np.eye(20)
    pool = chains_ranking.pool_of(scores, holdout)
    lists = chains_ranking.lists_of(pool, holdout, vectors, 0.0)
    assert np.bincount(lists.learner).tolist() == [10] * 60
    before = holdout.history.matrix().toarray() > 0
    assert not before[lists.learner, lists.course].any()
    best = np.argsort(-np.where(before, -np.inf, scores), axis=1)[:, :10]
    assert np.array_equal(lists.course.reshape(60, 10), best)
    found = chains_ranking.evaluate_lists(lists, holdout, vectors)
    places = [np.flatnonzero(row == target) for row, target in zip(best, holdout.target, strict=True)]
    assert found.recall.tolist() == [float(len(place) > 0) for place in places]
    assert found.ndcg.tolist() == pytest.approx([1 / np.log2(p[0] + 2) if len(p) else 0.0 for p in places])
    assert found.ild == pytest.approx(np.ones(60))


def test_diversity_is_bought_with_what_may_be_lost(holdout: HoldoutSplit, scores: np.ndarray) -> None:
    kinds = unit_dense(np.random.default_rng(5).random((20, 4)) ** 3)
    pool = chains_ranking.pool_of(scores, holdout)
    off, most = (
        chains_ranking.evaluate_lists(chains_ranking.lists_of(pool, holdout, kinds, gamma), holdout, kinds)
        for gamma in (0.0, chains_ranking.REGARDLESS)
    )
    assert chains_ranking.change(most, off)["ILD"] > 0
    gamma, by = chains_ranking.chosen_gamma(pool, holdout, kinds)
    assert gamma in chains_ranking.GAMMAS
    assert chains_ranking.loss(by) <= chains_ranking.ALLOWED - chains_ranking.IN_HAND


def test_parts_measured_before_stay(tmp_path: Path) -> None:
    out = tmp_path / "results" / "chains.json"
    for name in ("simulator", "score", "simulator"):
        chains.keep(out, name, lambda: {"facts": ["a fact"]})
    assert list(json.loads(out.read_text("utf-8"))) == ["score", "simulator"]
