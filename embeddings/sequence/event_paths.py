"""Event sequences of unequal length as padded arrays with a mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats
from skillpath.errors import BadInput


@dataclass(frozen=True)
class EventPaths:
    """Events of S students, at most L each, oldest first.

    Attributes:
        values: (S, L, E) what describes an event; 0 behind the last.
        lengths: (S,) events of each; 0 for a student with none.
    """

    values: Floats
    lengths: NDArray[np.int64]

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> EventPaths:
        """Only these students."""
        return EventPaths(self.values[rows], self.lengths[rows])


def pad(student: NDArray[np.int64], values: Floats, students: int, longest: int = 64) -> EventPaths:
    """Lay events (N) out by student; of longer paths the latest ``longest`` events are kept.

    Args:
        student: (N,) index, ascending. values: (N, E), in the order in which they happened.

    Raises:
        BadInput: events that are not grouped by student, or not finite.
    """
    if (np.diff(student) < 0).any():
        raise BadInput("Events are not grouped by student", todo="Sort them by student, then by time")
    if not np.isfinite(values).all():
        raise BadInput("Events hold numbers that are not finite", todo="Say what is missing in a column of its own")
    counts = np.bincount(student, minlength=students)
    ends = np.cumsum(counts)
    kept = ends[student] - np.arange(len(student)) <= longest
    lengths = np.minimum(counts, longest)
    place = np.arange(len(student)) - (ends - lengths)[student]
    padded = np.zeros((students, max(int(lengths.max(initial=0)), 1), values.shape[1]))
    padded[student[kept], place[kept]] = values[kept]
    return EventPaths(padded, lengths)


def concatenate_paths(parts: list[EventPaths]) -> EventPaths:
    """Students of several groups, one group after another."""
    longest = max(p.values.shape[1] for p in parts)
    padded = [np.pad(p.values, ((0, 0), (0, longest - p.values.shape[1]), (0, 0))) for p in parts]
    return EventPaths(np.concatenate(padded), np.concatenate([p.lengths for p in parts]))
