"""Where a level comes from: components add up, decay forgets slowly, and narrower skills speak for broader ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.explain.skill_hierarchy import HierarchySettings, compute_ancestry, propagate_levels
from skillpath.chains.model.capability import (
    COMPONENTS,
    CapabilitySettings,
    ComponentEvidence,
    admission,
    apply_decay,
    capability,
    compute_capability,
    half_life,
    provenance,
)

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


def four(draw: Draw, rng: np.random.Generator) -> list[ComponentEvidence]:
    return [
        ComponentEvidence("learning", draw(rng, 5, 4), draw(rng, 4, 6)),
        ComponentEvidence("practice", draw(rng, 5, 3), draw(rng, 3, 6)),
        ComponentEvidence("innovation", draw(rng, 5, 2), draw(rng, 2, 6)),
        admission(draw(rng, 5, 6)),
    ]


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_contributions_add_up_to_the_level(draw: Draw, seed: int) -> None:
    evidence = four(draw, np.random.default_rng(seed))
    levels = compute_capability(evidence)
    found = provenance(evidence, levels)
    total = np.zeros(levels.shape)
    np.add.at(total, (found.student, found.skill), found.contribution)
    assert np.allclose(total, levels.toarray(), atol=1e-12)
    assert (found.contribution > 0).all()
    keys = np.stack([found.student, found.skill, found.component, found.item])
    assert len(np.unique(keys, axis=1).T) == keys.shape[1], "each thing once"


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_only_what_is_there_contributes_and_taking_it_away_lowers_the_level(draw: Draw, seed: int) -> None:
    evidence = four(draw, np.random.default_rng(seed))
    levels = compute_capability(evidence).toarray()
    found = provenance(evidence, compute_capability(evidence))
    for number, part in enumerate(evidence):
        rest = [other if i != number else ComponentEvidence(part.component, csr_array(part.amount.shape), part.effects)
                for i, other in enumerate(evidence)]  # fmt: skip
        less = compute_capability(rest).toarray()
        assert (less <= levels + 1e-12).all()
        mine = found.component == COMPONENTS.index(part.component)
        present = np.zeros(levels.shape, dtype=bool)
        present[found.student[mine], found.skill[mine]] = True
        assert np.array_equal(less < levels - 1e-12, present & (less < levels - 1e-12))
        assert np.array_equal(less[~present], levels[~present])


def test_equal_evidence_contributes_equally() -> None:
    evidence = [
        ComponentEvidence("learning", csr_array([[1.0, 1.0]]), csr_array([[0.5], [0.5]])),
        admission(csr_array([[0.5]])),
    ]
    found = provenance(evidence, compute_capability(evidence))
    assert found.contribution == pytest.approx([0.875 / 3] * 3)
    assert found.component.tolist() == [0, 1, 1] and found.item.tolist() == [0, 0, 1]


def test_capability_of_two_components_is_the_short_form(draw: Draw) -> None:
    rng = np.random.default_rng(4)
    progress, gains, stated = draw(rng, 6, 5), draw(rng, 5, 7), draw(rng, 6, 7)
    both = compute_capability([ComponentEvidence("learning", progress, gains), admission(stated)])
    assert np.array_equal(both.toarray(), capability(progress, gains, stated).toarray())


def test_after_one_half_life_a_course_counts_as_half_of_it() -> None:
    taken = csr_array([[1.0, 1.0, 1.0]])
    old = apply_decay(taken, np.array([6.0, np.nan, -3.0]), half_life("learning", CapabilitySettings(learning=6.0)))
    assert old.toarray().tolist() == [[0.5, 1.0, 1.0]]
    levels = compute_capability([ComponentEvidence("learning", old, csr_array(np.eye(3) * 0.36))])
    assert levels.toarray()[0] == pytest.approx([1 - 0.64**0.5, 0.36, 0.36])


def test_no_evidence_at_all_gives_no_level_and_no_provenance() -> None:
    nothing = [ComponentEvidence("learning", csr_array((2, 0)), csr_array((0, 3))), admission(csr_array((2, 3)))]
    levels = compute_capability(nothing)
    assert levels.shape == (2, 3) and levels.nnz == 0
    assert len(provenance(nothing, levels).student) == 0


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_narrower_skills_raise_broader_ones_only(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, broader = draw(rng, 4, 7), rng.integers(0, 7, (8, 2))
    up = compute_ancestry(broader, 7)
    view = propagate_levels(levels, up).toarray()
    assert (view >= levels.toarray()).all() and (view <= 1).all()
    assert (up.toarray().diagonal() == 0).all()
    untouched = up.toarray().sum(axis=0) == 0
    assert view[:, untouched] == pytest.approx(levels.toarray()[:, untouched], abs=1e-12)
    more = csr_array(np.minimum(1.0, levels.toarray() + 0.1 * (rng.random((4, 7)) < 0.3)))
    assert (propagate_levels(more, up).toarray() >= view - 1e-12).all()


def test_two_ways_up_count_once_and_steps_fade() -> None:
    # 3 → 1 → 0 and 3 → 2 → 0, with a cycle 0 → 3.
    broader = np.array([[3, 1], [3, 2], [1, 0], [2, 0], [0, 3]])
    up = compute_ancestry(broader, 4, HierarchySettings(factor=0.5, depth=3)).toarray()
    assert up[3].tolist() == [0.25, 0.5, 0.5, 0.0]
    assert up[1].tolist() == [0.5, 0.0, 0.125, 0.25]
