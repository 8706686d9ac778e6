"""Ranking and bridging by hand; ranks do not depend on the order of the candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.bridging import BridgingSettings, bridging, profile_vectors
from skillpath.chains.ranking import RankSettings, best, score


def ranked(student: np.ndarray, item: np.ndarray, scores: np.ndarray, count: int) -> list[tuple[int, int, int, float]]:
    kept, rank = best(student, item, scores, RankSettings(per_path=count))
    return list(zip(student[kept].tolist(), rank.tolist(), item[kept].tolist(), scores[kept].tolist(), strict=True))


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
    chosen = RankSettings(match=0.3, compensation=0.5, bridging=0.2)
    found = score(np.array([0.4, 0.0]), np.array([1.5, 0.0]), np.array([-0.1, 0.5]), chosen)
    assert found == pytest.approx([0.3 * 0.4 + 0.5 * (1 - np.exp(-1.5)) - 0.02, 0.1])


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
