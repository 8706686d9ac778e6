"""Array types, unit rows and the sparse matrices that group, scale and mark entries."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Real = TypeVar("Real", np.float32, np.float64)


def unit_rows(vectors: NDArray[Real], least: float = 0.0) -> NDArray[Real]:
    """Rows (n, d) scaled to length 1; those not longer than ``least`` become 0.

    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, length, out=np.zeros_like(vectors), where=length > least))


def group_matrix(group: Ints, groups: int) -> csr_array:
    """(groups, n) 1 where a column belongs to a row, so that its product sums by group; −1 belongs to none.

    >>> group_matrix(np.array([1, -1, 1]), 2).toarray().tolist()
    [[0.0, 0.0, 0.0], [1.0, 0.0, 1.0]]
    """
    column = np.flatnonzero(group >= 0)
    return csr_array((np.ones(len(column)), (group[column], column)), shape=(groups, len(group)))


def diagonal_matrix(values: Floats) -> csr_array:
    """(n, n) with ``values`` on the diagonal: its product scales rows."""
    place = np.arange(len(values))
    return csr_array((values, (place, place)), shape=(len(values), len(values)))


def entry_pattern(matrix: csr_array) -> csr_array:
    """1 wherever a matrix has an entry.

    >>> entry_pattern(csr_array(np.array([[0.0, 0.3]]))).toarray().tolist()
    [[0.0, 1.0]]
    """
    return csr_array((np.ones(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape)
