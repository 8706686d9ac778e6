"""Capability: noisy-or by hand, bounds and monotony."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.capability import capability
from skillpath.common.noisy_or import CEILING

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


def by_hand(progress: np.ndarray, gains: np.ndarray, stated: np.ndarray) -> np.ndarray:
    """The equation as it is written, one product a place."""
    missing = 1 - np.minimum(stated, CEILING)
    for resource in range(gains.shape[0]):
        factor = 1 - np.minimum(gains[resource], CEILING)
        missing = missing * factor[None, :] ** progress[:, resource][:, None]
    return np.asarray(1 - missing)


@given(SEEDS)
@settings(max_examples=80, deadline=None)
def test_equals_the_equation_and_stays_below_one(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    progress, gains, stated = draw(rng, 6, 5), draw(rng, 5, 7), draw(rng, 6, 7)
    levels = capability(progress, gains, stated)
    assert np.allclose(levels.toarray(), by_hand(progress.toarray(), gains.toarray(), stated.toarray()), atol=1e-12)
    assert (levels.data > 0).all() and (levels.data < 1).all()
    assert levels.has_sorted_indices


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_never_falls_with_more_progress_gain_or_stated_level(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = [draw(rng, 4, 3), draw(rng, 3, 6), draw(rng, 4, 6)]
    before = capability(*parts).toarray()
    for i in range(3):
        more = list(parts)
        more[i] = csr_array(np.minimum(1.0, parts[i].toarray() + rng.random(parts[i].shape) * 0.3))
        assert (capability(*more).toarray() >= before - 1e-12).all()


def test_two_courses_and_an_admission_by_hand() -> None:
    progress = csr_array([[1.0, 0.5]])
    gains = csr_array([[0.5, 0.0], [0.36, 0.2]])
    levels = capability(progress, gains, csr_array([[0.2, 0.0]])).toarray()
    assert levels[0] == pytest.approx([1 - 0.8 * 0.5 * 0.8, 1 - 0.8**0.5])


def test_many_certain_sources_are_still_not_certain() -> None:
    level = capability(csr_array(np.ones((1, 40))), csr_array(np.ones((40, 1))), csr_array((1, 1))).toarray()[0, 0]
    assert 0.999 < level < 1.0


def test_enrolled_with_nothing_done_counts_for_nothing() -> None:
    progress = csr_array((np.array([0.0]), (np.array([0]), np.array([0]))), shape=(1, 1))
    assert progress.nnz == 1
    assert capability(progress, csr_array([[0.9]]), csr_array((1, 1))).nnz == 0


@pytest.mark.parametrize(("students", "resources", "skills"), [(0, 3, 4), (2, 0, 4), (2, 3, 0), (2, 3, 4)])
def test_nothing_gives_nothing(students: int, resources: int, skills: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        levels = capability(
            csr_array((students, resources)), csr_array((resources, skills)), csr_array((students, skills))
        )
    assert levels.shape == (students, skills) and levels.nnz == 0
