"""Skill vectors: what goes together stands together, the same every time."""

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.spectral import SpectralSettings, skill_vectors


def baskets() -> csr_array:
    """Two trades of ten skills each that share nothing, and one skill nobody asks for."""
    random = np.random.default_rng(1)
    rows = np.zeros((60, 21))
    for i in range(60):
        rows[i, random.choice(10, 5, replace=False) + 10 * (i % 2)] = 1.0
    return csr_array(rows)


def test_skills_of_one_trade_are_nearer_than_those_of_two() -> None:
    vectors = skill_vectors([baskets()], SpectralSettings(dimensions=8))
    near = vectors @ vectors.T
    inside = near[:10, :10][~np.eye(10, dtype=bool)]
    assert inside.mean() > near[:10, 10:20].mean() + 0.3


def test_unit_vectors_and_zero_for_what_nobody_asks_for() -> None:
    lengths = np.linalg.norm(skill_vectors([baskets()], SpectralSettings(dimensions=8)), axis=1)
    np.testing.assert_allclose(lengths, [1.0] * 20 + [0.0], atol=1e-12)


def test_the_same_every_time() -> None:
    one, two = (skill_vectors([baskets()], SpectralSettings(dimensions=8)) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_fewer_skills_than_dimensions_and_none_at_all() -> None:
    assert skill_vectors([baskets()]).shape == (21, 128)
    assert np.all(np.isfinite(skill_vectors([baskets()])))
    assert not skill_vectors([csr_array((3, 4))]).any()
