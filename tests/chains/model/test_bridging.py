"""Bridging (16) by hand."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from skillpath.chains.model.bridging import BridgingSettings, bridging, bridging_of_many, profile_vectors


def test_it_is_the_formula() -> None:
    student, item, target = np.array([[1.0, 0.0]]), np.array([[0.6, 0.8]]), np.array([[0.0, 1.0]])
    settings = BridgingSettings(near=0.4, toward=0.6, distance=0.2)
    score, similarity = bridging(student, item, target, np.array([0.5]), settings)
    assert similarity[0] == pytest.approx(0.8)
    assert score[0] == pytest.approx(0.4 * 0.6 + 0.6 * 0.8 - 0.2 * 0.5)


def test_without_a_target_nearness_to_the_student_counts_for_both() -> None:
    student, item, nowhere = np.array([[1.0, 0.0]]), np.array([[0.6, 0.8]]), np.zeros((1, 2))
    one = bridging(student, item, nowhere, np.zeros(1))
    index = np.array([0]), np.array([0]), np.array([0])
    many = bridging_of_many(student, item, nowhere, index, np.zeros(1))
    for score, similarity in (one, many):
        assert similarity[0] == 0.0 and score[0] == pytest.approx(0.6)


def test_profiles_are_unit_vectors_and_an_empty_one_is_zero() -> None:
    vectors = profile_vectors(csr_array([[0.5, 0.0], [0.0, 0.0]]), np.array([2.0, 1.0]), np.array([[3.0, 4.0], [1, 0]]))
    np.testing.assert_allclose(vectors, [[0.6, 0.8], [0.0, 0.0]])
