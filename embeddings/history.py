"""History of the graph as dated arrays, with a cut that hides everything later than a month."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints

Days = NDArray[np.int64]
"""Days since 1970-01-01; `NO_DAY` where unknown."""
NO_DAY = -(2**31)
COURSE, PRACTICE, EVALUATION = 0, 1, 2


@dataclass(frozen=True)
class Rows:
    """Arrays of one length or matrices of as many rows: they are filtered together."""

    def where(self, keep: NDArray[np.bool_] | Ints) -> Self:
        """Only the rows that ``keep`` (a mask, or indices) names, in that order."""
        return replace(self, **{f.name: getattr(self, f.name)[keep] for f in fields(self)})


@dataclass(frozen=True)
class Postings(Rows):
    """Job postings (N), reposts left out, in order of day and code.

    Attributes:
        cluster, industry, region, employer: (N,) index or -1.
        day: (N,) publication. text: (N,) index into `History.texts`, or -1.
        pay: (N,) middle of the salary a month in the most frequent currency; NaN if untold or in another one.
        needs: (N, K) required levels in [0, 1].
    """

    cluster: Ints
    industry: Ints
    region: Ints
    employer: Ints
    day: Days
    text: Ints
    pay: Floats
    needs: csr_array


@dataclass(frozen=True)
class Events(Rows):
    """Training events (E), in order of student, day and resource: ``kind`` is COURSE, PRACTICE or EVALUATION.

    ``score`` is in [0, 1] and NaN where there is none.
    """

    student: Ints
    resource: Ints
    kind: Ints
    day: Days
    score: Floats


@dataclass(frozen=True)
class Enrolments(Rows):
    """Who took what (M): ``progress`` and ``practice`` in [0, 1] as known at the end, ``score`` in [0, 1] or NaN.

    How far a student had come by a day is not recorded: what models may know of it stands in `Events`.
    """

    student: Ints
    resource: Ints
    day: Days
    progress: Floats
    practice: Floats
    score: Floats


@dataclass(frozen=True)
class Students(Rows):
    """Students (S): arrival, graduation (`NO_DAY` if unknown), the cluster asked for or -1, stated levels (S, K)."""

    arrives: Days
    graduates: Days
    target: Ints
    stated: csr_array


@dataclass(frozen=True)
class Placements(Rows):
    """Internships and jobs (F) from ``day`` to ``ends`` (`NO_DAY` while they last); the cluster is an index or -1.

    ``rating`` in [0, 1] or NaN is known when it ends.
    """

    student: Ints
    cluster: Ints
    day: Days
    ends: Days
    rating: Floats


@dataclass(frozen=True)
class Memberships(Rows):
    """Who joined which project when (V)."""

    student: Ints
    project: Ints
    day: Days


@dataclass(frozen=True)
class History:
    """One reading of the graph; indices follow the sorted codes.

    What only posts name (industry, region, employer, text) is numbered in the order of first appearance instead, so
    that what comes later renumbers nothing that was there before.

    Sizes: C clusters, K skills, R resources, P projects, S students, I industries, T months, X distinct texts.

    Attributes:
        revision: of the graph that was read; it changes with anything that the arrays hold.
        first_month, months: the window; the last month is the last one with a post.
        codes: of ``cluster``, ``skill``, ``resource``, ``project``, ``student``, ``industry``, ``region``.
        names: of ``cluster``, ``skill``, ``resource``, ``project``: a text that says what each is (label, definition).
        texts: distinct texts of posts: the title, and behind a line break what else they say.
        requirements: (C, K) levels that the ontology requires; gains: (R, K); project_needs: (P, K).
        broader: (B, 2) skill and a broader one.
    """

    revision: str
    first_month: np.datetime64
    months: int
    codes: dict[str, list[str]]
    names: dict[str, list[str]]
    texts: list[str]
    postings: Postings
    events: Events
    enrolments: Enrolments
    students: Students
    placements: Placements
    memberships: Memberships
    requirements: csr_array
    gains: csr_array
    project_needs: csr_array
    broader: Ints

    def size(self, kind: str) -> int:
        """How many there are of ``cluster``, ``skill`` …"""
        return len(self.codes[kind])

    def month_of(self, days: Days) -> Ints:
        """Month of each day, counted from the first; negative before it."""
        return (days.astype("datetime64[D]").astype("datetime64[M]") - self.first_month).astype(np.int64)

    def counts(self) -> Ints:
        """(C, T) postings of each cluster and month."""
        month = self.month_of(self.postings.day)
        inside = (self.postings.cluster >= 0) & (month >= 0) & (month < self.months)
        flat = self.postings.cluster[inside] * self.months + month[inside]
        return np.bincount(flat, minlength=self.size("cluster") * self.months).reshape(
            self.size("cluster"), self.months
        )

    def cut(self, months: int) -> History:
        """The history as of the end of month ``months`` − 1: nothing of later months is left.

        What has no date (the ontology, what resources teach) stays; students who had not arrived lose what is known
        of them, but keep their place; of enrolments only their beginning is kept, since how they went on came later,
        and so do ratings of placements that had not ended.
        """
        end = (self.first_month + months).astype("datetime64[D]").astype(np.int64)
        arrived = self.students.arrives < end
        enrolled = self.enrolments.where(self.enrolments.day < end)
        unknown = np.zeros(len(enrolled.day))
        return replace(
            self,
            revision=f"{self.revision}|{months}",
            months=months,
            postings=self.postings.where(self.postings.day < end),
            events=self.events.where(self.events.day < end),
            enrolments=replace(enrolled, progress=unknown, practice=unknown, score=np.full(len(unknown), np.nan)),
            students=_hide_unknown_targets(self.students, arrived),
            placements=_hide_ratings(self.placements.where(self.placements.day < end), end),
            memberships=self.memberships.where(self.memberships.day < end),
        )


def _hide_ratings(placements: Placements, end: np.int64) -> Placements:
    over = (placements.ends != NO_DAY) & (placements.ends < end)
    return replace(
        placements, ends=np.where(over, placements.ends, NO_DAY), rating=np.where(over, placements.rating, np.nan)
    )


def _hide_unknown_targets(students: Students, known: NDArray[np.bool_]) -> Students:
    stated = students.stated.copy()
    stated.data = np.where(np.repeat(known, np.diff(stated.indptr)), stated.data, 0.0)
    stated.eliminate_zeros()
    return Students(
        np.where(known, students.arrives, NO_DAY),
        np.where(known, students.graduates, NO_DAY),
        np.where(known, students.target, -1),
        stated,
    )
