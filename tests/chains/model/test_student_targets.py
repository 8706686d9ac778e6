"""Targets against a dense reference."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.student_targets import (
    StudentTargetSettings,
    build_field_profiles,
    choose_fields,
    choose_targets,
    list_requirements,
    rarity,
)

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


def matches(levels: np.ndarray, needs: np.ndarray) -> np.ndarray:
    weight = np.log((1 + len(needs)) / (1 + (needs > 0).sum(axis=0)))
    a, b = levels * weight, needs * weight
    norms = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None]
    cosine: np.ndarray = np.divide(a @ b.T, norms, out=np.zeros((len(a), len(b))), where=norms > 0)
    return cosine


def support(levels: np.ndarray, needs: np.ndarray) -> np.ndarray:
    weight = np.log((1 + len(needs)) / (1 + (needs > 0).sum(axis=0)))
    parts = (levels * weight)[:, None, :] * (needs * weight)[None, :, :]
    number: np.ndarray = np.divide(
        parts.sum(axis=2) ** 2, (parts**2).sum(axis=2), out=np.zeros(parts.shape[:2]), where=parts.any(axis=2)
    )
    return number.round(6)


@given(SEEDS, st.integers(1, 7))
@settings(max_examples=80, deadline=None)
def test_equals_the_dense_reference_with_the_asked_one_first(draw: Draw, seed: int, block: int) -> None:
    rng = np.random.default_rng(seed)
    levels, needs = draw(rng, 6, 8), draw(rng, 5, 8)
    asked = rng.integers(-1, 5, 6)
    chosen = StudentTargetSettings(count=3, min_match=0.2, min_skills=1.5, block=block)
    found = choose_targets(levels, needs, asked, chosen)
    match = matches(levels.toarray(), needs.toarray())
    usable = needs.toarray().any(axis=1)
    skills = support(levels.toarray(), needs.toarray())
    least = np.minimum(1.5, np.diag(support(needs.toarray(), needs.toarray())))
    for student in range(6):
        mine = found.student == student
        enough = (match[student] >= 0.2) & usable & (skills[student] >= least)
        wanted = [c for c in np.argsort(-match[student], kind="stable") if enough[c]]
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
    anything = StudentTargetSettings(min_skills=0.0)
    found = choose_targets(csr_array([[0.5, 0.0], [0.0, 0.0]]), needs, np.array([2, 1]), anything)
    assert found.student.tolist() == [0, 0, 1]
    assert found.cluster.tolist() == [2, 0, 1]
    assert found.stated.tolist() == [True, False, True]
    assert found.match.tolist() == pytest.approx([0.0, 1.0, 0.0])


def test_an_occupation_is_not_named_from_one_skill_and_fields_take_its_place() -> None:
    needs = np.zeros((4, 7))
    # The first two are of one field and require much the same, the third belongs to another, the last to none.
    needs[0, :3], needs[1, :4] = 0.6, [0.6, 0.6, 0.6, 0.2]
    needs[2, [3, 5, 6]], needs[3, 4] = [0.9, 0.5, 0.5], 0.9
    levels = np.zeros((4, 7))
    levels[0, :3], levels[1, 3], levels[2, 0], levels[3, 4] = 0.5, 0.9, 0.5, 0.5
    found = choose_targets(csr_array(levels), csr_array(needs), np.full(4, -1))
    # What requires one skill alone needs no more evidence than that one.
    assert list(zip(found.student.tolist(), found.cluster.tolist(), strict=True)) == [(0, 0), (0, 1), (3, 3)]
    weight, profiles = rarity(csr_array(needs)), build_field_profiles(csr_array(needs), np.array([0, 0, 1, -1]))
    assert profiles.shape == (2, 7)
    fields = choose_fields(csr_array(levels), weight, profiles, np.array([1, 2]), StudentTargetSettings())
    assert list(zip(fields.student.tolist(), fields.field.tolist(), strict=True)) == [(1, 1), (1, 0), (2, 0)]
    assert fields.match[0] > fields.match[1] > 0 and (fields.match <= 1 + 1e-9).all()


def test_nobody_has_a_field_where_no_cluster_belongs_to_one() -> None:
    needs = csr_array([[0.6, 0.6, 0.0], [0.0, 0.4, 0.9]])
    profiles = build_field_profiles(needs, np.full(2, -1))
    found = choose_fields(needs, rarity(needs), profiles, np.array([0, 1]), StudentTargetSettings())
    assert profiles.shape == (0, 3) and not len(found.student)


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
