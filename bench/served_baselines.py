"""Baselines of served recommendations, each tuned on the last known course of the learners that are not asked about."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from bench.learning.course_models.closed_form import fit_ease
from bench.served_metrics import Asked, Ints

Scores = NDArray[np.float64]
EASE_RIDGES = (20.0, 100.0, 400.0)
SHARES = (0.0, 0.3, 1.0, 3.0)
"""Weights of popularity beside EASE."""


def rank_baselines(asked: Asked, places: int) -> Iterator[tuple[str, Ints]]:
    """Name and lists (S, places) of each baseline."""
    matrix = asked.matrix()
    popularity = np.asarray(matrix.sum(axis=0)).ravel()
    everyone = np.tile(popularity, (matrix.shape[0], 1))
    yield "popularity", asked.top(everyone, places)
    yield "item-KNN", asked.top(np.asarray((matrix @ _cosines(matrix)).toarray()), places)
    yield "EASE (λ = 100)", asked.top(np.asarray(matrix @ fit_ease(matrix, 100.0)), places)
    for share in SHARES[1:]:
        blended = np.asarray(matrix @ fit_ease(matrix, EASE_RIDGES[0])) + share * popularity / matrix.shape[0]
        yield f"EASE (λ = 20) + {share:g} · popularity", asked.top(blended, places)


def _cosines(matrix: csr_array) -> csr_array:
    """(R, R) cosine of who took each, 0 for a course with itself."""
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel())
    scaled = csr_array(matrix @ diags_array(1.0 / np.maximum(norms, 1.0)))
    cosines = csr_array(scaled.T @ scaled).tolil()
    cosines.setdiag(0.0)
    return csr_array(cosines)
