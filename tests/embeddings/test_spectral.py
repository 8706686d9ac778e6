"""Skill vectors: unit rows, the same each time, near for what occurs together."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.embeddings.spectral import SpectralSettings, skill_vectors


def random_baskets(seed: int, things: int = 30, skills: int = 12) -> list[csr_array]:
    rng = np.random.default_rng(seed)
    return [csr_array((rng.random((things, skills)) < 0.25).astype(float)) for _ in range(2)]


@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_rows_are_units_or_zero_and_the_same_each_time(seed: int, dimensions: int) -> None:
    baskets, chosen = random_baskets(seed), SpectralSettings(dimensions=dimensions)
    vectors = skill_vectors(baskets, chosen)
    assert vectors.shape == (12, dimensions)
    norms = np.linalg.norm(vectors, axis=1)
    assert np.all(np.isclose(norms, 1.0) | (norms == 0.0))
    assert np.array_equal(vectors, skill_vectors(baskets, chosen))


def test_skills_never_seen_stay_zero_and_the_others_are_learned() -> None:
    basket = csr_array(np.hstack([random_baskets(1)[0].toarray(), np.zeros((30, 3))]))
    norms = np.linalg.norm(skill_vectors([basket]), axis=1)
    assert norms[12:].tolist() == [0.0, 0.0, 0.0]
    assert norms[:12] == pytest.approx(np.ones(12))


def test_what_always_occurs_together_is_nearer_than_what_never_does() -> None:
    groups = np.array([[1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1, 1, 1]])
    vectors = skill_vectors([csr_array(np.repeat(groups, 10, axis=0).astype(float))], SpectralSettings(dimensions=4))
    near = vectors @ vectors.T
    together = np.kron(np.eye(3), np.ones((3, 3))).astype(bool)
    assert near[together].min() > 0.99
    assert abs(near[~together]).max() < 0.01


def test_fewer_skills_than_dimensions_fill_the_first_ones() -> None:
    vectors = skill_vectors([csr_array(np.eye(4) + np.eye(4, k=1))], SpectralSettings(dimensions=128))
    assert vectors.shape == (4, 128)
    assert np.linalg.norm(vectors[:, :3], axis=1) == pytest.approx(np.ones(4)) and not vectors[:, 4:].any()


def test_the_size_of_a_level_does_not_matter_but_its_presence() -> None:
    basket = random_baskets(3)[0]
    assert np.array_equal(skill_vectors([basket]), skill_vectors([basket * 0.3]))


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0), (3, 4)])
def test_nothing_to_learn_from_gives_zeros_without_a_warning(shape: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        vectors = skill_vectors([csr_array(shape)])
    assert vectors.shape == (shape[1], 128) and not vectors.any()
