"""Redundancy against a loop, lists that vary more, and what coverage and unevenness mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import unit_dense
from skillpath.chains.model.diversity import (
    catalogue_coverage,
    compute_familiarity,
    gini,
    intra_list_diversity,
    select_diverse,
)

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


def candidates(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Students, scores (falling within each), vectors and likeness to what was taken before."""
    size = int(rng.integers(0, 25))
    student = np.sort(rng.integers(0, 5, size))
    scores = rng.random(size)
    scores = scores[np.lexsort((-scores, student))]
    return student, scores, unit_dense(rng.normal(size=(size, 3))), rng.random(size) * 0.5


def by_hand(
    student: np.ndarray, scores: np.ndarray, vectors: np.ndarray, known: np.ndarray, gamma: float, count: int
) -> list[tuple[int, float]]:
    result = []
    for owner in np.unique(student):
        free = np.flatnonzero(student == owner).tolist()
        redundancy = {i: known[i] for i in free}
        for _ in range(min(count, len(free))):
            chosen = max(free, key=lambda i: (scores[i] - gamma * redundancy[i], -i))
            result.append((chosen, float(redundancy[chosen])))
            free.remove(chosen)
            for i in free:
                redundancy[i] = max(redundancy[i], float(np.clip(vectors[i] @ vectors[chosen], 0, 1)))
    return result


@given(SEEDS, st.sampled_from([0.0, 0.1, 1.0]), st.integers(1, 6))
@settings(max_examples=80, deadline=None)
def test_greedy_choice_equals_a_loop(seed: int, gamma: float, count: int) -> None:
    parts = candidates(np.random.default_rng(seed))
    chosen, redundancy = select_diverse(*parts, gamma, count)
    expected = by_hand(*parts, gamma, count)
    assert chosen.tolist() == [place for place, _ in expected]
    assert redundancy == pytest.approx([cost for _, cost in expected], abs=1e-12)
    student, scores = parts[0], parts[1]
    final = scores[chosen] - gamma * redundancy
    falls = np.diff(final) <= 1e-12
    assert falls[np.diff(student[chosen]) == 0].all(), "R' never rises down a list"
    if gamma == 0:
        assert np.array_equal(np.sort(chosen), chosen), "without diversity the order stays"


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_familiar_is_the_likeness_to_the_nearest_thing_taken(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    student, _, vectors, _ = candidates(rng)
    taken, of_taken = draw(rng, 5, 7, rng.random()), unit_dense(rng.normal(size=(7, 3)))
    naive = [
        max([0.0, *(float(v @ of_taken[i]) for i in np.flatnonzero(taken.toarray()[s]))])
        for s, v in zip(student, vectors, strict=True)
    ]
    assert compute_familiarity(student, vectors, taken, of_taken) == pytest.approx(naive, abs=1e-12)


def test_diversity_raises_intra_list_diversity_for_little_score() -> None:
    rng = np.random.default_rng(1)
    # Three topics with near copies: the best ten of a greedy list are copies of each other.
    student = np.repeat(np.arange(50), 30)
    topic = np.tile(np.repeat(np.arange(3), 10), 50)
    vectors = unit_dense(np.eye(3)[topic] + 0.05 * rng.normal(size=(1500, 3)))
    scores = 0.6 - 0.02 * topic + 0.02 * rng.random(1500)
    order = np.lexsort((-scores, student))
    vectors, scores = vectors[order], scores[order]
    plain, _ = select_diverse(student, scores, vectors, np.zeros(1500), 0.0, 6)
    varied, _ = select_diverse(student, scores, vectors, np.zeros(1500), 0.1, 6)
    spread = [intra_list_diversity(student[found], vectors[found]).mean() for found in (plain, varied)]
    assert spread[1] > 1.2 * spread[0]
    assert scores[varied].mean() > 0.9 * scores[plain].mean()


def test_diversity_coverage_and_gini_by_hand() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    found = intra_list_diversity(np.array([0, 0, 1, 2, 2]), vectors)
    assert found[0] == pytest.approx(1.0) and np.isnan(found[1]) and found[2] == pytest.approx(1.0)
    assert intra_list_diversity(np.zeros(3, dtype=np.int64), vectors[[0, 0, 1]])[0] == pytest.approx(2 / 3)
    assert catalogue_coverage(np.array([1, 1, 3]), 4) == 0.5 and catalogue_coverage(np.array([]), 0) == 0.0
    assert gini(np.array([5, 5, 5])) == pytest.approx(0.0) and gini(np.array([0, 0, 9])) == pytest.approx(2 / 3)
    assert gini(np.zeros(4, dtype=np.int64)) == 0.0 == gini(np.array([], dtype=np.int64))
