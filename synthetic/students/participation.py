"""Participation in projects by students with a venture trait, where their skills are needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.students.cohorts import Population
from skillpath.synthetic.students.projects import Projects
from skillpath.synthetic.students.students import StudentGroup
from skillpath.synthetic.town_settings import TownSettings

ROLES = ("founder", "core member", "contributor")


@dataclass(frozen=True)
class VentureHabits:
    """How students join projects."""

    joins: float = -2.3
    venture: float = 1.2
    """Logit of the chance to join with no leaning, and pull of the leaning; two such chances a student."""
    match: float = 4.0
    """Pull of the mean level in what a project needs on the log of the chance that it is this one."""
    after_study: int = 365
    """Days after graduation in which former students still join."""
    shortest: int = 20
    """Days that must be left of a project when one joins."""
    founds: float = -1.5
    """Logit of the chance to be a founder with no leaning; the leaning counts in full."""
    leaves: float = 0.45
    """Chance to leave before the project ends."""


@dataclass(frozen=True)
class Participation:
    """The rows of participation.csv; truth: chance to join of each learner, shape (students,)."""

    table: pl.DataFrame
    chance: NDArray[np.float64]


def make_participation(
    settings: TownSettings,
    population: Population,
    group: StudentGroup,
    levels: NDArray[np.float64],
    projects: Projects,
    habits: VentureHabits | None = None,
) -> Participation:
    """Return who joins what; `levels` are the latent levels of the learners, shape (students, leaves)."""
    habits = habits or VentureHabits()
    rng = settings.rng(f"participation {group.rows.start}")
    once = 1 / (1 + np.exp(-(habits.joins + habits.venture * group.venture)))
    times = rng.binomial(2, once)
    who = np.flatnonzero(times)
    begin, end = _together(settings, population, group, projects, who, habits)
    possible = (end - begin).astype(np.int64) > habits.shortest
    match = levels[who] @ (projects.needs / projects.needs.sum(axis=1, keepdims=True)).T
    preference = np.where(possible, habits.match * match + rng.gumbel(size=match.shape), -np.inf)
    rank = np.argsort(np.argsort(-preference, axis=1), axis=1)
    student, project = np.nonzero((rank < times[who][:, None]) & possible)
    table = _table(rng, group, projects, who[student], project, begin[student, project], end[student, project], habits)
    return Participation(table, 1 - (1 - once) ** 2)


def _together(
    settings: TownSettings,
    population: Population,
    group: StudentGroup,
    projects: Projects,
    who: NDArray[np.int64],
    habits: VentureHabits,
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """First and last day on which student and project are both there, shape (joining, projects)."""
    arrives = ((group.cohort[who] - 1970) * 12 + 9).astype("datetime64[M]").astype("datetime64[D]")
    goes = population.graduates[group.rows.start + who] + habits.after_study
    over = np.where(np.isnat(projects.ended), settings.end - 1, projects.ended)
    return np.maximum(arrives[:, None], projects.began), np.minimum(goes[:, None], over)


def _table(
    rng: np.random.Generator,
    group: StudentGroup,
    projects: Projects,
    student: NDArray[np.int64],
    project: NDArray[np.int64],
    begin: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    habits: VentureHabits,
) -> pl.DataFrame:
    room, rows = (end - begin).astype(np.int64), len(student)
    wait = (room * rng.beta(1.0, 2.5, rows)).astype(np.int64)
    joined = begin + wait
    stays = ((room - wait) * rng.uniform(0.2, 1.0, rows)).astype(np.int64)
    left = np.where(rng.random(rows) < habits.leaves, joined + stays, projects.ended[project])
    founder = rng.random(rows) < 1 / (1 + np.exp(-(habits.founds + group.venture[student])))
    role = np.where(founder, 0, rng.integers(1, len(ROLES), rows))
    return pl.DataFrame(
        {
            "student": group.table["code"].gather(student),
            "project": projects.table["code"].gather(project),
            "role": np.array(ROLES)[role],
            "joined_at": joined.astype(np.str_),
            "left_at": pl.Series(left.astype(np.str_), dtype=pl.String).replace("NaT", None),
        },
        schema_overrides={"role": pl.String, "joined_at": pl.String},
    )
