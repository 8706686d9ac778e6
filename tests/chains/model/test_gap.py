"""Gaps against a dense reference; a gain is exactly what taking the resource would change."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.capability import capability
from skillpath.chains.model.gap import Gaps, compute_gain_per_skill, compute_total_gains, find_gaps

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


def pairs(rng: np.random.Generator, students: int, clusters: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.integers(0, students, count), rng.integers(0, clusters, count)


def dense(gaps: Gaps, skills: int) -> np.ndarray:
    matrix = np.zeros((len(gaps.total), skills))
    np.add.at(matrix, (gaps.pair, gaps.skill), gaps.gap)
    return matrix


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_gaps_equal_the_dense_reference(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, needs = draw(rng, 5, 8), draw(rng, 4, 8)
    student, cluster = pairs(rng, 5, 4, 9)
    gaps = find_gaps(levels, needs, student, cluster)
    have, required = levels.toarray()[student], needs.toarray()[cluster]
    expected = np.maximum(0, required - have)
    assert np.allclose(dense(gaps, 8), expected, atol=1e-15)
    assert (gaps.gap > 0).all()
    assert np.allclose(gaps.total, expected.sum(axis=1)) and np.allclose(gaps.asked, required.sum(axis=1))
    assert np.array_equal(gaps.have, have[gaps.pair, gaps.skill])
    assert np.array_equal(gaps.required, required[gaps.pair, gaps.skill])
    assert np.array_equal(np.repeat(np.arange(9), np.diff(gaps.indptr)), gaps.pair)


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_gain_never_exceeds_the_gap_and_sums_agree(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, needs, effects = draw(rng, 5, 8), draw(rng, 4, 8), draw(rng, 6, 8)
    student, cluster = pairs(rng, 5, 4, 9)
    gaps = find_gaps(levels, needs, student, cluster)
    pair, item, gain, _ = compute_total_gains(gaps, effects)
    candidate, entry, closed = compute_gain_per_skill(gaps, effects, pair, item)
    assert (closed > 0).all() and (closed <= gaps.gap[entry]).all()
    assert np.array_equal(gaps.pair[entry], pair[candidate])
    assert np.allclose(np.bincount(candidate, weights=closed, minlength=len(pair)), gain, atol=1e-12)
    assert (gain > 0).all() and (gain <= gaps.total[pair] + 1e-12).all()
    assert list(zip(pair, item, strict=True)) == sorted(set(zip(pair.tolist(), item.tolist(), strict=True)))
    have, required = levels.toarray()[student], needs.toarray()[cluster]
    reference = np.minimum(np.maximum(0, required - have)[:, None], (1 - have)[:, None] * effects.toarray()[None]).sum(
        axis=2
    )
    found = np.zeros_like(reference)
    found[pair, item] = gain
    assert np.allclose(found, reference, atol=1e-12)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_gain_is_the_gap_before_minus_the_gap_after_taking_it(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Capability caps evidence at 0.99, so gains stay below it.
    progress, stated, needs = draw(rng, 4, 5), draw(rng, 4, 7), draw(rng, 3, 7)
    gains = draw(rng, 5, 7) * 0.9
    progress = csr_array(progress.toarray() * (np.arange(5) != 2))
    levels = capability(progress, gains, stated)
    student, cluster = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    before = find_gaps(levels, needs, student, cluster)
    taken = progress.toarray()
    taken[:, 2] = 1.0
    after = find_gaps(capability(csr_array(taken), gains, stated), needs, student, cluster)
    pair, item, gain, _ = compute_total_gains(before, gains)
    expected = np.zeros(12)
    expected[pair[item == 2]] = gain[item == 2]
    assert np.allclose(expected, before.total - after.total, atol=1e-12)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_more_capability_never_raises_a_gap(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, needs = draw(rng, 5, 8), draw(rng, 4, 8)
    more = csr_array(np.minimum(1, levels.toarray() + rng.random((5, 8)) * (rng.random((5, 8)) < 0.3)))
    student, cluster = pairs(rng, 5, 4, 9)
    before, after = (find_gaps(found, needs, student, cluster) for found in (levels, more))
    assert (dense(after, 8) <= dense(before, 8)).all()
    assert (after.total <= before.total + 1e-12).all()


def test_a_target_without_requirements_has_no_gap() -> None:
    gaps = find_gaps(csr_array((1, 3)), csr_array((2, 3)), np.array([0]), np.array([1]))
    assert gaps.total.tolist() == [0.0] and gaps.asked.tolist() == [0.0] and not len(gaps.gap)
    pair, item, gain, _ = compute_total_gains(gaps, csr_array((0, 3)))
    assert len(pair) == len(item) == len(gain) == 0


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_weights_scale_sums_and_leave_levels_alone(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, needs, effects = draw(rng, 5, 8), draw(rng, 4, 8), draw(rng, 6, 8)
    weight = np.where(rng.random((4, 8)) < 0.5, 1.0, 0.5)
    weights = csr_array(np.where(needs.toarray() > 0, weight, 0.0))
    student, cluster = pairs(rng, 5, 4, 9)
    plain, weighted = find_gaps(levels, needs, student, cluster), find_gaps(levels, needs, student, cluster, weights)
    assert np.array_equal(plain.gap, weighted.gap) and np.array_equal(plain.have, weighted.have)
    have, required, w = levels.toarray()[student], needs.toarray()[cluster], weight[cluster]
    assert np.allclose(weighted.total, (w * np.maximum(0, required - have)).sum(axis=1))
    assert np.allclose(weighted.asked, (w * required).sum(axis=1))
    pair, item, gain, _ = compute_total_gains(weighted, effects)
    reference = np.minimum(np.maximum(0, required - have)[:, None], (1 - have)[:, None] * effects.toarray()[None])
    assert np.allclose(gain, (w[:, None] * reference).sum(axis=2)[pair, item])
    assert (gain <= weighted.total[pair] + 1e-12).all()
    candidate, entry, closed = compute_gain_per_skill(weighted, effects, pair, item)
    summed = np.bincount(candidate, weights=weighted.weight[entry] * closed, minlength=len(pair))
    assert np.allclose(summed, gain, atol=1e-12)
