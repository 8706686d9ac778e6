"""Unit rows and the sparse matrices that group, scale and mark entries."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import diagonal_matrix, entry_pattern, group_matrix, unit_rows


def test_rows_have_length_one_or_zero() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [1e-13, 0.0]])
    assert np.allclose(unit_rows(rows, least=1e-12), [[0.6, 0.8], [0.0, 0.0], [0.0, 0.0]])
    assert np.allclose(unit_rows(rows)[2], [1.0, 0.0])
    assert unit_rows(rows.astype(np.float32)).dtype == np.float32


def test_groups_are_summed_and_what_belongs_to_none_is_left_out() -> None:
    sums = group_matrix(np.array([1, -1, 1, 0]), 3) @ np.array([1.0, 2.0, 4.0, 8.0])
    assert sums.tolist() == [8.0, 5.0, 0.0]
    assert group_matrix(np.zeros(0, np.int64), 2).shape == (2, 0)


def test_rows_are_scaled_and_entries_marked() -> None:
    table = csr_array(np.array([[0.0, 2.0], [3.0, 0.0]]))
    assert (diagonal_matrix(np.array([0.5, 2.0])) @ table).toarray().tolist() == [[0.0, 1.0], [6.0, 0.0]]
    assert entry_pattern(table).toarray().tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert table.data.tolist() == [2.0, 3.0]
