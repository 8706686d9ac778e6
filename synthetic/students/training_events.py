"""Training events of each enrolment: course, practice and evaluation with times and outcomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.students.enrolments import EnrolmentTable, StudyHabits
from skillpath.synthetic.students.students import StudentGroup
from skillpath.synthetic.town_settings import TownSettings

COURSE, PRACTICE, EVALUATION = "course", "practice", "evaluation"


@dataclass(frozen=True)
class EventHabits:
    """How an enrolment unfolds."""

    most_practice: int = 3
    """Practice events of one enrolment, at most; each takes place with chance practice times progress."""
    spread: float = 7.0
    """Standard deviation of practice results around the enrolment's score, in points."""
    partial: float = 0.08
    """Standard deviation of what is done of a practice event around the progress of what was not finished."""


def make_events(
    settings: TownSettings, group: StudentGroup, enrolments: EnrolmentTable, habits: EventHabits | None = None
) -> pl.DataFrame:
    """Return the table for events.csv in order of student, enrolment and time.

    One `course` event on the first day, practice in between, and, where the enrolment has a score, an evaluation with
    that very score on the last; all before the end of the window. A course event's `completion` is the progress made.
    """
    habits = habits or EventHabits()
    rng = settings.rng(f"events {group.rows.start}")
    span = _span(settings, enrolments)
    scored = enrolments.table["score"].is_not_null().to_numpy()
    drawn = rng.binomial(habits.most_practice, enrolments.table["practice"].to_numpy() * enrolments.progress)
    practice = np.minimum(drawn, np.maximum(0, span - 1))
    row = np.repeat(np.arange(len(span)), 1 + practice + scored)
    step = np.arange(len(row)) - np.searchsorted(row, row)
    kind = np.where(step == 0, COURSE, np.where(step <= practice[row], PRACTICE, EVALUATION))
    # Steps are spread evenly over the days, so that no two events of an enrolment share one.
    day = enrolments.at[row] + step * span[row] // np.maximum(1, practice + scored)[row]
    minute = rng.integers(8 * 12, 18 * 12, len(row)) * 5
    at = day.astype("datetime64[m]") + minute
    return enrolments.table[row].select(
        "student",
        "resource",
        kind=pl.Series(kind),
        at=pl.Series(at.astype("datetime64[s]").astype(np.str_)) + "Z",
        score=_scores(rng, group, enrolments, row, kind, habits),
        completion=pl.Series(_completion(rng, enrolments.progress[row], kind, habits)),
    )


def _span(settings: TownSettings, enrolments: EnrolmentTable) -> NDArray[np.int64]:
    """Days from the first event to the last, shape (enrolments,)."""
    room = (settings.end - 1 - enrolments.at).astype(np.int64)
    return np.minimum(room, (StudyHabits().length_days * enrolments.progress).astype(np.int64))


def _scores(
    rng: np.random.Generator,
    group: StudentGroup,
    enrolments: EnrolmentTable,
    row: NDArray[np.int64],
    kind: NDArray[np.str_],
    habits: EventHabits,
) -> pl.Series:
    likely = 66 + 9 * group.ability[enrolments.student[row]]
    known = enrolments.table["score"].to_numpy()[row]
    middle = np.where(np.isnan(known), likely, known)
    practice = np.clip(middle + rng.normal(0, habits.spread, len(row)), 0, 100).round(1)
    score = np.where(kind == EVALUATION, known, np.where(kind == PRACTICE, practice, np.nan))
    return pl.Series(score).fill_nan(None)


def _completion(
    rng: np.random.Generator, progress: NDArray[np.float64], kind: NDArray[np.str_], habits: EventHabits
) -> NDArray[np.float64]:
    about = np.where(progress < 1, progress + rng.normal(0, habits.partial, len(progress)), 1.0)
    done = np.where(kind == COURSE, progress, np.where(kind == PRACTICE, about, 1.0))
    completion: NDArray[np.float64] = np.clip(done, 0, 1).round(2)
    return completion
