"""Features of the sequence channel: event sequences of sampled students and counts of all who aim at a cluster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.fusion.features.series_features import shift_months
from skillpath.embeddings.fusion.fusion_settings import FeatureSettings
from skillpath.embeddings.history import EVALUATION, NO_DAY, History

YEAR = 12
COHORTS = 5


@dataclass(frozen=True)
class StudentSequences:
    """Sequences of sampled students and numbers about all who aim at a cluster.

    Attributes:
        events: (C, T, N, L) rows of `History.events`, in order of time, −1 behind where a student has fewer.
        gap: (E,) log of days since the event before, over 6. kind: (E, 3) one-hot.
        score: (E, 2) score, and whether there is one. age: (E,) day, to be compared with the end of a month.
        values: (C, T, F) numbers of about unit size, never NaN.
        ends: (T,) first day after each month.
    """

    events: Ints
    gap: Floats
    kind: Floats
    score: Floats
    age: Ints
    values: Floats
    ends: Ints


def build_student_sequences(history: History, settings: FeatureSettings | None = None) -> StudentSequences:
    """The sequence channel of all months; what belongs to month m happened before its end."""
    chosen = settings or FeatureSettings()
    events = history.events
    ends = (history.first_month + np.arange(1, history.months + 1)).astype("datetime64[D]").astype(np.int64)
    first = np.ones(len(events.day), dtype=bool)
    first[1:] = events.student[1:] != events.student[:-1]
    since = np.where(first, 0, np.diff(events.day, prepend=0))
    scored = ~np.isnan(events.score)
    return StudentSequences(
        _sample_sequences(history, ends, chosen),
        np.log1p(np.maximum(since, 0)) / 6,
        np.eye(3)[np.clip(events.kind, 0, 2)],
        np.stack([np.where(scored, events.score, 0.0), scored], axis=1),
        events.day,
        _count_features(history),
        ends,
    )


def _sample_sequences(history: History, ends: Ints, settings: FeatureSettings) -> Ints:
    """(C, T, N, L): of those who aim at a cluster and did something in the window, evenly spaced ones."""
    events, clusters = history.events, history.size("cluster")
    result = np.full((clusters, history.months, settings.students, settings.events), -1)
    if not len(events.day):
        return result
    span = int(events.day.max()) - int(events.day.min()) + 2
    key = events.student * span + (events.day - events.day.min())
    everyone = np.arange(history.size("student"))
    start = np.searchsorted(events.student, everyone)
    for month, end in enumerate(ends):
        until = min(max(int(end - events.day.min()), 0), span - 1)
        stop = np.searchsorted(key, everyone * span + until)
        last = events.day[np.maximum(stop - 1, 0)]
        active = (stop > start) & (last >= end - 31 * settings.window) & (history.students.target >= 0)
        active &= history.students.arrives < end
        who = np.flatnonzero(active)
        chosen, there = _sample_evenly(history.students.target[who], clusters, settings.students)
        student = who[chosen] if len(who) else chosen
        begin = np.maximum(stop - settings.events, start)[student][..., None]
        rows = begin + np.arange(settings.events)
        fine = there[..., None] & (rows < stop[student][..., None])
        result[:, month] = np.where(fine, rows, -1)
    return result


def _sample_evenly(group: Ints, groups: int, each: int) -> tuple[Ints, NDArray[np.bool_]]:
    """(G, each) members of each group, evenly spaced, and which of these there are."""
    order = np.argsort(group, kind="stable")
    size = np.bincount(group, minlength=groups)
    start = np.cumsum(size) - size
    place = np.arange(each)[None, :]
    spaced = np.where(size[:, None] > each, place * size[:, None] // each, place)
    there = spaced < size[:, None]
    index = np.where(there, start[:, None] + spaced, 0)
    return (order[index] if len(order) else index), there


def _count_features(history: History) -> Floats:
    """(C, T, 11) features of all students who aim at a cluster, and of who found work there.

    A year is the last twelve months; "against the others" means less the mean, or the sum, of all clusters.

        number   feature                                              smoothing
        0        log of who arrived in the year, against the others   1 student
        1        log of who aims at the cluster, against the others   1 student
        2        log change of who arrived, a year ago to now         3 students
        3        five years' slope of who arrives (`cohort_slope`)    2 students
        4        log ratio of new to earlier, against the others      3 students
        5        log of training events, against the others           1 event
        6        log change of training events, a year ago to now     3 events
        7        log of training events                               1 event
        8        mean score of evaluations                            5 evaluations of 0.6
        9        log of placements                                    1 placement
        10       mean rating of placements that ended                 2 ratings of 0.5
    """
    parts = [*_arrival_features(history), *_training_features(history), *_work_features(history)]
    return np.stack(parts, axis=-1)


def _arrival_features(history: History) -> list[Floats]:
    """Features 0 to 4 of `_count_features`, each (C, T)."""
    students, shape = history.students, (history.size("cluster"), history.months)
    arrived = np.where(students.arrives == NO_DAY, -1, history.month_of(students.arrives))
    arrivals = _sum_by_cell(students.target, arrived, shape)

    before_window = (arrived < 0) & (students.target >= 0) & (students.arrives != NO_DAY)
    at_start = np.bincount(students.target[before_window], minlength=shape[0])
    aiming = at_start[:, None] + arrivals.cumsum(axis=1)

    came = sum_last_year(arrivals)
    new_to_earlier = np.log((came + 3.0) / (aiming - came + 3.0))
    of_everybody = np.log((came.sum(0) + 3) / (aiming.sum(0) - came.sum(0) + 3))
    return [
        _relative_log(came + 1.0),
        _relative_log(aiming + 1.0),
        yearly_growth(came),
        5 * YEAR * cohort_slope(history),
        new_to_earlier - of_everybody,
    ]


def _training_features(history: History) -> list[Floats]:
    """Features 5 to 8 of `_count_features`, each (C, T)."""
    students, events = history.students, history.events
    shape = (history.size("cluster"), history.months)
    month = history.month_of(events.day)

    # What a student aims at is known from arrival on.
    is_known = history.month_of(students.arrives)[events.student] <= month
    target = np.where(is_known, students.target[events.student], -1)
    trained = sum_last_year(_sum_by_cell(target, month, shape))

    is_graded = (events.kind == EVALUATION) & ~np.isnan(events.score)
    grades = _sum_by_cell(target, month, shape, is_graded.astype(np.float64))
    grade_sum = _sum_by_cell(target, month, shape, np.nan_to_num(events.score) * is_graded)
    return [
        _relative_log(trained + 1.0),
        yearly_growth(trained),
        np.log1p(trained) / 5,
        (sum_last_year(grade_sum) + 3.0) / (sum_last_year(grades) + 5.0),
    ]


def _work_features(history: History) -> list[Floats]:
    """Features 9 and 10 of `_count_features`, each (C, T)."""
    placements, shape = history.placements, (history.size("cluster"), history.months)
    hired = _sum_by_cell(placements.cluster, history.month_of(placements.day), shape)

    ended = history.month_of(placements.ends)
    is_rated = (placements.ends != NO_DAY) & ~np.isnan(placements.rating)
    ratings = _sum_by_cell(placements.cluster, ended, shape, is_rated.astype(np.float64))
    rating_sum = _sum_by_cell(placements.cluster, ended, shape, np.nan_to_num(placements.rating) * is_rated)
    return [
        np.log1p(sum_last_year(hired)) / 3,
        (sum_last_year(rating_sum) + 1.0) / (sum_last_year(ratings) + 2.0),
    ]


def _sum_by_cell(cluster: Ints, month: Ints, shape: tuple[int, int], weight: Floats | None = None) -> Floats:
    """(C, T) sums; what lies outside or belongs to no cluster is left out."""
    inside = (cluster >= 0) & (month >= 0) & (month < shape[1])
    flat = cluster[inside] * shape[1] + month[inside]
    found = np.bincount(flat, None if weight is None else weight[inside], shape[0] * shape[1])
    return found.reshape(shape).astype(np.float64)


def sum_last_year(monthly: Floats) -> Floats:
    """Sums over the last twelve months, or those there are."""
    total = monthly.cumsum(axis=1)
    earlier = np.zeros_like(total)
    earlier[:, YEAR:] = total[:, :-YEAR]
    found: Floats = total - earlier
    return found


def yearly_growth(year: Floats) -> Floats:
    """Log change of a yearly sum against the year before, less that of all clusters together; 0 in the first year."""
    before = shift_months(year, YEAR)
    change = np.log((year + 3.0) / (before + 3.0)) - np.log((year.sum(axis=0) + 3.0) / (before.sum(axis=0) + 3.0))
    change[:, :YEAR] = 0.0
    return np.asarray(change.clip(-2, 2))


def cohort_slope(history: History) -> Floats:
    """(C, T) slope, a month, of the log number who arrive a year and aim at a cluster, over up to five years.

    Against that of all clusters together, shrunk as if two more students had come in every year. Years are counted
    back from each month, so that no half-filled year is compared with a whole one.
    """
    students, shape = history.students, (history.size("cluster"), history.months)
    arrived = np.where(students.arrives == NO_DAY, -(10**6), history.month_of(students.arrives))
    slope = np.zeros(shape)
    for month in range(shape[1]):
        block = (month - arrived) // YEAR
        rows = np.flatnonzero((block >= 0) & (block < COHORTS) & (students.target >= 0))
        number = np.bincount(students.target[rows] * COHORTS + block[rows], minlength=shape[0] * COHORTS)
        table = number.reshape(shape[0], COHORTS).astype(np.float64)
        years = np.flatnonzero(table.sum(axis=0))
        if len(years) > 1:
            logs = np.log(table[:, years] + 2.0)
            logs -= logs.mean(axis=0)
            when = years.mean() - years
            slope[:, month] = logs @ when / (when @ when) / YEAR
    return slope


def _relative_log(values: Floats) -> Floats:
    logs = np.log(values)
    found: Floats = (logs - logs.mean(axis=0)) / 2
    return found
