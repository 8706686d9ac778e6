"""Transitions: what learners had done before each course, in their order, and which course they went on to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints


@dataclass(frozen=True)
class OrderedCourses:
    """Courses taken (N,) by learners, each with its place in the learner's own order.

    Attributes:
        learner, course: indices. step: from 0; what was begun together shares a step.
        learners, courses: how many there are of each.
    """

    learner: Ints
    course: Ints
    step: Ints
    learners: int
    courses: int

    def sorted(self) -> OrderedCourses:
        """By learner and step."""
        order = np.lexsort((self.course, self.step, self.learner))
        return self.at(order)

    def at(self, rows: Ints) -> OrderedCourses:
        """Only some rows."""
        return OrderedCourses(self.learner[rows], self.course[rows], self.step[rows], self.learners, self.courses)

    def of_learners(self, chosen: Ints) -> OrderedCourses:
        """Only some learners."""
        return self.at(np.flatnonzero(np.isin(self.learner, chosen)))


@dataclass(frozen=True)
class Transitions:
    """M courses that learners went on to, each with the history before it.

    Attributes:
        history: (M, R) ``decay ** age`` of each course before, age the steps taken since.
        target: (M,) the course. learner: (M,) who took it.
    """

    history: csr_array
    target: Ints
    learner: Ints

    def at(self, rows: Ints) -> Transitions:
        """Only some of them."""
        return Transitions(csr_array(self.history[rows]), self.target[rows], self.learner[rows])


def find_transitions(taken: OrderedCourses, decay: float, steps: int) -> Transitions:
    """The transitions of every learner; what was begun together with a course is not before it.

    A worked example with decay 0.5: a learner takes A and B together, then C, then D. There are two transitions: to C
    from A 1 and B 1, and to D from A 0.5, B 0.5 and C 1.

    >>> taken = OrderedCourses(np.zeros(4, int), np.arange(4), np.array([0, 0, 1, 2]), 1, 4)
    >>> found = find_transitions(taken, 0.5, 50)
    >>> found.target.tolist(), found.history.toarray().tolist()
    ([2, 3], [[1.0, 1.0, 0.0, 0.0], [0.5, 0.5, 1.0, 0.0]])

    Args:
        steps: courses before, latest first, that count at most.
    """
    ordered = taken.sorted()
    learner, step = ordered.learner, ordered.step
    place = np.arange(len(learner))
    is_first_of_step = np.r_[True, (learner[1:] != learner[:-1]) | (step[1:] != step[:-1])][: len(learner)]
    step_start = np.maximum.accumulate(np.where(is_first_of_step, place, 0))
    learner_start = np.searchsorted(learner, learner)

    # (M,) targets, and how many courses before count.
    target = np.flatnonzero(step_start > learner_start)
    lengths = np.minimum(step_start[target] - learner_start[target], steps)

    # (N,) one entry for each course before each target, the latest first.
    row = np.repeat(np.arange(len(target)), lengths)
    back = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    before = step_start[target][row] - 1 - back
    age = step[target][row] - 1 - step[before]
    values = float(decay) ** age.astype(np.float64)
    history = csr_array((values, (row, ordered.course[before])), shape=(len(target), taken.courses))
    return Transitions(history, ordered.course[target], learner[target])


def count_support(taken: OrderedCourses, steps: int) -> csr_array:
    """(R, R) how many learners took the column at a later step than the row, of courses before the latest ``steps``."""
    everything = find_transitions(taken, 1.0, steps)
    rows = len(everything.target)
    went_on = csr_array((np.ones(rows), (np.arange(rows), everything.target)), shape=(rows, taken.courses))
    support = csr_array(everything.history.T @ went_on)
    support.sort_indices()
    return support


def compute_lift(support: csr_array, takers: Floats, learners: int) -> Floats:
    """(nnz,) of each entry of the support: how many times more often than by chance the column came after the row.

    ``support · learners / (takers of the row · takers of the column)``.
    """
    row = np.repeat(np.arange(support.shape[0]), np.diff(support.indptr))
    chance = takers[row] * takers[support.indices]
    lift: Floats = np.divide(support.data * learners, chance, out=np.zeros(support.nnz), where=chance > 0)
    return lift
