"""Which chains of a student are wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChainPage:
    """Which chains are wanted: a student's, on one path, behind a rank, so many.

    Attributes:
        student: by code.
        path: JOB, TRAINING or VENTURE.
        first: how many at most.
        after: the rank behind which they begin.
    """

    student: str
    path: str
    first: int
    after: int = 0
