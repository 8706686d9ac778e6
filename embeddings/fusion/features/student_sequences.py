"""Features of the sequence channel: event sequences of sampled students and counts of all who aim at a cluster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.fusion.features.series_features import shift_months
from skillpath.embeddings.fusion.fusion_settings import FeatureSettings
from skillpath.embeddings.history import EVALUATION, NO_DAY, Floats, History, Ints

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
    """(C, T, F): how many aim, arrive and train, how that changed, how well they do, who found work here."""
    students, events, placements = history.students, history.events, history.placements
    shape = (history.size("cluster"), history.months)
    month = history.month_of(events.day)
    # What a student aims at is known from arrival on.
    known = history.month_of(students.arrives)[events.student] <= month
    target = np.where(known, students.target[events.student], -1)
    evaluated = (events.kind == EVALUATION) & ~np.isnan(events.score)
    trained = _sum_by_cell(target, month, shape)
    graded = _sum_by_cell(target, month, shape, evaluated.astype(np.float64))
    grades = _sum_by_cell(target, month, shape, np.nan_to_num(events.score) * evaluated)
    arrived = np.where(students.arrives == NO_DAY, -1, history.month_of(students.arrives))
    arrivals = _sum_by_cell(students.target, arrived, shape)
    earlier = (arrived < 0) & (students.target >= 0) & (students.arrives != NO_DAY)
    aimed = np.bincount(students.target[earlier], minlength=shape[0])[:, None] + arrivals.cumsum(axis=1)
    hired = _sum_by_cell(placements.cluster, history.month_of(placements.day), shape)
    ended = history.month_of(placements.ends)
    over = (placements.ends != NO_DAY) & ~np.isnan(placements.rating)
    rated = _sum_by_cell(placements.cluster, ended, shape, over.astype(np.float64))
    ratings = _sum_by_cell(placements.cluster, ended, shape, np.nan_to_num(placements.rating) * over)
    came, trains = sum_last_year(arrivals), sum_last_year(trained)
    parts = [
        _relative_log(came + 1.0),
        _relative_log(aimed + 1.0),
        yearly_growth(came),
        5 * YEAR * cohort_slope(history),
        np.log((came + 3.0) / (aimed - came + 3.0)) - np.log((came.sum(0) + 3) / (aimed.sum(0) - came.sum(0) + 3)),
        _relative_log(trains + 1.0),
        yearly_growth(trains),
        np.log1p(trains) / 5,
        (sum_last_year(grades) + 3.0) / (sum_last_year(graded) + 5.0),
        np.log1p(sum_last_year(hired)) / 3,
        (sum_last_year(ratings) + 1.0) / (sum_last_year(rated) + 2.0),
    ]
    return np.stack(parts, axis=-1)


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
