"""Students: a programme, a goal, what they bring with them, and what nobody sees but the truth folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.pipeline.town.employers import REGIONS
from skillpath.pipeline.town.packaged import read_packaged
from skillpath.pipeline.town.settings import TownSettings
from skillpath.pipeline.town.terms import Handwriting, joined, write_terms
from skillpath.pipeline.town.vocabulary import GENERAL_GROUPS, Vocabulary


@dataclass(frozen=True)
class StudentHabits:
    """How students choose goals and what they know on arrival."""

    own_field: float = 0.95
    """Share of goals among the clusters of the student's programme."""
    undeclared: float = 0.18
    """Share of students whose goal is not on record."""
    prior: float = 0.35
    """Chance to bring a skill that both goal and programme require at level 1."""
    general: float = 0.12
    """Chance to bring a general human strength."""
    school: tuple[tuple[str, float], ...] = (
        ("English", 0.5),
        ("word processing", 0.25),
        ("presentation software", 0.2),
        ("spreadsheet modelling", 0.15),
    )
    no_record: float = 0.06
    """Share of students without any admission skill on record."""


@dataclass(frozen=True)
class Programmes:
    """The programmes of university and college.

    Attributes:
        table: programme, school, weight, clusters.
        leads_to: shape (programmes, clusters).
    """

    table: pl.DataFrame
    leads_to: NDArray[np.bool_]

    @classmethod
    def read(cls, vocabulary: Vocabulary) -> Programmes:
        """Return the packaged programmes."""
        table = read_packaged("programmes.csv").with_columns(pl.col("weight").cast(pl.Float64))
        leads_to = np.zeros((table.height, vocabulary.clusters.height), dtype=np.bool_)
        for row, labels in enumerate(table["clusters"].str.split("|")):
            leads_to[row, [vocabulary.cluster_row[label] for label in labels]] = True
        return cls(table, leads_to)


@dataclass(frozen=True)
class Learners:
    """The table for students.csv and its latent part; every array has one entry per student.

    Attributes:
        table: code, cohort, programme, region, skills, target.
        programme: row of the programme.
        goal: row of the cluster the student really wants.
        ability, diligence, hands_on: standard normal.
        prior: latent level on arrival, shape (students, leaves).
    """

    table: pl.DataFrame
    programmes: Programmes
    programme: NDArray[np.int64]
    goal: NDArray[np.int64]
    ability: NDArray[np.float64]
    diligence: NDArray[np.float64]
    hands_on: NDArray[np.float64]
    prior: NDArray[np.float64]

    @cached_property
    def cohort(self) -> NDArray[np.int64]:
        """The year in which each student began."""
        return self.table["cohort"].to_numpy()


def make_learners(settings: TownSettings, vocabulary: Vocabulary, habits: StudentHabits | None = None) -> Learners:
    """Return the students of the town."""
    habits = habits or StudentHabits()
    rng = settings.rng("students")
    programmes = Programmes.read(vocabulary)
    weight = programmes.table["weight"].to_numpy()
    programme = rng.choice(len(weight), settings.students, p=weight / weight.sum())
    goal = _goals(rng, programmes, programme, vocabulary.clusters.height, habits)
    knows = _knows(rng, vocabulary, programmes.leads_to[programme], goal, habits)
    table = _table(rng, settings, vocabulary, programmes, programme, goal, knows, habits)
    prior = np.where(knows, rng.beta(3.0, 4.0, knows.shape), 0.0)
    ability, diligence, hands_on = rng.normal(size=(3, settings.students))
    return Learners(table, programmes, programme, goal, ability, diligence, hands_on, prior)


def _goals(
    rng: np.random.Generator,
    programmes: Programmes,
    programme: NDArray[np.int64],
    clusters: int,
    habits: StudentHabits,
) -> NDArray[np.int64]:
    # The largest of the uniform draws among the clusters of the programme is a uniform choice among them.
    draws = rng.random((len(programme), clusters))
    own = np.argmax(draws * programmes.leads_to[programme], axis=1)
    anywhere = rng.integers(clusters, size=len(programme))
    return np.where(rng.random(len(programme)) < habits.own_field, own, anywhere)


def _knows(
    rng: np.random.Generator,
    vocabulary: Vocabulary,
    field: NDArray[np.bool_],
    goal: NDArray[np.int64],
    habits: StudentHabits,
) -> NDArray[np.bool_]:
    typical = (field / field.sum(axis=1, keepdims=True)) @ vocabulary.levels
    chance = (vocabulary.levels[goal] + typical) / 2 * habits.prior
    people = vocabulary.leaves["broader"].is_in(GENERAL_GROUPS)
    chance[:, people.to_numpy()] += habits.general
    for label, share in habits.school:
        chance[:, vocabulary.leaf_row[label]] += share
    mother_tongues = vocabulary.leaves["broader"].to_numpy() == "town:skill/languages"
    chance[:, mother_tongues] += 0.03
    knows: NDArray[np.bool_] = rng.random(chance.shape) < chance
    knows[rng.random(len(goal)) < habits.no_record] = False
    return knows


def _table(
    rng: np.random.Generator,
    settings: TownSettings,
    vocabulary: Vocabulary,
    programmes: Programmes,
    programme: NDArray[np.int64],
    goal: NDArray[np.int64],
    knows: NDArray[np.bool_],
    habits: StudentHabits,
) -> pl.DataFrame:
    students = len(programme)
    owner, leaf = np.nonzero(knows)
    terms = write_terms(rng, leaf, vocabulary, Handwriting(other_label=0.25, slip=0.01))
    known = pl.Series(rng.random(students) >= habits.undeclared)
    first, last = _cohorts(settings)
    return pl.DataFrame(
        {
            "code": [f"town:student/{number:05d}" for number in range(1, students + 1)],
            "cohort": np.sort(rng.integers(first, last + 1, students)),
            "programme": programmes.table["programme"].gather(programme),
            "region": np.array(REGIONS)[rng.integers(len(REGIONS), size=students)],
            "skills": joined(owner, terms, students),
            "target": vocabulary.clusters["code"].gather(goal).zip_with(known, pl.Series([""] * students)),
        }
    )


def _cohorts(settings: TownSettings) -> tuple[int, int]:
    # A cohort begins in October; the last one must still have time to enrol before the window closes.
    first = settings.first_month.astype("datetime64[Y]").astype(int) + 1970 - 1
    final = settings.end - 60
    year = final.astype("datetime64[Y]").astype(int) + 1970
    began = np.datetime64(f"{year}-10-01") <= final
    return first, year if began else year - 1
