"""Counterfactuals: the smallest rise of one skill that lifts a recommendation to a higher rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, vstack

from skillpath.chains.model.arrays import Floats, Ints, Mask
from skillpath.chains.recommend import Cutoffs, Recommender, StudentBatch

Places = Callable[[Ints, Floats], Ints]
"""Place (n, M) of each of M items with each skill (n,) at each level (n,)."""
UNLISTED = 1 << 30
"""Place of what is not in the list."""
BLOCK = 500
"""Students computed at a time."""


@dataclass(frozen=True)
class CounterfactualSettings:
    """Settings of the search; a rise that helps only between two strides is missed.

    Attributes:
        unit: levels are multiples of it, so that what is told with two digits is what was tried.
        stride: units between the levels tried first; below the first that serves every unit is tried.
        max_level: highest level tried; nothing is ever certain.
        max_skills: most skills tried, those that the student's targets ask for or the items build most.
    """

    unit: float = 0.01
    stride: int = 3
    max_level: float = 0.99
    max_skills: int = 60

    @property
    def levels(self) -> Floats:
        """(L,) all levels, rising."""
        return np.asarray(np.round(np.arange(1, round(self.max_level / self.unit) + 1) * self.unit, 9))


@dataclass(frozen=True)
class SkillRise:
    """One skill, its level now and then, and the place of the item now and then."""

    skill: int
    have: float
    level: float
    place: int
    then: int

    @property
    def size(self) -> float:
        """How far the level rises."""
        return self.level - self.have


def find_smallest_rises(
    have: Floats, skills: Ints, places: Places, settings: CounterfactualSettings | None = None
) -> list[SkillRise | None]:
    """For each item the smallest rise of one skill that puts it first, or as high as any rise does.

    None where no rise lifts it, or it stands first already; ties go to the skill that comes first.

    A worked example: levels 0.2, 0.4, 0.6 and 0.8, stride 2, one skill at 0.1, and an item that is first from 0.6 on.
    The coarse grid tries 0.4 (second) and 0.8 (first); the fine grid tries what lies between, 0.6, which serves too.

    >>> four = CounterfactualSettings(unit=0.2, stride=2, max_level=0.8)
    >>> rise = find_smallest_rises(np.array([0.1]), np.array([7]), lambda _, v: np.where(v < 0.6, 2, 1)[:, None], four)
    >>> rise[0].skill, rise[0].level, rise[0].place, rise[0].then
    (7, 0.6, 2, 1)

    Args:
        have: (n,) present levels of the skills (n,).
        places: gives the place of each of M items.
    """
    chosen = settings or CounterfactualSettings()
    levels = chosen.levels
    now = places(skills[:1], have[:1])[0] if len(skills) else np.zeros(0, dtype=np.int64)

    # (n, L) levels above the present one; of these the coarse grid has the last of each stride.
    is_higher = levels[None] > have[:, None]
    ends_stride = np.arange(len(levels)) % chosen.stride == chosen.stride - 1
    coarse = is_higher & ends_stride[None]
    if not coarse.any():
        return [None] * len(now)

    # (n, L, M) place of each item with each skill at each level tried.
    table = np.full((len(skills), len(levels), len(now)), UNLISTED, dtype=np.int64)
    _fill_in(table, coarse, skills, levels, places)
    goal = table.min(axis=(0, 1))

    fine = _find_fine_grid(table <= goal, is_higher, levels, have, chosen.stride)
    if fine.any():
        _fill_in(table, fine, skills, levels, places)
    return [_smallest(table[..., m], int(goal[m]), int(now[m]), have, skills, levels) for m in range(len(now))]


def _fill_in(table: Ints, grid: Mask, skills: Ints, levels: Floats, places: Places) -> None:
    """Write the places of the levels of a grid (n, L) into the table (n, L, M)."""
    row, step = np.nonzero(grid)
    table[row, step] = places(skills[row], levels[step])


def _find_fine_grid(serves: Mask, is_higher: Mask, levels: Floats, have: Floats, stride: int) -> Mask:
    """(n, L) levels between the first that serves an item and what was tried before it, where one could be best.

    Args:
        serves: (n, L, M) whether a level of the coarse grid puts an item as high as any does.
    """
    steps = serves.shape[1]
    rises = levels[None] - have[:, None]

    # (n, M) the first level that serves, and how far the skill rises to it; ∞ where none does.
    first = np.where(serves.any(axis=1), serves.argmax(axis=1), steps)
    is_served = first < steps
    rise_to_first = np.where(is_served, levels[np.minimum(first, steps - 1)] - have[:, None], np.inf)

    # (n, L, M) inside the last stride before it, and smaller than the smallest rise that is known for the item.
    step = np.arange(steps)[None, :, None]
    is_between = (step < first[:, None]) & (step > first[:, None] - stride) & is_served[:, None]
    could_be_best = rises[..., None] < rise_to_first.min(axis=0)[None, None]
    return np.asarray((is_between & could_be_best).any(axis=2) & is_higher)


def _smallest(table: Ints, goal: int, now: int, have: Floats, skills: Ints, levels: Floats) -> SkillRise | None:
    """The smallest rise that puts one item, with places (n, L), at its goal; None if that is no higher than now."""
    if goal >= now:
        return None
    row, step = np.nonzero(table <= goal)
    best = int(np.lexsort((row, np.round(levels[step] - have[row], 9)))[0])
    skill, level = row[best], step[best]
    return SkillRise(int(skills[skill]), float(have[skill]), float(levels[level]), now, int(table[skill, level]))


def find_rises(
    recommender: Recommender,
    student: StudentBatch,
    path: str,
    items: Sequence[int],
    cutoffs: Cutoffs | None = None,
    settings: CounterfactualSettings | None = None,
) -> list[SkillRise | None]:
    """The smallest rise for each of some items of a student's list; see `find_smallest_rises`.

    Every level tried goes through the very code that makes the lists, targets and all, as a student of its own. Places
    are those by score.

    Args:
        student: one student. items: indices within the path.
    """
    chosen, wanted = settings or CounterfactualSettings(), np.array(items, dtype=np.int64)
    targets, _ = recommender.by_score(path, student, cutoffs)
    aimed_at = targets.cluster[: targets.count]
    skills = _select_skills(recommender, aimed_at, path, wanted, chosen.max_skills)
    have = student.levels[:, skills].toarray()[0]

    def places(skill: Ints, level: Floats) -> Ints:
        starts = range(0, len(skill), BLOCK)
        parts = [replace_level(student, skill[s : s + BLOCK], level[s : s + BLOCK]) for s in starts]
        return np.concatenate([_places(recommender, part, path, wanted, cutoffs) for part in parts])

    return find_smallest_rises(have, skills, places, chosen) if len(skills) else [None] * len(wanted)


def replace_level(student: StudentBatch, skill: Ints, level: Floats) -> StudentBatch:
    """One student as n students, each with another level (n,) of one skill (n,)."""
    columns = np.union1d(student.levels.indices, skill).astype(np.int64)
    dense = np.repeat(student.levels[:, columns].toarray(), len(skill), axis=0)
    dense[np.arange(len(skill)), np.searchsorted(columns, skill)] = level
    row, place = np.nonzero(dense)
    shape = (len(skill), student.levels.shape[1])
    levels = csr_array((dense[row, place], (row, columns[place])), shape=shape)
    return replace(student.part(np.zeros(len(skill), dtype=np.int64)), levels=levels)


def _places(recommender: Recommender, many: StudentBatch, path: str, items: Ints, cutoffs: Cutoffs | None) -> Ints:
    """(n, M) place of each item in the list of each student."""
    targets, chains = recommender.by_score(path, many, cutoffs)
    student = targets.student[chains.pair]
    table = np.full((len(many), len(items)), UNLISTED, dtype=np.int64)
    for column, item in enumerate(items):
        mine = chains.item == item
        table[student[mine], column] = chains.rank[mine]
    return table


def _select_skills(recommender: Recommender, clusters: Ints, path: str, items: Ints, most: int) -> Ints:
    """Skills that the clusters ask for or the items build, the ``most`` of them with the highest level, sorted."""
    levels = vstack([recommender.market.requirements[clusters], recommender.effects[path][items]])
    highest = levels.max(axis=0).toarray().ravel()
    order = np.lexsort((np.arange(len(highest)), -highest))[:most]
    return np.sort(order[highest[order] > 0]).astype(np.int64)
