"""Targets against a dense reference."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.student_targets import StudentTargetSettings, choose_targets, list_requirements, rarity

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


def matches(levels: np.ndarray, needs: np.ndarray) -> np.ndarray:
    weight = np.log((1 + len(needs)) / (1 + (needs > 0).sum(axis=0)))
    a, b = levels * weight, needs * weight
    norms = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None]
    cosine: np.ndarray = np.divide(a @ b.T, norms, out=np.zeros((len(a), len(b))), where=norms > 0)
    return cosine


@given(SEEDS, st.integers(1, 7))
@settings(max_examples=80, deadline=None)
def test_equals_the_dense_reference_with_the_asked_one_first(draw: Draw, seed: int, block: int) -> None:
    rng = np.random.default_rng(seed)
    levels, needs = draw(rng, 6, 8), draw(rng, 5, 8)
    asked = rng.integers(-1, 5, 6)
    chosen = StudentTargetSettings(count=3, min_match=0.2, block=block)
    found = choose_targets(levels, needs, asked, chosen)
    match = matches(levels.toarray(), needs.toarray())
    usable = needs.toarray().any(axis=1)
    for student in range(6):
        mine = found.student == student
        wanted = [c for c in np.argsort(-match[student], kind="stable") if match[student, c] >= 0.2 and usable[c]]
        if asked[student] >= 0:
            wanted = [asked[student], *(c for c in wanted if c != asked[student])]
        # Two clusters with the same match up to rounding may stand in either order.
        assert match[student, found.cluster[mine]] == pytest.approx(match[student, wanted[:3]], abs=1e-9)
        assert found.rank[mine].tolist() == list(range(1, len(wanted[:3]) + 1))
        assert found.stated[mine].tolist() == [c == asked[student] for c in found.cluster[mine]]
        assert found.match[mine] == pytest.approx(match[student, found.cluster[mine]], abs=1e-9)
        if asked[student] >= 0:
            assert found.cluster[mine][0] == asked[student]
    assert len(set(zip(found.student.tolist(), found.cluster.tolist(), strict=True))) == len(found.student)


def test_an_asked_target_stays_first_below_the_floor_and_without_requirements() -> None:
    needs = csr_array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    found = choose_targets(csr_array([[0.5, 0.0], [0.0, 0.0]]), needs, np.array([2, 1]))
    assert found.student.tolist() == [0, 0, 1]
    assert found.cluster.tolist() == [2, 0, 1]
    assert found.stated.tolist() == [True, False, True]
    assert found.match.tolist() == pytest.approx([0.0, 1.0, 0.0])


def test_rarity_tells_common_skills_apart() -> None:
    needs = csr_array([[0.5, 0.2, 0.0], [0.5, 0.0, 0.0], [0.9, 0.0, 0.0]])
    assert rarity(needs) == pytest.approx([0.0, np.log(2), np.log(4)])


def test_required_entries_are_those_of_the_rows() -> None:
    needs = csr_array([[0.5, 0.0, 0.2], [0.0, 0.0, 0.0], [0.0, 0.7, 0.0]])
    pair, skill, level = list_requirements(needs, np.array([2, 1, 0, 2]))
    assert list(zip(pair, skill, level, strict=True)) == [(0, 1, 0.7), (2, 0, 0.5), (2, 2, 0.2), (3, 1, 0.7)]


@pytest.mark.parametrize(("students", "clusters"), [(0, 3), (3, 0), (0, 0), (2, 2)])
def test_nobody_or_no_cluster_gives_no_targets(students: int, clusters: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = choose_targets(csr_array((students, 4)), csr_array((clusters, 4)), np.full(students, -1))
    assert len(found.student) == len(found.cluster) == len(found.match) == len(found.stated) == 0
