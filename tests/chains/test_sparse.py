"""The sparse helpers against naive loops."""

import numpy as np
from hypothesis import given
from scipy.sparse import csr_array

from skillpath.chains.sparse import expand, lookup, row_of_entry, unit_rows

from .worlds import World, worlds


@given(worlds)
def test_against_loops(world: World) -> None:
    matrix = csr_array(world.gains)
    rows = np.arange(matrix.shape[0])[::-1].astype(np.int64)
    which, where = expand(matrix.indptr, rows)
    naive = [(i, p) for i, r in enumerate(rows) for p in range(matrix.indptr[r], matrix.indptr[r + 1])]
    assert list(zip(which.tolist(), where.tolist(), strict=True)) == naive
    assert row_of_entry(matrix).tolist() == np.nonzero(world.gains)[0].tolist()
    every = np.indices(world.gains.shape).reshape(2, -1)
    np.testing.assert_array_equal(lookup(matrix, every[0], every[1]), world.gains.ravel())
    lengths = np.linalg.norm(unit_rows(matrix).toarray(), axis=1)
    assert np.all(np.isclose(lengths, 1) | (lengths == 0))
