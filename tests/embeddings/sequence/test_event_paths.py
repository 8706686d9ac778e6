"""Laying events out keeps each student's order, the latest events of long paths, and nobody else's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillpath.embeddings.sequence.event_paths import concatenate_paths, pad
from skillpath.errors import BadInput


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8), st.integers(1, 5))
def test_each_path_is_its_latest_events_in_order(counts: list[int], longest: int) -> None:
    student = np.repeat(np.arange(len(counts)), counts)
    values = np.arange(1.0, len(student) + 1)[:, None]
    paths = pad(student, values, len(counts), longest)
    ends = np.cumsum(counts)
    for i, count in enumerate(counts):
        kept = min(count, longest)
        assert paths.lengths[i] == kept
        assert paths.values[i, :kept, 0].tolist() == list(range(ends[i] - kept + 1, ends[i] + 1))
        assert not paths.values[i, kept:].any()


def test_groups_are_joined_and_rows_chosen() -> None:
    one = pad(np.array([0, 0, 2]), np.array([[1.0], [2], [3]]), 3)
    other = pad(np.array([0]), np.array([[4.0]]), 1)
    both = concatenate_paths([one, other])
    assert both.lengths.tolist() == [2, 0, 1, 1]
    assert both.where(np.array([3, 0])).values[..., 0].tolist() == [[4, 0], [1, 2]]


def test_what_cannot_be_laid_out_is_refused() -> None:
    with pytest.raises(BadInput, match="grouped by student"):
        pad(np.array([1, 0]), np.zeros((2, 1)), 2)
    with pytest.raises(BadInput, match="not finite"):
        pad(np.array([0]), np.array([[np.nan]]), 1)
