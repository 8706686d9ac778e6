"""Faithfulness: without cited evidence the score falls, without uncited evidence it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.explain.cited_evidence import build_case, cite_evidence, rescore_case
from skillpath.chains.model.candidates import CandidateSettings
from skillpath.chains.model.ranking import REDUNDANCY
from skillpath.chains.model.student_targets import StudentTargetSettings
from skillpath.chains.recommend import PATHS, ChainSettings, Market, Recommender, StudentBatch

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)
SKILLS = 8


def world(draw: Draw, rng: np.random.Generator) -> tuple[Market, StudentBatch]:
    requirements = draw(rng, 4, SKILLS, 0.6)
    market = Market(
        requirements,
        draw(rng, 6, SKILLS),
        draw(rng, 5, SKILLS),
        csr_array(draw(rng, 7, SKILLS) * 0.9),
        rng.integers(0, 4, 6),
        rng.normal(size=(SKILLS, 3)),
        weights=csr_array(np.where(requirements.toarray() > 0, rng.choice([0.5, 1.0], (4, SKILLS)), 0.0)),
        heat=rng.random(4),
        venture=np.array([2, 5]),
    )
    students = StudentBatch(
        draw(rng, 4, SKILLS), draw(rng, 4, 7, 0.15), rng.integers(-1, 4, 4), state=rng.random((4, 4))
    )
    return market, students


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_bulk_and_single_scores_are_the_same(draw: Draw, seed: int) -> None:
    market, students = world(draw, np.random.default_rng(seed))
    recommender = Recommender(market)
    block = recommender.block(students)
    for path in PATHS:
        chains = block.paths[path]
        for chain in range(len(chains.item)):
            again = rescore_case(build_case(recommender, block, path, chain))[0]
            again[REDUNDANCY] = chains.values[chain, REDUNDANCY]
            assert again == pytest.approx(chains.values[chain], abs=1e-7)
            assert chains.score[chain] == pytest.approx(again @ recommender.weights.of(path), abs=1e-7)


def without(
    recommender: Recommender, students: StudentBatch, path: str, kind: str, place: tuple[int, int]
) -> tuple[Recommender, StudentBatch]:
    """The same world with one relationship of a student or an item removed."""
    if kind == "HAS":
        levels = students.levels.toarray()
        levels[place] = 0.0
        return recommender, replace(students, levels=csr_array(levels))
    name = {"TRAINING": "gains", "JOB": "job_needs", "VENTURE": "project_needs"}[path]
    row, skill = place
    market = recommender.market
    if path == "VENTURE" and row >= market.project_needs.shape[0]:
        name, row = "gains", int(market.venture[row - market.project_needs.shape[0]])
    matrix = getattr(market, name).toarray()
    matrix[row, skill] = 0.0
    return Recommender(replace(market, **{name: csr_array(matrix)}), recommender.settings), students


# All targets, posts, places and gains: whatever is still a candidate stands in the list.
ALL = ChainSettings(targets=StudentTargetSettings(count=4, min_match=0.0), candidates=CandidateSettings(least_gain=0.0))


def plain(recommender: Recommender, students: StudentBatch, path: str, student: int, cluster: int, item: int) -> float:
    """Score without redundancy of an item toward a target, −∞ if it is no candidate any more."""
    block = recommender.block(students)
    chains = block.paths[path]
    goal = block.targets.cluster[chains.pair]
    mine = (block.targets.student[chains.pair] == student) & (chains.item == item) & (goal == cluster)
    return float(np.delete(chains.parts[mine][0], REDUNDANCY).sum()) if mine.any() else -np.inf


@given(SEEDS)
@settings(max_examples=5, deadline=None)
def test_removing_what_is_cited_lowers_the_score_and_removing_anything_else_does_not(draw: Draw, seed: int) -> None:
    market, students = world(draw, np.random.default_rng(seed))
    # Everybody asked for a target, so that no other one takes its place.
    students = replace(students, asked=np.abs(students.asked))
    recommender = Recommender(market, ALL)
    block = recommender.block(students)
    for path in PATHS:
        chains = block.paths[path]
        for chain in range(min(2, len(chains.item))):
            pair, item = int(chains.pair[chain]), int(chains.item[chain])
            student, cluster = int(block.targets.student[pair]), int(block.targets.cluster[pair])
            case = build_case(recommender, block, path, chain)
            evidence = {(piece.kind, piece.skill) for piece in cite_evidence(case, recommender.weights.of(path))}
            before = float(np.delete(chains.parts[chain], REDUNDANCY).sum())
            for kind, row, has in (("HAS", student, case.have), ("IMPROVES", item, case.effect)):
                for skill in case.skills[np.flatnonzero(has[0])].tolist():
                    after = plain(
                        *without(recommender, students, path, kind, (row, skill)), path, student, cluster, item
                    )
                    assert (after < before - 1e-7) == ((kind, skill) in evidence)


def test_citations_by_hand() -> None:
    market = Market(
        csr_array([[0.8, 0.0, 0.0], [0.0, 0.6, 0.6]]), csr_array((0, 3)), csr_array((0, 3)),
        csr_array([[0.5, 0.0, 0.0]]), np.zeros(0, dtype=np.int64), np.eye(3),
    )  # fmt: skip
    recommender = Recommender(market)
    students = StudentBatch(csr_array([[0.2, 0.3, 0.0]]), csr_array((1, 1)), np.array([0]))
    block = recommender.block(students)
    found = cite_evidence(build_case(recommender, block, "TRAINING", 0), recommender.weights.of("TRAINING"))
    kinds = {(piece.kind, piece.skill): piece for piece in found}
    assert kinds["IMPROVES", 0].value == 0.5 and kinds["REQUIRES", 0].value == pytest.approx(0.8)
    assert ("HAS", 1) not in kinds, "what has nothing to do with the target speaks for nothing"
    assert [piece.drop for piece in found] == sorted((piece.drop for piece in found), reverse=True)
