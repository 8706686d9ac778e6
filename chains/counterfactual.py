"""The smallest change of one skill that would put a suggestion first: "with SQL at 0.6 this job would be yours"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.recommend import Cutoffs, Learners, Recommender
from skillpath.chains.sparse import Floats, Ints

Holds = Callable[[Ints, Floats], NDArray[np.bool_]]
"""Whether the goal is reached with each skill (n,) at each level (n,)."""


@dataclass(frozen=True)
class CounterfactualSettings:
    """How the change is searched.

    Attributes:
        steps: levels tried for each skill, evenly from 0 to ``highest``. What holds only between two of them is
            missed; what is found is exact.
        highest: highest level tried; nothing is ever certain.
        precision: how exactly the level is found.
    """

    steps: int = 33
    highest: float = 0.99
    precision: float = 1e-6


@dataclass(frozen=True)
class Change:
    """One skill, its level now, and the level nearest to it with which the goal is reached."""

    skill: int
    have: float
    level: float

    @property
    def size(self) -> float:
        """How far the level moves."""
        return abs(self.level - self.have)


def smallest_change(
    have: Floats, skills: Ints, holds: Holds, settings: CounterfactualSettings | None = None
) -> Change | None:
    """The smallest change of one of the skills after which ``holds``; None if there is none on the grid.

    For each skill the level nearest to its present one is found on a grid and then by bisection between it and its
    neighbour towards the present level, where ``holds`` is false.

    Args:
        have: (n,) present levels of the skills (n,).
    """
    chosen = settings or CounterfactualSettings()
    if not len(skills):
        return None
    grid = np.linspace(0.0, chosen.highest, chosen.steps)
    which, step = np.divmod(np.arange(len(skills) * chosen.steps), chosen.steps)
    good = holds(skills[which], grid[step]).reshape(len(skills), chosen.steps)
    ends = [_bounds(have, grid, good, upward=upward) for upward in (True, False)]
    rows, far, near = (np.concatenate(column) for column in zip(*ends, strict=True))
    if not len(rows):
        return None
    while (np.abs(far - near) > chosen.precision).any():
        middle = (far + near) / 2
        right = holds(skills[rows], middle)
        far, near = np.where(right, middle, far), np.where(right, near, middle)
    best = int(np.lexsort((skills[rows], np.round(np.abs(far - have[rows]), 9)))[0])
    row = rows[best]
    return Change(int(skills[row]), float(have[row]), float(far[best]))


def to_reach(
    recommender: Recommender,
    learner: Learners,
    path: str,
    item: int,
    top: int = 1,
    cutoffs: Cutoffs | None = None,
    settings: CounterfactualSettings | None = None,
) -> Change | None:
    """The smallest change of one level with which an item would stand among the first ``top`` of a student's list.

    Every level tried goes through the very code that makes the lists, targets and all, as a student of its own. The
    skills tried are those that the student has or that a present target or the item asks for.

    Args:
        learner: one student. item: index within the path.
    """
    block = recommender.block(learner, cutoffs)
    wanted = [recommender.market.requirements[block.targets.cluster], recommender.effects[path][[item]], learner.levels]
    skills = np.unique(np.concatenate([part.indices[part.data > 0] for part in wanted])).astype(np.int64)
    have = learner.levels[[0]].toarray()[0]

    def holds(skill: Ints, level: Floats) -> NDArray[np.bool_]:
        dense = np.repeat(have[None], len(skill), axis=0)
        dense[np.arange(len(skill)), skill] = level
        many = replace(learner.part(np.zeros(len(skill), dtype=np.int64)), levels=csr_array(dense))
        found = recommender.block(many, cutoffs)
        chains = found.paths[path]
        there = (chains.item == item) & (chains.rank <= top)
        return np.asarray(np.isin(np.arange(len(skill)), found.targets.student[chains.pair[there]]))

    return smallest_change(have[skills], skills, holds, settings)


def _bounds(have: Floats, grid: Floats, good: NDArray[np.bool_], *, upward: bool) -> tuple[Ints, Floats, Floats]:
    """(row, far, near): the nearest good grid level on one side of each present level, and the last bad one before."""
    side = (grid >= have[:, None]) if upward else (grid < have[:, None])
    candidates = good & side
    rows = np.flatnonzero(candidates.any(axis=1))
    if upward:
        place = candidates[rows].argmax(axis=1)
        near = np.maximum(grid[np.maximum(place - 1, 0)], have[rows])
    else:
        place = candidates.shape[1] - 1 - candidates[rows][:, ::-1].argmax(axis=1)
        near = np.minimum(grid[np.minimum(place + 1, len(grid) - 1)], have[rows])
    return rows.astype(np.int64), grid[place], near
