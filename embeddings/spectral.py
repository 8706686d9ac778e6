"""Spectral skill vectors: factorised shifted PPMI of skills required together.

Levy & Goldberg (2014), "Neural word embedding as implicit matrix factorization": the factorised positive pointwise
mutual information is what skip-gram approximates. Deterministic, no torch; the baseline of the learned graph encoder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from scipy.sparse.linalg import eigsh

from skillpath.embeddings.common.arrays import unit_rows


@dataclass(frozen=True)
class SpectralSettings:
    """Shape of the vectors.

    Attributes:
        dimensions: length of a vector.
        smoothing: exponent of the context distribution, which tempers rare skills.
        seed: of the start vector of the eigensolver.
    """

    dimensions: int = 128
    smoothing: float = 0.75
    seed: int = 7


def skill_vectors(baskets: list[csr_array], settings: SpectralSettings | None = None) -> NDArray[np.float64]:
    """Unit vectors (K, dimensions) of skills that occur together; zero for skills that occur in no basket.

    Args:
        baskets: matrices (n, K) of things over the skills they name (occupations, posts, courses).
    """
    chosen = settings or SpectralSettings()
    ppmi = _ppmi(_cooccurrence(baskets), chosen.smoothing)
    return _factors(ppmi, chosen)


def _cooccurrence(baskets: list[csr_array]) -> csr_array:
    stacked = csr_array(vstack([csr_array(b, dtype=np.float64) for b in baskets]))
    sizes = np.maximum(np.diff(stacked.indptr), 1)
    # A basket's mass grows with its size, not with the square: long lists must not drown short ones.
    data = np.repeat(1.0 / np.sqrt(sizes), np.diff(stacked.indptr))
    basket = csr_array((data, stacked.indices, stacked.indptr), shape=stacked.shape)
    return csr_array(basket.T @ basket)


def _ppmi(counts: csr_array, smoothing: float) -> csr_array:
    coo = counts.tocoo()
    totals = np.asarray(counts.sum(axis=1)).ravel()
    if not totals.sum():
        return counts
    context = totals**smoothing / (totals**smoothing).sum()
    row, column = coo.coords
    information = np.log(coo.data / (totals[row] * context[column]))
    positive = information > 0
    matrix = csr_array((information[positive], (row[positive], column[positive])), shape=counts.shape)
    return csr_array((matrix + matrix.T) / 2)


def _factors(matrix: csr_array, settings: SpectralSettings) -> NDArray[np.float64]:
    used = np.flatnonzero(np.diff(matrix.indptr))
    vectors = np.zeros((matrix.shape[0], settings.dimensions))
    rank = min(settings.dimensions, len(used) - 1)
    if rank < 1:
        return vectors
    start = np.random.default_rng(settings.seed).random(len(used))
    values, factors = eigsh(csr_array(matrix[used][:, used]), k=rank, v0=start, which="LA")
    order = np.argsort(-values)
    scaled = factors[:, order] * np.sqrt(np.maximum(values[order], 0.0))
    # An eigenvector's sign is arbitrary: fix it, so that the same graph gives the same vectors.
    scaled *= np.where(scaled[np.abs(scaled).argmax(axis=0), np.arange(rank)] < 0, -1.0, 1.0)
    vectors[used, :rank] = unit_rows(scaled)
    return vectors
