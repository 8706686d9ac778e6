"""Metrics of served lists: what was taken next, how much of the catalogue is shown, and how evenly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.chains_report import spread
from bench.learning.course_models.holdout import CourseHistory, HoldoutSplit
from skillpath.chains.model.affinity import number_steps
from skillpath.chains.model.arrays import top_per_group
from skillpath.chains.model.diversity import catalogue_coverage, gini
from skillpath.embeddings.courses.transitions import OrderedCourses

Ints = NDArray[np.int64]
NOTHING = -1
WARM = 2
"""Courses of a learner from which on the learner counts as warm."""


@dataclass(frozen=True)
class Asked:
    """What is known of all learners, and the course that some of them took next.

    Attributes:
        students: codes of all learners, sorted. taken: what they took. learner, target: (Q,) who is asked about, and
            the hidden course. courses: their codes, sorted.
    """

    students: pl.Series
    taken: OrderedCourses
    learner: Ints
    target: Ints
    courses: pl.Series

    @staticmethod
    def of(known: pl.DataFrame, hidden: pl.DataFrame, courses: pl.Series) -> Asked:
        """From (user, item) in the order of the file."""
        students = known["user"].unique().sort()
        learner, course = _place(known["user"], students), _place(known["item"], courses)
        # The place in the file is the order.
        step = number_steps(learner, np.full(len(learner), np.nan), np.arange(len(learner), dtype=np.float64))
        taken = OrderedCourses(learner, course, step, len(students), len(courses)).sorted()
        return Asked(students, taken, _place(hidden["user"], students), _place(hidden["item"], courses), courses)

    def lists_of(self, chains: pl.DataFrame, places: int) -> Ints:
        """(S, places) items of (student, item, rank) by rank, -1 where a list is shorter."""
        lists = np.full((len(self.students), places), NOTHING, dtype=np.int64)
        student, item = _place(chains["student"], self.students), _place(chains["item"], self.courses)
        rank = chains["rank"].to_numpy()
        shown = np.flatnonzero((rank <= places) & (student >= 0))
        lists[student[shown], rank[shown] - 1] = item[shown]
        return lists

    def top(self, scores: NDArray[np.float64], places: int) -> Ints:
        """(S, places) items of the highest scores (S, R) that a learner has not taken."""
        scores = scores.copy()
        scores[self.taken.learner, self.taken.course] = -np.inf
        row, column = (index.ravel() for index in np.indices(scores.shape))
        best = top_per_group(row.astype(np.int64), scores.ravel(), column.astype(np.int64), places)
        return column[best].reshape(len(scores), places).astype(np.int64)

    @property
    def history(self) -> CourseHistory:
        """What each learner took, in order."""
        taken = self.taken
        return CourseHistory(taken.learner, taken.course, taken.learners, taken.courses)

    def everyone(self) -> HoldoutSplit:
        """The split as baselines take it, with every learner asked about."""
        learner = np.arange(self.taken.learners)
        return HoldoutSplit(self.history, self.history, learner, np.full(len(learner), NOTHING))


def judge(asked: Asked, lists: Ints) -> dict[str, Any]:
    """Recall and NDCG of the hidden courses, and how the lists of all learners spread over the catalogue.

    Args:
        lists: (S, places), see `Asked.lists_of`.
    """
    hits = lists[asked.learner] == asked.target[:, None]
    found = hits.any(axis=1)
    gain = np.where(found, 1.0 / np.log2(hits.argmax(axis=1) + 2.0), 0.0)
    size = np.bincount(asked.taken.learner, minlength=asked.taken.learners)[asked.learner]
    shown = lists[lists != NOTHING]
    warm = size >= WARM
    return {
        "Recall@10": round(float(found.mean()), 4),
        "NDCG@10": round(float(gain.mean()), 4),
        "Recall@10, more": round(float(found[warm].mean()), 4) if warm.any() else float("nan"),
        "Recall@10, one course before": round(float(found[~warm].mean()), 4) if (~warm).any() else float("nan"),
        "coverage": round(catalogue_coverage(shown, len(asked.courses)), 3),
        "Gini": round(gini(np.bincount(shown, minlength=len(asked.courses))), 3),
        "with a list": round(float((lists[:, 0] != NOTHING).mean()), 4),
    }


def _place(codes: pl.Series, known: pl.Series) -> Ints:
    """(n,) place of each code among the known ones, -1 where it is not known."""
    place = codes.cast(pl.Enum(known), strict=False).to_physical()
    return place.cast(pl.Int64).fill_null(NOTHING).to_numpy()


def summarise_methods(found: list[dict[str, Any]], ours: str, metrics: Iterable[str]) -> list[dict[str, Any]]:
    """The methods of one table over its runs, as `bench.learning.report` takes them.

    Args:
        found: runs with the figures of each of their ``methods``; a metric that is not finite in one of them, as
            nobody is of its kind there, is left out. ours: the method that Skillpath serves.
    """
    return [
        {
            "name": name,
            "ours": name == ours,
            "metrics": {
                metric: spread(values)
                for metric in metrics
                if np.isfinite(values := [run["methods"][name][metric] for run in found]).all()
            },
        }
        for name in found[0]["methods"]
    ]
