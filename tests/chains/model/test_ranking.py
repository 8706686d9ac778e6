"""Ranking and bridging by hand; ranks do not depend on the order of the candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.bridging import BridgingSettings, bridging, bridging_of_many, profile_vectors
from skillpath.chains.model.ranking import TERMS, ChainRankSettings, contributions, ranks, score, select_best, terms


def ranked(student: np.ndarray, item: np.ndarray, scores: np.ndarray, count: int) -> list[tuple[int, int, int, float]]:
    kept = select_best(student, item, scores, count)
    return list(
        zip(
            student[kept].tolist(),
            ranks(student[kept]).tolist(),
            item[kept].tolist(),
            scores[kept].tolist(),
            strict=True,
        )
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_ranks_equal_a_loop_and_ignore_the_order_of_candidates(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(0, 40))
    student, item, scores = rng.integers(0, 4, size), rng.integers(0, 6, size), rng.integers(0, 5, size) / 5
    top: dict[tuple[int, int], float] = {}
    for s, i, value in zip(student.tolist(), item.tolist(), scores.tolist(), strict=True):
        top[s, i] = max(value, top.get((s, i), 0.0))
    naive = []
    for s in range(4):
        mine = sorted(((i, v) for (owner, i), v in top.items() if owner == s), key=lambda pair: (-pair[1], pair[0]))
        naive += [(s, place, i, v) for place, (i, v) in enumerate(mine[:count], 1)]
    assert ranked(student, item, scores, count) == naive
    mixed = rng.permutation(size)
    assert ranked(student[mixed], item[mixed], scores[mixed], count) == naive


def test_the_score_by_hand() -> None:
    chosen = ChainRankSettings(match=0.3, compensation=0.5, bridging=0.2, heat=0.1, stage=0.4, redundancy=0.2)
    values = terms(*(np.array(pair) for pair in ([0.4, 0.0], [1.5, 0.0], [-0.1, 0.5], [0.3, np.nan], [0.6, 0.0])))
    match, gain, bridge, heat, stage = (np.array([each]) for each in (0.4, 1.5, -0.1, 0.3, 0.6))
    job = terms(match, gain, bridge, heat, stage, fit=match)
    assert job[0, 1] == pytest.approx(0.4 * (1 - np.exp(-1.5))), "of a job only as far as one fits"
    values[:, 5] = [0.5, 0.0]
    found = score(values, chosen.weights)
    assert found == pytest.approx([0.12 + 0.5 * (1 - np.exp(-1.5)) - 0.02 + 0.03 + 0.24 - 0.1, 0.1])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_contributions_add_up_and_nothing_is_ever_not_a_number(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(8, 8))
    columns[rng.random((8, 8)) < 0.2] = rng.choice([np.nan, np.inf, -np.inf])
    match, gain, bridge, heat, stage, affinity, popularity, urgency = columns
    values = terms(match, gain, bridge, heat, stage, affinity=affinity, popularity=popularity, urgency=urgency)
    weights = rng.normal(size=len(TERMS))
    parts = contributions(values, weights)
    assert np.isfinite(parts).all()
    assert score(values, weights) == pytest.approx(parts.sum(axis=1), abs=1e-12)


def test_weights_that_are_all_zero_rank_by_item() -> None:
    values = terms(*np.random.default_rng(0).random((5, 4)))
    scores = score(values, np.zeros(len(TERMS)))
    assert scores.tolist() == [0.0] * 4
    assert [item for _, _, item, _ in ranked(np.zeros(4, dtype=int), np.array([7, 3, 9, 1]), scores, 3)] == [1, 3, 7]


def test_bridging_by_hand() -> None:
    a, c, b = np.array([[1.0, 0.0]]), np.array([[0.6, 0.8]]), np.array([[0.0, 1.0]])
    found, toward = bridging(a, c, b, np.array([0.25]), BridgingSettings(near=0.4, toward=0.6, distance=0.2))
    assert toward.tolist() == pytest.approx([0.8])
    assert found.tolist() == pytest.approx([0.4 * 0.6 + 0.6 * 0.8 - 0.2 * 0.25])


def test_profiles_are_weighted_sums_of_skill_vectors() -> None:
    profiles, weight = csr_array([[0.5, 1.0], [0.0, 0.0]]), np.array([2.0, 0.5])
    vectors = np.array([[1.0, 0.0], [0.0, 1.0]])
    length = np.hypot(1.0, 0.5)
    assert profile_vectors(profiles, weight, vectors) == pytest.approx(np.array([[1 / length, 0.5 / length], [0, 0]]))


def test_bridging_of_many_is_bridging_of_each() -> None:
    rng = np.random.default_rng(2)
    students, items, targets = (rng.normal(size=(n, 3)) for n in (4, 5, 6))
    index = rng.integers(0, 4, 20), rng.integers(0, 5, 20), rng.integers(0, 6, 20)
    share = rng.random(20)
    one_by_one = bridging(students[index[0]], items[index[1]], targets[index[2]], share)
    for many, single in zip(bridging_of_many(students, items, targets, index, share), one_by_one, strict=True):
        assert many == pytest.approx(single)
