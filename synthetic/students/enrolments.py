"""Enrolments of each student term by term, with progress and scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.students.choice_motives import MotiveSettings
from skillpath.synthetic.students.choice_traits import SEASONS, StudentTastes, draw_resource_traits, draw_tastes, fit
from skillpath.synthetic.students.motive_chooser import MotiveChooser
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
    own_school: float = 0.9
    """Preference for the provider that runs the programme, on the log scale."""
    order: float = 1.2
    """Aversion to each level between a resource and what is due, on the log scale; 1 is due in the first term, 3 in the
    last."""
    length_days: int = 120
    """Days from enrolment to completion."""
    venture: float = 0.5
    """Pull of venture leaning on the wish for competitions and incubators, on the log scale."""


KIND_PREFERENCE = {
    "course": 0.0,
    "training": -0.3,
    "certificate": -0.9,
    "competition": -0.9,
    "mentor": -1.4,
    "incubator": -1.4,
    "policy": -2.9,
}
VENTUROUS = ("competition", "incubator")
SCORED = ("course", "training", "certificate")
SCHOOL_PROVIDER = {"university": "Aldermere University", "college": "Aldermere Technical College"}


@dataclass(frozen=True)
class EnrolmentTable:
    """The table for enrolments.csv, in order of student and date, and the truth of how each was chosen.

    Attributes:
        table: student, resource, at, progress, score, practice.
        student, resource: rows in learners and resources, shape (enrolments,).
        motive: row of `MOTIVES` that made the choice, shape (enrolments,).
        tastes: of all students of the group.
    """

    table: pl.DataFrame
    student: NDArray[np.int64]
    resource: NDArray[np.int64]
    motive: NDArray[np.int64]
    tastes: StudentTastes

    @cached_property
    def at(self) -> NDArray[np.datetime64]:
        """First day, shape (enrolments,)."""
        return self.table["at"].str.to_date().to_numpy().astype("datetime64[D]")

    @cached_property
    def progress(self) -> NDArray[np.float64]:
        """Part done, shape (enrolments,)."""
        return self.table["progress"].to_numpy()


@dataclass(frozen=True)
class _Choices:
    """Student, resource, motive (rows) and first day of each enrolment, shape (enrolments,) each."""

    student: NDArray[np.int64]
    resource: NDArray[np.int64]
    motive: NDArray[np.int64]
    at: NDArray[np.datetime64]


def make_enrolments(
    settings: TownSettings,
    vocabulary: TownVocabulary,
    group: StudentGroup,
    resources: Resources,
    habits: StudyHabits | None = None,
    motives: MotiveSettings | None = None,
) -> EnrolmentTable:
    """Return all enrolments of these learners before the end of the window."""
    habits, motives = habits or StudyHabits(), motives or MotiveSettings()
    rng = settings.rng(f"enrolments {group.rows.start}")
    tastes = draw_tastes(settings.rng(f"tastes {group.rows.start}"), vocabulary, len(group.rows), motives)
    traits = draw_resource_traits(settings, vocabulary, group, resources, motives)
    helps, common = fit(vocabulary, group, resources), _common_preference(group, resources, habits)
    shares = motives.shares(settings.need_share)
    chooser = MotiveChooser(rng, group, helps, common, traits, tastes, shares, motives)
    chosen = _choose_by_term(rng, settings, group, resources, chooser, habits)
    student, resource = chosen.student, chosen.resource
    progress = _progress(rng, settings, group, student, chosen.at, habits)
    practice = _practice(rng, group, resources, student, resource)
    table = pl.DataFrame(
        {
            "student": group.table["code"].gather(student),
            "resource": resources.table["code"].gather(resource),
            "at": chosen.at.astype(np.str_),
            "progress": progress.round(2),
            "score": _scores(rng, group, resources, student, resource, progress, practice),
            "practice": practice.round(2),
        }
    )
    return EnrolmentTable(table, student, resource, chosen.motive, tastes)


def _common_preference(group: StudentGroup, resources: Resources, habits: StudyHabits) -> NDArray[np.float64]:
    """What every motive adds to a resource, on the log scale, (students, resources)."""
    kind = resources.table["kind"]
    preference: NDArray[np.float64] = habits.venture * group.venture[:, None] * kind.is_in(VENTUROUS).to_numpy()
    preference += np.array([KIND_PREFERENCE[one] for one in kind])
    home = group.programmes.table["school"].replace_strict(SCHOOL_PROVIDER).to_numpy()[group.programme]
    preference += habits.own_school * (home[:, None] == resources.table["provider"].to_numpy()[None, :])
    return preference


def _choose_by_term(
    rng: np.random.Generator,
    settings: TownSettings,
    group: StudentGroup,
    resources: Resources,
    chooser: MotiveChooser,
    habits: StudyHabits,
) -> _Choices:
    """All choices before the end of the window, in order of student and date."""
    load = np.maximum(1, rng.poisson(habits.per_term, (len(group.rows), habits.terms)))
    parts = []
    for term, due in enumerate(np.linspace(1, 3, habits.terms)):
        begins = _term_start(group.cohort, np.full(len(group.rows), term))
        level = -habits.order * np.abs(resources.level - due)
        for step in range(load[:, term].max()):
            there = np.flatnonzero((load[:, term] > step) & (begins < settings.end))
            student, resource, motive = chooser.choose(there, term % SEASONS, level)
            at = begins[student] + rng.integers(0, 45, len(student))
            parts.append(_Choices(student, resource, motive, at))
    student, resource, motive = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("student", "resource", "motive")
    )
    at = np.concatenate([part.at for part in parts])
    order = np.lexsort((at, student))
    order = order[at[order] < settings.end]
    return _Choices(student[order], resource[order], motive[order], at[order])


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
