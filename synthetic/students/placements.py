"""Internships and first jobs: matching of students with postings, and the fit of their skills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.posting_schedule import PostingPlan
from skillpath.synthetic.students.cohorts import Population
from skillpath.synthetic.students.enrolments import EnrolmentTable
from skillpath.synthetic.students.latent_levels import levels_on
from skillpath.synthetic.students.resources import Resources
from skillpath.synthetic.students.students import StudentGroup
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary

INTERNSHIP, EMPLOYMENT = "internship", "employment"


@dataclass(frozen=True)
class PlacementHabits:
    """How postings and students find each other."""

    looked_at: int = 60
    """Posts of the weeks before that a student weighs."""
    weeks: tuple[int, int] = (13, 1)
    """Posts are answered that were released between so many weeks before the first day."""
    fit: float = 8.0
    """Pull of fit on the log of the chance that it is this post."""
    goal: float = 2.0
    """Pull of a post in the cluster the student wants."""


@dataclass(frozen=True)
class PlacementTable:
    """Records of work in order of student; every array has one entry per record.

    Attributes:
        student: row in learners.
        kind: internship or employment.
        began: first day.
        post: row in the plan of posts; -1 where no post of the weeks before is there.
        cluster: row of the post's cluster, or of the student's goal where there is no post.
        fit: share of what the cluster takes that the student has on the first day, 0..1.
    """

    student: NDArray[np.int64]
    kind: NDArray[np.str_]
    began: NDArray[np.datetime64]
    posting: NDArray[np.int64]
    cluster: NDArray[np.int64]
    fit: NDArray[np.float64]


def make_placements(
    settings: TownSettings,
    vocabulary: TownVocabulary,
    population: Population,
    plan: PostingPlan,
    group: StudentGroup,
    resources: Resources,
    enrolments: EnrolmentTable,
    habits: PlacementHabits | None = None,
) -> PlacementTable:
    """Return the records of work of these learners."""
    habits = habits or PlacementHabits()
    rng = settings.rng(f"placements {group.rows.start}")
    part = slice(group.rows.start, group.rows.stop)
    found = []
    for kind, starts in ((INTERNSHIP, population.internship[part]), (EMPLOYMENT, population.employment[part])):
        student = np.flatnonzero(~np.isnat(starts))
        levels = levels_on(group, resources, enrolments, starts)[student]
        fits = fit_to_clusters(vocabulary, levels)
        posting = _answered(rng, plan, starts[student], fits, group.goal[student], habits)
        cluster = np.where(posting >= 0, plan.cluster[posting], group.goal[student])
        fit = fits[np.arange(len(student)), cluster]
        found.append(PlacementTable(student, np.full(len(student), kind), starts[student], posting, cluster, fit))
    return _in_order(found)


def fit_to_clusters(vocabulary: TownVocabulary, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of what each cluster takes that is there; (students, leaves) → (students, clusters)."""
    weight = np.where(vocabulary.essential, 1.0, 0.35) * (vocabulary.levels > 0)
    fits = np.empty((len(levels), len(weight)))
    for cluster, (required, weighs) in enumerate(zip(vocabulary.levels, weight, strict=True)):
        asked = np.flatnonzero(required)
        met = np.minimum(levels[:, asked], required[asked]) @ weighs[asked]
        fits[:, cluster] = met / (required[asked] @ weighs[asked])
    return fits


def _answered(
    rng: np.random.Generator,
    plan: PostingPlan,
    began: NDArray[np.datetime64],
    fits: NDArray[np.float64],
    goal: NDArray[np.int64],
    habits: PlacementHabits,
) -> NDArray[np.int64]:
    first, last = (np.searchsorted(plan.date, began - 7 * weeks) for weeks in habits.weeks)
    draw = rng.random((len(began), habits.looked_at))
    posting = np.minimum(first[:, None] + (draw * (last - first)[:, None]).astype(np.int64), len(plan.date) - 1)
    cluster = plan.cluster[posting]
    preference = habits.fit * np.take_along_axis(fits, cluster, axis=1) + habits.goal * (cluster == goal[:, None])
    best = np.argmax(preference + rng.gumbel(size=preference.shape), axis=1)
    return np.where(last > first, posting[np.arange(len(began)), best], -1)


def _in_order(parts: list[PlacementTable]) -> PlacementTable:
    names = ("student", "kind", "began", "posting", "cluster", "fit")
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in names]
    order = np.lexsort((columns[2], columns[0]))
    return PlacementTable(*(column[order] for column in columns))


def placement_truth(vocabulary: TownVocabulary, group: StudentGroup, placements: PlacementTable) -> pl.DataFrame:
    """Return student, kind, cluster and fit of each record."""
    return pl.DataFrame(
        {
            "student": group.table["code"].gather(placements.student),
            "kind": placements.kind,
            "cluster": vocabulary.clusters["code"].gather(placements.cluster),
            "fit": placements.fit,
        },
        schema_overrides={"kind": pl.String},
    )
