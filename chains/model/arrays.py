"""Array types of the chains, and helpers for sparse matrices and grouped arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def mark_pairs(row: Ints, column: Ints, shape: tuple[int, int]) -> csr_array:
    """A sparse matrix with 1 at each of some places (n,), and their count at places given more than once.

    >>> mark_pairs(np.array([0, 1, 1]), np.array([1, 0, 0]), (2, 2)).toarray().tolist()
    [[0.0, 1.0], [2.0, 0.0]]
    """
    return csr_array((np.ones(len(row)), (row, column)), shape=shape)


def replace_values(matrix: csr_array, values: Floats) -> csr_array:
    """A matrix with entries in the same places, and other values (nnz,) in storage order.

    >>> replace_values(csr_array([[0.0, 3.0]]), np.array([0.5])).toarray().tolist()
    [[0.0, 0.5]]
    """
    return csr_array((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def entry_pattern(matrix: csr_array) -> csr_array:
    """A matrix with 1 at each stored entry, zeros that are stored included.

    >>> entry_pattern(csr_array([[0.0, 3.0]])).toarray().tolist()
    [[0.0, 1.0]]
    """
    return replace_values(matrix, np.ones(matrix.nnz))


def unit_rows(matrix: csr_array) -> csr_array:
    """Rows scaled to Euclidean length 1; empty rows stay empty."""
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    return csr_array(matrix.multiply(scale[:, None]))


def unit_dense(vectors: Floats) -> Floats:
    """Rows of a dense (n, d) array scaled to length 1; zero rows stay zero."""
    norms: Floats = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return unit


def sums(group: Ints, values: Floats, groups: int) -> Floats:
    """(groups,) sum of the values of each group."""
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)


def row_of_entry(matrix: csr_array) -> Ints:
    """(nnz,) row index of each stored entry, in storage order."""
    return np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))


def lookup(matrix: csr_array, rows: Ints, columns: Ints) -> Floats:
    """(n,) values at the given places of a CSR matrix with sorted indices; 0 where nothing is stored."""
    if 4 * len(rows) < matrix.shape[0]:
        # One student among eighty thousand posts must not cost as much as all of them.
        used, place = np.unique(rows, return_inverse=True)
        matrix, rows = matrix[used], place.astype(np.int64)
    keys = row_of_entry(matrix) * matrix.shape[1] + matrix.indices
    wanted = rows * matrix.shape[1] + columns
    if not len(keys):
        return np.zeros(len(wanted))
    where = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[where] == wanted, matrix.data[where], 0.0)


def expand(indptr: NDArray[np.integer], rows: Ints) -> tuple[Ints, Ints]:
    """All stored positions of the given CSR rows.

    Returns:
        ``(which, where)``: index into ``rows`` and position in the CSR data, both (total,).

    >>> which, where = expand(np.array([0, 2, 2, 3]), np.array([2, 0]))
    >>> which.tolist(), where.tolist()
    ([0, 1, 1], [2, 0, 1])
    """
    lengths = (indptr[rows + 1] - indptr[rows]).astype(np.int64)
    which = np.repeat(np.arange(len(rows), dtype=np.int64), lengths)
    offsets = np.arange(lengths.sum(), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return which, indptr[rows][which].astype(np.int64) + offsets


def starts_of(group: Ints) -> Ints:
    """Where each run of equal values begins.

    >>> starts_of(np.array([4, 4, 7])).tolist()
    [0, 2]
    """
    return np.flatnonzero(np.r_[True, group[1:] != group[:-1]][: len(group)]).astype(np.int64)


def padded(group: Ints, groups: int, width: int) -> Ints:
    """(groups, width) positions of the entries of each group, sorted by group, -1 where it has fewer.

    >>> padded(np.array([0, 0, 2]), 3, 2).tolist()
    [[0, 1], [-1, -1], [2, -1]]
    """
    table = np.full((groups, width), -1, dtype=np.int64)
    place = np.arange(len(group), dtype=np.int64) - np.searchsorted(group, group)
    inside = place < width
    table[group[inside], place[inside]] = np.flatnonzero(inside)
    return table


def top_per_group(group: Ints, score: Floats, tie: Ints, count: int) -> Ints:
    """Positions of the best ``count`` entries of each group, by group, then score falling, then ``tie`` rising.

    >>> top_per_group(np.array([0, 0, 1]), np.array([0.1, 0.9, 0.5]), np.array([0, 1, 2]), 1).tolist()
    [1, 2]
    """
    order = np.lexsort((tie, -score, group))
    starts = starts_of(group[order])
    position = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    return order[position < count]
