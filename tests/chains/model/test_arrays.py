"""The sparse helpers against naive loops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import expand, lookup, row_of_entry, sums, top_per_group, unit_dense, unit_rows

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_lookup_and_expand_equal_loops(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = draw(rng, 6, 5, rng.random())
    rows, columns = rng.integers(0, 6, 20), rng.integers(0, 5, 20)
    assert np.array_equal(lookup(matrix, rows, columns), matrix.toarray()[rows, columns])
    which, where = expand(matrix.indptr, rows)
    naive = [(i, p) for i, row in enumerate(rows) for p in range(matrix.indptr[row], matrix.indptr[row + 1])]
    assert list(zip(which.tolist(), where.tolist(), strict=True)) == naive
    assert row_of_entry(matrix).tolist() == matrix.nonzero()[0].tolist()


@given(SEEDS, st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_top_per_group_equals_a_sort(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(0, 30))
    group, score, tie = rng.integers(0, 4, size), rng.integers(0, 4, size) / 4, rng.permutation(size)
    naive = [
        place
        for g in range(4)
        for place in sorted(np.flatnonzero(group == g), key=lambda i: (-score[i], tie[i]))[:count]
    ]
    assert top_per_group(group, score, tie, count).tolist() == naive


def test_unit_rows_leave_empty_rows_empty() -> None:
    matrix = np.array([[3.0, 4.0], [0.0, 0.0]])
    assert unit_rows(csr_array(matrix)).toarray() == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0]]))
    assert unit_dense(matrix) == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0]]))


def test_sums_keep_groups_without_entries() -> None:
    assert sums(np.array([2, 0, 2]), np.array([1.0, 2.0, 3.0]), 4).tolist() == [2.0, 0.0, 4.0, 0.0]


def test_looking_into_nothing_finds_nothing() -> None:
    assert lookup(csr_array((2, 3)), np.array([0, 1]), np.array([1, 2])).tolist() == [0.0, 0.0]
    which, where = expand(np.array([0, 0]), np.array([], dtype=np.int64))
    assert len(which) == len(where) == 0
