"""Unit rows of sparse matrices, and cosines of chosen pairs of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


def unit_rows(matrix: csr_array) -> csr_array:
    """The rows at length 1; a zero row stays."""
    rows = csr_array(matrix)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data = rows.data / np.repeat(np.maximum(lengths, 1e-12), np.diff(rows.indptr))
    return rows


def pair_cosines(
    one: csr_array, other: csr_array, row: NDArray[np.integer[Any]], column: NDArray[np.integer[Any]], block: int
) -> NDArray[np.float64]:
    """(n,) product of row ``row[i]`` of one matrix of unit rows and row ``column[i]`` of another.

    Args:
        block: pairs compared at a time, which bounds the memory.
    """
    parts = [np.empty(0)]
    for start in range(0, len(row), block):
        rows = slice(start, start + block)
        shared = csr_array(one[row[rows]]).multiply(other[column[rows]])
        parts.append(np.asarray(shared.sum(axis=1), dtype=np.float64).ravel())
    return np.concatenate(parts)
