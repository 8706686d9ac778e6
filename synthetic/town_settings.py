"""Settings of the town and the summary of one generation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skillpath.errors import BadInput

LARGEST_MATRIX = 2_000_000
"""Most cells of a table of students by resources that is held at a time."""


@dataclass(frozen=True)
class TownSettings:
    """Size, time span and imperfection of the town.

    Raises:
        BadInput: a value lies outside its range.
    """

    seed: int = 7
    postings: int = 5000
    students: int = 1500
    resources: int = 200
    projects: int = 60
    feedback: int = 520
    """Records of internships and first jobs; fewer where the window has no room for so many."""
    start: str = "2023-01"
    months: int = 36
    dirty_share: float = 0.005
    """Broken rows added to each sync file, as a share of its good rows (at least one of each kind)."""
    trend_scale: float = 1.6
    """Factor on the yearly growth and decline written in the catalogue of job clusters."""
    need_share: float = 0.35
    """Share of the choices of resources made by what programme and goal require; other motives make the rest."""
    repost_share: float = 0.06
    """Share of `postings` that only publish an earlier post again."""
    block_postings: int = 8192
    """Posts made at a time, about; each block has random streams of its own."""
    block_students: int = 1024

    def __post_init__(self) -> None:
        _check(0 <= self.seed < 2**31, "seed", "a whole number from 0")
        for name in ("postings", "students", "resources", "projects"):
            _check(getattr(self, name) >= 10, name, "at least 10")
        _check(1 <= self.months <= 240, "months", "a number from 1 to 240")
        _check(0.0 <= self.dirty_share <= 0.2, "dirty_share", "a share from 0 to 0.2")
        _check(self.feedback >= 0, "feedback", "a whole number from 0")
        _check(0.0 <= self.repost_share <= 0.5, "repost_share", "a share from 0 to 0.5")
        _check(0.0 <= self.need_share <= 1.0, "need_share", "a share from 0 to 1")
        for name in ("block_postings", "block_students"):
            _check(getattr(self, name) >= 1, name, "at least 1")
        _check(0.0 <= self.trend_scale <= 10.0, "trend_scale", "a factor from 0 to 10")
        _check(bool(re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", self.start)), "start", "a month such as 2023-01")

    @property
    def first_month(self) -> np.datetime64:
        """The month in which the window begins."""
        return np.datetime64(self.start, "M")

    @property
    def end(self) -> np.datetime64:
        """The first day after the window."""
        after: np.datetime64 = (self.first_month + self.months).astype("datetime64[D]")
        return after

    @property
    def reposts(self) -> int:
        """How many of the postings publish an earlier one again."""
        return round(self.postings * self.repost_share)

    @property
    def month_blocks(self) -> list[range]:
        """Months of the window, as many at a time as hold about `block_postings` postings."""
        size = max(1, self.block_postings * self.months // self.postings)
        return [range(first, min(first + size, self.months)) for first in range(0, self.months, size)]

    @property
    def student_blocks(self) -> list[range]:
        """Rows of the students, `block_students` at a time, fewer where the catalogue is very large."""
        size = min(self.block_students, max(16, LARGEST_MATRIX // self.resources))
        return [range(first, min(first + size, self.students)) for first in range(0, self.students, size)]

    def rng(self, stream: str) -> np.random.Generator:
        """Return the random stream of one part, independent of what the other parts draw."""
        return np.random.default_rng([self.seed, *stream.encode()])


@dataclass(frozen=True)
class TownSummary:
    """What one generation wrote.

    Attributes:
        rows: file name → good rows.
        dirty: file name → kind of damage → rows added to the good ones.
    """

    folder: Path
    seed: int
    rows: Mapping[str, int]
    dirty: Mapping[str, Mapping[str, int]]

    @property
    def dirty_rows(self) -> int:
        """All broken rows together."""
        return sum(sum(kinds.values()) for kinds in self.dirty.values())


def _check(good: bool, name: str, wanted: str) -> None:
    if not good:
        raise BadInput(f"{name} is out of range", where="town settings", todo=f"Give {wanted}")
