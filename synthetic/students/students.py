"""Groups of students: programme, goal, prior skills and latent traits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.employers import REGIONS
from skillpath.synthetic.market.term_writing import TermNoise, joined, write_terms
from skillpath.synthetic.programmes import Programmes
from skillpath.synthetic.students.cohorts import CohortDrift, Population, cohort_years, make_population
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import GENERAL_GROUPS, TownVocabulary


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
    admission: float = 0.8
    """Pull of ability on the logit of the admission score."""
    no_score: float = 0.05
    """Share of students without an admission score on record."""


ADMISSION = {
    "school leaving certificate": 0.5,
    "entrance examination": 0.2,
    "vocational qualification": 0.18,
    "transfer": 0.07,
    "work experience": 0.05,
}
"""Ways of admission, with shares."""
GENDERS = {"f": 0.485, "m": 0.475, "x": 0.01, "": 0.03}
"""As on record, with shares; nothing else depends on it."""


@dataclass(frozen=True)
class StudentGroup:
    """A group of students of the population: rows of students.csv and their latent traits.

    Attributes:
        rows: rows of the roll.
        table: code, cohort, programme, region, admission, admission_score, graduates_at, gender, skills, target.
        programme: row of the programme.
        goal: row of the cluster the student really wants.
        ability, diligence, hands_on, venture: as on the roll.
        prior: latent level on arrival, shape (students, leaves).
    """

    rows: range
    table: pl.DataFrame
    programmes: Programmes
    programme: NDArray[np.int64]
    goal: NDArray[np.int64]
    ability: NDArray[np.float64]
    diligence: NDArray[np.float64]
    hands_on: NDArray[np.float64]
    venture: NDArray[np.float64]
    prior: NDArray[np.float64]

    @cached_property
    def cohort(self) -> NDArray[np.int64]:
        """The year in which each student began."""
        return self.table["cohort"].to_numpy()


def make_student_group(
    settings: TownSettings, vocabulary: TownVocabulary, population: Population | None = None, rows: range | None = None
) -> StudentGroup:
    """Return the students in these rows of the roll; all of them when left out."""
    habits = StudentHabits()
    population = population or make_population(settings, vocabulary)
    rows = rows or range(settings.students)
    part = slice(rows.start, rows.stop)
    rng = settings.rng(f"students {rows.start}")
    programme = population.programme[part]
    goal = _goals(rng, settings, vocabulary, population, part, habits)
    knows = _draw_known_skills(rng, vocabulary, population.programmes.leads_to[programme], goal, habits)
    table = _table(rng, vocabulary, population, rows, goal, knows, habits)
    prior = np.where(knows, rng.beta(3.0, 4.0, knows.shape), 0.0)
    traits = (population.ability[part], population.diligence[part], population.hands_on[part], population.venture[part])
    return StudentGroup(rows, table, population.programmes, programme, goal, *traits, prior)


def _goals(
    rng: np.random.Generator,
    settings: TownSettings,
    vocabulary: TownVocabulary,
    population: Population,
    part: slice,
    habits: StudentHabits,
) -> NDArray[np.int64]:
    years = cohort_years(settings, population.cohort[part])
    preference = CohortDrift().goal * vocabulary.clusters["outlook"].to_numpy() * years[:, None]
    # The largest of wish plus Gumbel noise among the clusters of the programme is a draw in proportion to exp(wish).
    preference += rng.gumbel(size=preference.shape)
    own = np.argmax(np.where(population.programmes.leads_to[population.programme[part]], preference, -np.inf), axis=1)
    anywhere = rng.integers(preference.shape[1], size=len(years))
    return np.where(rng.random(len(years)) < habits.own_field, own, anywhere)


def _draw_known_skills(
    rng: np.random.Generator,
    vocabulary: TownVocabulary,
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
    vocabulary: TownVocabulary,
    population: Population,
    rows: range,
    goal: NDArray[np.int64],
    knows: NDArray[np.bool_],
    habits: StudentHabits,
) -> pl.DataFrame:
    students, part = len(rows), slice(rows.start, rows.stop)
    owner, leaf = np.nonzero(knows)
    terms = write_terms(rng, leaf, vocabulary, TermNoise(other_label=0.25, slip=0.01))
    known = pl.Series(rng.random(students) >= habits.undeclared)
    score = 1 / (1 + np.exp(-(0.6 + habits.admission * population.ability[part] + rng.normal(0, 0.5, students))))
    return pl.DataFrame(
        {
            "code": "town:student/"
            + pl.int_range(rows.start + 1, rows.stop + 1, eager=True).cast(pl.String).str.zfill(5),
            "cohort": population.cohort[part],
            "programme": population.programmes.table["programme"].gather(population.programme[part]),
            "region": np.array(REGIONS)[rng.integers(len(REGIONS), size=students)],
            "admission": rng.choice(list(ADMISSION), students, p=list(ADMISSION.values())),
            "admission_score": np.where(rng.random(students) < habits.no_score, np.nan, score.round(2)),
            "graduates_at": population.graduates[part].astype(np.str_),
            "gender": rng.choice(list(GENDERS), students, p=list(GENDERS.values())),
            "skills": joined(owner, terms, students),
            "target": vocabulary.clusters["code"].gather(goal).zip_with(known, pl.Series([""] * students)),
        }
    ).with_columns(pl.col("admission_score").fill_nan(None))
