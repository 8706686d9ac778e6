"""Supply of skills by month: progress from training events, capability, and levels available to each cluster.

Evidence does not fade here as it does in `chains.model.capability`: served models learned from levels without fading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from skillpath.common.noisy_or import levels_of, log_missing
from skillpath.embeddings.common.arrays import Floats, Ints, diagonal_matrix, entry_pattern, group_matrix
from skillpath.embeddings.history import EVALUATION, NO_DAY, PRACTICE, Events, History


@dataclass(frozen=True)
class SupplySettings:
    """Settings of progress from events and of the supply of a cluster.

    Attributes:
        begun: progress in a resource that was begun.
        practice: progress added by each practice, at most `practices` times.
        practices: practices that add progress.
        crowd: weight, in students, of all who are present beside those who aim at a cluster.
    """

    begun: float = 0.2
    practice: float = 0.2
    practices: int = 3
    crowd: float = 5.0


@dataclass(frozen=True)
class Supply:
    """Mean level of the students who aim at each cluster, drawn towards that of everybody where they are few.

    Attributes:
        aimed: (C, K) sum of levels of those who aim at a cluster, over their number and the crowd's weight.
        rest: (C,) weight of everybody. everyone: (K,) mean level of all present. present: how many these are.
    """

    aimed: csr_array
    rest: Floats
    everyone: Floats
    present: int

    def dense(self) -> Floats:
        """(C, K) levels in [0, 1]."""
        levels: Floats = self.aimed.toarray() + self.rest[:, None] * self.everyone
        return levels

    def where(self, asked: csr_array) -> csr_array:
        """(C, K) levels where ``asked`` has an entry: what large vocabularies can hold."""
        row = np.repeat(np.arange(asked.shape[0]), np.diff(asked.indptr))
        pattern = entry_pattern(asked)
        crowd = csr_array((self.rest[row] * self.everyone[asked.indices], asked.indices, asked.indptr), asked.shape)
        return csr_array(pattern.multiply(self.aimed) + crowd)


def compute_supplies(history: History, settings: SupplySettings | None = None) -> Iterator[Supply]:
    """The supply at the end of each month of the window, from nothing later."""
    chosen, arrives = settings or SupplySettings(), _arrivals(history)
    for end, remaining in _monthly(history, chosen):
        rows = np.flatnonzero((arrives < end) & _stays(history, end))
        levels = levels_of(remaining(rows))
        yield _gather(levels, history.students.target[rows], history.size("cluster"), chosen.crowd)


def project_supplies(history: History, horizon: int, settings: SupplySettings | None = None) -> Iterator[Supply]:
    """Supply expected ``horizon`` months after each month of the window, from nothing later.

    Those who are due to graduate until then are gone, and as many come, with the levels they stated, as came in these
    months of the year before; nobody learns anything.
    """
    chosen, arrives, students = settings or SupplySettings(), _arrivals(history), history.students
    stated = log_missing(students.stated)
    for month, (end, remaining) in enumerate(_monthly(history, chosen)):
        stay = np.flatnonzero((arrives < end) & _stays(history, _day(history, month + 1 + horizon)))
        year_ago = (arrives >= _day(history, month - 11)) & (arrives < _day(history, month - 11 + horizon))
        come = np.flatnonzero(year_ago & (arrives < end))
        levels = levels_of(csr_array(vstack([remaining(stay), stated[come]])))
        target = np.concatenate([students.target[stay], students.target[come]])
        yield _gather(levels, target, history.size("cluster"), chosen.crowd)


def _monthly(
    history: History, settings: SupplySettings
) -> Iterator[tuple[np.int64, Callable[[NDArray[np.int64]], csr_array]]]:
    """The first day after each month, and what gives (n, K) log missing levels of some students at that time."""
    increments = compute_progress_steps(history.events, settings)
    ends = np.array([_day(history, month) for month in range(1, history.months + 1)])
    bounds = np.concatenate([[0], np.searchsorted(increments.day, ends)])
    gains, stated = log_missing(history.gains), log_missing(history.students.stated)
    progress = csr_array((history.size("student"), history.size("resource")))
    for month, end in enumerate(ends):
        progress = progress + increments.matrix(slice(bounds[month], bounds[month + 1]), progress.shape)
        yield end, partial(_remaining, progress, gains, stated)


def _remaining(progress: csr_array, gains: csr_array, stated: csr_array, rows: NDArray[np.int64]) -> csr_array:
    return csr_array(progress[rows] @ gains + stated[rows])


def _stays(history: History, end: np.int64) -> NDArray[np.bool_]:
    """(S,) who is not due to have graduated by a day."""
    graduates = history.students.graduates
    stays: NDArray[np.bool_] = (graduates == NO_DAY) | (graduates >= end)
    return stays


def _day(history: History, month: int) -> np.int64:
    """The first day of a month, counted from the first one of the window."""
    return np.int64((history.first_month + month).astype("datetime64[D]").astype(np.int64))


@dataclass(frozen=True)
class ProgressSteps:
    """By how much each event moved a student's progress in a resource, in order of day; they add up to it."""

    student: Ints
    resource: Ints
    day: Ints
    step: Floats

    def matrix(self, part: slice, shape: tuple[int, int]) -> csr_array:
        """(S, R) sum of the steps of a part."""
        return csr_array((self.step[part], (self.student[part], self.resource[part])), shape=shape)


def compute_progress_steps(events: Events, settings: SupplySettings | None = None) -> ProgressSteps:
    """Compute by how much each event moves progress: the last score, or else what beginning and practice are worth.

    For example one student in one resource, with 0.2 for the beginning and for each practice:

        events       begin   practice   score 0.8   practice
        progress     0.2     0.4        0.8         0.8
        step         0.2     0.2        0.4         0.0
    """
    chosen = settings or SupplySettings()

    # (E,) events in runs of one student in one resource, each run in order of time.
    in_runs = np.lexsort((np.arange(len(events.day)), events.day, events.resource, events.student))
    student, resource, day = events.student[in_runs], events.resource[in_runs], events.day[in_runs]
    starts_run = np.ones(len(in_runs), dtype=bool)
    starts_run[1:] = (student[1:] != student[:-1]) | (resource[1:] != resource[:-1])

    progress = _progress_after(starts_run, events.kind[in_runs], events.score[in_runs], chosen)
    step = np.where(starts_run, progress, np.diff(progress, prepend=0.0))

    by_day = np.argsort(day, kind="stable")
    return ProgressSteps(student[by_day], resource[by_day], day[by_day], step[by_day])


def _progress_after(starts_run: NDArray[np.bool_], kind: Ints, score: Floats, settings: SupplySettings) -> Floats:
    """(E,) progress in a run after each of its events."""
    is_practice = kind == PRACTICE
    practised = _since(starts_run, np.cumsum(is_practice), is_practice)
    unscored: Floats = settings.begun + settings.practice * np.minimum(practised, settings.practices)
    if not len(kind):
        return unscored

    row = np.arange(len(kind))
    is_scored = (kind == EVALUATION) & ~np.isnan(score)
    last_scored = np.maximum.accumulate(np.where(is_scored, row, -1))
    run_start = np.maximum.accumulate(np.where(starts_run, row, 0))

    # A score of an earlier run says nothing of this one.
    return np.where(last_scored >= run_start, score[last_scored], unscored)


def _since(first: NDArray[np.bool_], running: Ints, flag: NDArray[np.bool_]) -> Ints:
    """A running count begun anew at each first row."""
    groups = np.cumsum(first) - 1
    before: Ints = (running - flag)[first]
    return running - before[groups] if len(running) else running


def _gather(levels: csr_array, target: Ints, clusters: int, crowd: float) -> Supply:
    aiming = np.bincount(target[target >= 0], minlength=clusters)
    # Without a crowd, what nobody aims at has no supply.
    weight: Floats = np.maximum(aiming + crowd, np.finfo(float).tiny)

    aimed = diagonal_matrix(1.0 / weight) @ (group_matrix(target, clusters) @ levels)
    everyone: Floats = np.asarray(levels.sum(axis=0)).ravel() / max(len(target), 1)
    rest: Floats = crowd / weight
    return Supply(csr_array(aimed), rest, everyone, len(target))


def _arrivals(history: History) -> Ints:
    """Day of arrival; that of the first event where it is unknown, and never where there is none either."""
    never = np.iinfo(np.int64).max
    begun = np.full(history.size("student"), never)
    np.minimum.at(begun, history.events.student, history.events.day)
    return np.where(history.students.arrives == NO_DAY, begun, history.students.arrives)
