"""Enrolments of each student term by term, with progress and scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.students.resources import Resources
from skillpath.synthetic.students.students import StudentGroup
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary


@dataclass(frozen=True)
class StudyHabits:
    """How students move through the catalogue."""

    terms: int = 6
    """Half-year terms from the first October on."""
    per_term: float = 2.2
    """Mean number of enrolments per term (Poisson, at least one)."""
    focus: float = 2.0
    """How strongly fit decides the choice; 0 would be chance."""
    curious: float = 0.04
    """Chance to keep a choice that neither programme nor goal explains."""
    least_fit: float = 0.015
    """Fit from which programme or goal explain a choice."""
    own_school: float = 0.9
    """Preference for the provider that runs the programme, on the log scale."""
    order: float = 0.55
    """Disorder in the sequence from beginners' to advanced resources, in levels."""
    length_days: int = 120
    """Days from enrolment to completion."""
    venture: float = 0.5
    """Pull of venture leaning on the wish for competitions and incubators, on the log scale."""


KIND_PREFERENCE = {
    "course": 0.0,
    "training": -0.9,
    "certificate": -1.4,
    "competition": -1.5,
    "mentor": -2.0,
    "incubator": -2.2,
    "policy": -3.2,
}
VENTUROUS = ("competition", "incubator")
SCORED = ("course", "training", "certificate")
SCHOOL_PROVIDER = {"university": "Aldermere University", "college": "Aldermere Technical College"}


@dataclass(frozen=True)
class EnrolmentTable:
    """The table for enrolments.csv, in order of student and date.

    Attributes:
        table: student, resource, at, progress, score, practice.
        student, resource: rows in learners and resources, shape (enrolments,).
    """

    table: pl.DataFrame
    student: NDArray[np.int64]
    resource: NDArray[np.int64]

    @cached_property
    def at(self) -> NDArray[np.datetime64]:
        """First day, shape (enrolments,)."""
        return self.table["at"].str.to_date().to_numpy().astype("datetime64[D]")

    @cached_property
    def progress(self) -> NDArray[np.float64]:
        """Part done, shape (enrolments,)."""
        return self.table["progress"].to_numpy()


def make_enrolments(
    settings: TownSettings,
    vocabulary: TownVocabulary,
    group: StudentGroup,
    resources: Resources,
    habits: StudyHabits | None = None,
) -> EnrolmentTable:
    """Return all enrolments of these learners before the end of the window."""
    habits = habits or StudyHabits()
    rng = settings.rng(f"enrolments {group.rows.start}")
    student, resource, at = _sequences(rng, settings, vocabulary, group, resources, habits)
    progress = _progress(rng, settings, group, student, at, habits)
    practice = _practice(rng, group, resources, student, resource)
    table = pl.DataFrame(
        {
            "student": group.table["code"].gather(student),
            "resource": resources.table["code"].gather(resource),
            "at": at.astype(np.str_),
            "progress": progress.round(2),
            "score": _scores(rng, group, resources, student, resource, progress, practice),
            "practice": practice.round(2),
        }
    )
    return EnrolmentTable(table, student, resource)


def fit(vocabulary: TownVocabulary, group: StudentGroup, resources: Resources) -> NDArray[np.float64]:
    """Return how much each resource helps each student's programme and goal, shape (students, resources)."""
    weight = vocabulary.levels * np.where(vocabulary.essential, 1.0, 0.35)
    helps = resources.gain @ weight.T
    field = group.programmes.mean(helps.T)
    total: NDArray[np.float64] = 0.6 * field[group.programme] + 0.4 * helps.T[group.goal]
    return total


def _sequences(
    rng: np.random.Generator,
    settings: TownSettings,
    vocabulary: TownVocabulary,
    group: StudentGroup,
    resources: Resources,
    habits: StudyHabits,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.datetime64]]:
    load = np.maximum(1, rng.poisson(habits.per_term, (len(group.rows), habits.terms)))
    ends = np.minimum(load.cumsum(axis=1), len(resources.level))
    helps = fit(vocabulary, group, resources)
    wanted = _choice_rank(rng, helps, group, resources, habits) < ends[:, -1:]
    wanted &= (helps >= habits.least_fit) | (rng.random(helps.shape) < habits.curious)
    student, resource = np.nonzero(wanted)
    wave = resources.level[resource] + rng.normal(0, habits.order, len(resource))
    order = np.lexsort((wave, student))
    student, resource = student[order], resource[order]
    place = np.arange(len(student)) - np.searchsorted(student, student)
    term = (place[:, None] >= ends[student]).sum(axis=1)
    at = _term_start(group.cohort[student], term) + rng.integers(0, 45, len(student))
    order = np.lexsort((at, student))
    order = order[at[order] < settings.end]
    return student[order], resource[order], at[order]


def _choice_rank(
    rng: np.random.Generator,
    helps: NDArray[np.float64],
    group: StudentGroup,
    resources: Resources,
    habits: StudyHabits,
) -> NDArray[np.int64]:
    # Adding Gumbel noise and ranking draws without replacement, in proportion to exp(wish).
    preference = habits.focus * np.log(helps + 0.01)
    preference += np.array([KIND_PREFERENCE[kind] for kind in resources.table["kind"]])
    bold = resources.table["kind"].is_in(VENTUROUS).to_numpy()
    preference += habits.venture * group.venture[:, None] * bold
    home = group.programmes.table["school"].replace_strict(SCHOOL_PROVIDER).to_numpy()[group.programme]
    preference += habits.own_school * (home[:, None] == resources.table["provider"].to_numpy()[None, :])
    preference += rng.gumbel(size=preference.shape)
    return np.argsort(np.argsort(-preference, axis=1), axis=1)


def _term_start(cohort: NDArray[np.int64], term: NDArray[np.int64]) -> NDArray[np.datetime64]:
    months = (cohort - 1970) * 12 + 9 + term * 6
    return months.astype("datetime64[M]").astype("datetime64[D]")


def _progress(
    rng: np.random.Generator,
    settings: TownSettings,
    group: StudentGroup,
    student: NDArray[np.int64],
    at: NDArray[np.datetime64],
    habits: StudyHabits,
) -> NDArray[np.float64]:
    elapsed = (settings.end - at).astype(np.int64) / habits.length_days
    finishes = rng.random(len(student)) < 1 / (1 + np.exp(-(1.6 + 0.9 * group.diligence[student])))
    reached = np.where(finishes, 1.0, rng.beta(1.6, 1.6, len(student)))
    return np.minimum(reached, np.maximum(0.0, elapsed * rng.uniform(0.7, 1.1, len(student))))


def _practice(
    rng: np.random.Generator,
    group: StudentGroup,
    resources: Resources,
    student: NDArray[np.int64],
    resource: NDArray[np.int64],
) -> NDArray[np.float64]:
    hands_on_kind = (resources.table["kind"] != "course").to_numpy() * 0.8
    college = (resources.table["provider"] == SCHOOL_PROVIDER["college"]).to_numpy() * 0.7
    logit = -0.4 + (hands_on_kind + college)[resource] + 0.7 * group.hands_on[student]
    amount: NDArray[np.float64] = 1 / (1 + np.exp(-(logit + rng.normal(0, 0.5, len(student)))))
    return amount


def _scores(
    rng: np.random.Generator,
    group: StudentGroup,
    resources: Resources,
    student: NDArray[np.int64],
    resource: NDArray[np.int64],
    progress: NDArray[np.float64],
    practice: NDArray[np.float64],
) -> pl.Series:
    place, leaf, _ = resources.find_taught(resource)
    prior = np.bincount(place, group.prior[student[place], leaf], len(student))
    mean = 66 + 9 * group.ability[student] + 6 * practice + 5 * prior - 3 * (resources.level[resource] - 1)
    score = np.clip(mean + rng.normal(0, 6, len(student)), 0, 100).round(1)
    given = (progress >= 0.999) & resources.table["kind"].is_in(SCORED).to_numpy()[resource]
    return pl.Series(score).zip_with(pl.Series(given), pl.Series([None] * len(student), dtype=pl.Float64))
