"""Affinity of students to items: a sum of named contributions of what each student did before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, expand, lookup, mark_pairs, row_of_entry, top_per_group


@dataclass(frozen=True)
class AffinitySettings:
    """How what a student did is weighed.

    Attributes:
        decay: factor, below 1, on what was done for each step that the student took since.
        steps: latest steps of a student that count.
        pool: items of the highest affinity that are candidates of each student.
        crowd: most taken items that are candidates of each student.
    """

    decay: float = 0.9
    steps: int = 50
    pool: int = 60
    crowd: int = 250


@dataclass(frozen=True)
class Progression:
    """What people went on to: directed edges between R items, and how popular each is.

    Attributes:
        weight: (R, R) what having done the row adds to the affinity to the column, at least 0.
        next_weight: (R, R) what is added if the row was done last, at least 0.
        support: (R, R) students who did the column after the row; 0 where only their texts are alike.
        popularity: (R,) in [0, 1], how likely each is to be gone on to whatever was done before.
        takers: (R,) students who did each.
        edition_of: (R,) the first edition of each item, which is itself where there is but one.
    """

    weight: csr_array
    next_weight: csr_array
    support: csr_array
    popularity: Floats
    takers: Ints
    edition_of: Ints | None = None

    @property
    def works(self) -> Ints:
        """(R,) index of the first edition of each item."""
        return np.arange(len(self.takers)) if self.edition_of is None else self.edition_of

    @staticmethod
    def none(items: int) -> Progression:
        """The progression of a graph where none was learned."""
        nothing = csr_array((items, items))
        return Progression(nothing, nothing, nothing, np.zeros(items), np.zeros(items, dtype=np.int64))


@dataclass(frozen=True)
class Reasons:
    """What each of some chains owes to things done before, as entries (M,).

    Attributes:
        chain: index of the chain. source: the thing done. contribution: to the score.
        support: students who went on; 0 where only the texts are alike.
    """

    chain: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    source: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    contribution: Floats = field(default_factory=lambda: np.zeros(0))
    support: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def number_steps(student: Ints, day: Floats, position: Floats) -> Ints:
    """(N,) place from 0 of each thing in its student's own order; what was begun at the same time shares a place.

    The day decides, then the position; what has neither comes before all that has. The codes of things do not matter.

    >>> number_steps(np.array([0, 0, 0, 1]), np.array([9.0, 7.0, 9.0, np.nan]), np.full(4, np.nan)).tolist()
    [1, 0, 1, 0]
    """
    if not len(student):
        return np.zeros(0, dtype=np.int64)
    day, position = np.nan_to_num(day, nan=-np.inf), np.nan_to_num(position, nan=-np.inf)
    order = np.lexsort((position, day, student))
    sorted_student, sorted_day, sorted_position = student[order], day[order], position[order]

    is_new_student = np.r_[True, sorted_student[1:] != sorted_student[:-1]]
    is_later = (sorted_day[1:] != sorted_day[:-1]) | (sorted_position[1:] != sorted_position[:-1])
    running = np.cumsum(np.r_[True, is_later] | is_new_student)

    # Every student's own count begins at 0.
    start = running[is_new_student][np.cumsum(is_new_student) - 1]
    steps = np.empty(len(student), dtype=np.int64)
    steps[order] = running - start
    return steps


def weigh_history(taken: csr_array, step: Ints, settings: AffinitySettings) -> csr_array:
    """(S, R) ``decay ** age`` of what each student did, age the steps taken since; older than ``steps`` is left out.

    Args:
        taken: (S, R) with an entry for each thing done. step: (nnz,) see `number_steps`.
    """
    student = row_of_entry(taken)
    last = np.zeros(taken.shape[0], dtype=np.int64)
    np.maximum.at(last, student, step)
    age = last[student] - step
    kept = np.flatnonzero(age < settings.steps)
    weights = settings.decay ** age[kept].astype(np.float64)
    return csr_array((weights, (student[kept], taken.indices[kept])), shape=taken.shape)


def compute_affinity(history: csr_array, progression: Progression) -> csr_array:
    """(S, R) affinity: ``Σ_i history[s, i] · weight[i, j] + Σ_(i done last) next_weight[i, j]``, indices sorted."""
    affinity = csr_array(history @ progression.weight + select_latest(history) @ progression.next_weight)
    affinity.sort_indices()
    return affinity


def select_latest(history: csr_array) -> csr_array:
    """(S, R) 1 for what each student did last, which alone has no decay."""
    last = np.flatnonzero(history.data == 1.0)
    return mark_pairs(row_of_entry(history)[last], history.indices[last].astype(np.int64), history.shape)


def find_followers(affinity: csr_array, count: int) -> tuple[Ints, Ints]:
    """(student, item) of the items of each student's highest affinity, above 0."""
    student = row_of_entry(affinity)
    item = affinity.indices.astype(np.int64)
    used = np.flatnonzero(affinity.data > 0)
    best = used[top_per_group(student[used], affinity.data[used], item[used], count)]
    return student[best], item[best]


def find_crowd(students: Ints, takers: Ints, count: int) -> tuple[Ints, Ints]:
    """(student, item) of the ``count`` items that most people took, for each of some students (n,).

    >>> [array.tolist() for array in find_crowd(np.array([4]), np.array([0, 7, 9, 1]), 2)]
    [[4, 4], [1, 2]]
    """
    order = np.lexsort((np.arange(len(takers)), -takers))[:count]
    popular = np.sort(order[takers[order] > 0])
    return np.repeat(students, len(popular)), np.tile(popular, len(students))


def find_reasons(history: csr_array, progression: Progression, student: Ints, item: Ints, weight: float) -> Reasons:
    """What each (student, item) owes to what the student did, see `compute_affinity`, times ``weight``.

    The contributions of one chain add up to ``weight`` times its affinity.

    Args:
        student, item: (N,). weight: of the affinity in the score.
    """
    chain, where = expand(history.indptr, student)
    source = history.indices[where].astype(np.int64)
    goal, left = item[chain], history.data[where]
    part = left * lookup(progression.weight, source, goal)
    part += (left == 1.0) * lookup(progression.next_weight, source, goal)
    used = np.flatnonzero(part > 0)
    support = np.rint(lookup(progression.support, source[used], goal[used])).astype(np.int64)
    return Reasons(chain[used], source[used], weight * part[used], support)
