"""Small histories with a structure that can be learnt: seasons, trends, tastes of clusters, students who train."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.embeddings.history import (
    COURSE,
    EVALUATION,
    NO_DAY,
    PRACTICE,
    Enrolments,
    Events,
    History,
    Memberships,
    Placements,
    Postings,
    Students,
)

FIRST_MONTH = np.datetime64("2021-01", "M")
Ints = NDArray[np.int64]


def small_history(
    seed: int = 0,
    clusters: int = 6,
    skills: int = 20,
    months: int = 30,
    students: int = 40,
    resources: int = 8,
    projects: int = 4,
    posts_a_month: float = 8.0,
) -> History:
    """A history of random rows; the first cluster grows, the last one shrinks, each has a season and own skills."""
    rng = np.random.default_rng(seed)
    requirements = _levels(rng, clusters, skills, 6)
    gains = _levels(rng, resources, skills, 3, top=0.6)
    roll = _students(rng, students, clusters, skills, months)
    enrolments = _enrolments(rng, roll, resources, months)
    postings, texts = _posting_rows(rng, requirements, months, posts_a_month)
    parents = np.stack([np.arange(1, skills), np.arange(1, skills) // 3], axis=1)
    return History(
        revision=f"small-{seed}",
        first_month=FIRST_MONTH,
        months=months,
        codes={
            kind: [f"{kind[0].upper()}{i:03}" for i in range(n)]
            for kind, n in {
                "cluster": clusters,
                "skill": skills,
                "resource": resources,
                "project": projects,
                "student": students,
                "industry": 3,
                "region": 2,
            }.items()
        },
        names={
            kind: [f"{kind} number {i}" for i in range(n)]
            for kind, n in {"cluster": clusters, "skill": skills, "resource": resources, "project": projects}.items()
        },
        texts=texts,
        postings=postings,
        events=_events(rng, enrolments, months),
        enrolments=enrolments,
        students=roll,
        placements=_placements(rng, roll, clusters, months),
        memberships=Memberships(
            rng.integers(students, size=students // 4),
            rng.integers(projects, size=students // 4),
            np.sort(_days(rng, students // 4, 0, months)),
        ),
        requirements=requirements,
        gains=gains,
        project_needs=_levels(rng, projects, skills, 4),
        broader=parents,
    )


def end_of(months: int) -> int:
    """The first day after so many months."""
    return int((FIRST_MONTH + months).astype("datetime64[D]").astype(np.int64))


def _days(rng: np.random.Generator, count: int, first: int, last: int) -> Ints:
    return rng.integers(end_of(first), end_of(last), size=count)


def _levels(rng: np.random.Generator, rows: int, columns: int, each: int, top: float = 1.0) -> csr_array:
    dense = np.zeros((rows, columns))
    for row in dense:
        row[rng.choice(columns, each, replace=False)] = rng.uniform(0.2, top, each).round(2)
    return csr_array(dense)


def _posting_rows(
    rng: np.random.Generator, requirements: csr_array, months: int, rate: float
) -> tuple[Postings, list[str]]:
    clusters, skills = requirements.shape
    month = np.arange(months)
    trend = np.linspace(0.5, -0.5, clusters)[:, None] * (month / 12.0 - months / 24.0)
    season = 0.5 * np.cos(2 * np.pi * (month - 12.0 * np.arange(clusters)[:, None] / clusters) / 12.0)
    counts = rng.poisson(rate * np.exp(trend + season))
    cluster = np.repeat(np.arange(clusters), counts.sum(axis=1))
    when = np.concatenate([np.repeat(month, row) for row in counts])
    day = np.array([end_of(m) for m in range(months)])[when] + rng.integers(28, size=len(when))
    order = np.argsort(day, kind="stable")
    cluster, day = cluster[order], day[order]
    asked = requirements.toarray()[cluster] * (rng.random((len(cluster), skills)) < 0.7)
    mood = rng.choice(["now", "soon"], len(cluster))
    texts = [f"cluster number {c} hires {word}" for c in range(clusters) for word in ("now", "soon")]
    pay = np.where(rng.random(len(cluster)) < 0.8, 2000.0 + 300.0 * cluster + rng.normal(0, 100, len(cluster)), np.nan)
    postings = Postings(
        cluster,
        cluster % 3,
        rng.integers(2, size=len(cluster)),
        rng.integers(-1, 9, size=len(cluster)),
        day,
        2 * cluster + (mood == "soon"),
        pay,
        csr_array(asked),
    )
    return postings, texts


def _students(rng: np.random.Generator, students: int, clusters: int, skills: int, months: int) -> Students:
    arrives = np.sort(_days(rng, students, -12, max(months - 3, -11)))
    graduates = np.where(rng.random(students) < 0.8, arrives + 3 * 365, NO_DAY)
    return Students(arrives, graduates, rng.integers(-1, clusters, size=students), _levels(rng, students, skills, 2))


def _enrolments(rng: np.random.Generator, roll: Students, resources: int, months: int) -> Enrolments:
    students = len(roll.arrives)
    pairs = rng.permutation(students * resources)[: students * 3]
    student, resource = np.sort(pairs) // resources, np.sort(pairs) % resources
    day = np.minimum(
        np.maximum(roll.arrives[student], end_of(0)) + rng.integers(300, size=len(pairs)), end_of(months) - 1
    )
    score = np.where(rng.random(len(pairs)) < 0.7, rng.uniform(0.3, 1.0, len(pairs)).round(2), np.nan)
    return Enrolments(student, resource, day, rng.random(len(pairs)).round(2), rng.random(len(pairs)).round(2), score)


def _events(rng: np.random.Generator, enrolments: Enrolments, months: int) -> Events:
    """Each enrolment begins, is practised up to three times, and is evaluated where it has a score."""
    count = len(enrolments.day)
    practised = rng.integers(4, size=count)
    row = np.concatenate([np.arange(count), np.repeat(np.arange(count), practised), np.arange(count)])
    kind = np.repeat([COURSE, PRACTICE, EVALUATION], [count, practised.sum(), count])
    later = np.concatenate([np.zeros(count, int), rng.integers(1, 60, practised.sum()), np.full(count, 70)])
    score = np.where(kind == EVALUATION, enrolments.score[row], np.nan)
    day = enrolments.day[row] + later
    keep = (day < end_of(months)) & ((kind != EVALUATION) | ~np.isnan(score))
    events = Events(enrolments.student[row], enrolments.resource[row], kind, day, score).where(keep)
    return events.where(np.lexsort((events.kind, events.day, events.student)))


def _placements(rng: np.random.Generator, roll: Students, clusters: int, months: int) -> Placements:
    student = np.flatnonzero(rng.random(len(roll.arrives)) < 0.5)
    day = np.clip(roll.arrives[student] + rng.integers(200, 900, len(student)), end_of(0), end_of(months) - 1)
    rating = np.where(rng.random(len(student)) < 0.8, rng.random(len(student)).round(2), np.nan)
    ends = day + rng.integers(30, 400, size=len(student))
    over = ends < end_of(months)
    cluster = rng.integers(-1, clusters, size=len(student))
    return Placements(student, cluster, day, np.where(over, ends, NO_DAY), np.where(over, rating, np.nan))
