"""Venture and innovation projects of the town."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.employers import REGIONS
from skillpath.synthetic.packaged import read_packaged
from skillpath.synthetic.students.resources import join_words
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary, slug

STAGES = ("idea", "prototype", "pilot", "market")

REQUESTS = (
    "We look for people who bring {}.",
    "Still missing in the team: {}.",
    "Join us if you can help with {}.",
    "The next steps need {}.",
)


GIVEN_UP = 0.5
"""Chance that a project which began with the window is over by its end; younger ones in proportion."""


@dataclass(frozen=True)
class Projects:
    """The table for projects.csv and what choosing a project needs; every array has one entry per project.

    Attributes:
        table: code, title, text, skills, industry, region, stage, started_at, ended_at.
        began, ended: first and last day; not a time where the project lasts.
        needs: shape (projects, leaves).
    """

    table: pl.DataFrame
    began: NDArray[np.datetime64]
    ended: NDArray[np.datetime64]
    needs: NDArray[np.bool_]


def make_projects(settings: TownSettings, vocabulary: TownVocabulary) -> Projects:
    """Return the projects of the window."""
    rng = settings.rng("projects")
    chosen = _rounds(read_packaged("projects.csv"), settings.projects)
    days = int((settings.end - settings.first_month.astype("datetime64[D]")).astype(int))
    age = rng.integers(0, days, chosen.height)
    began = settings.end - 1 - age
    over = rng.random(chosen.height) < GIVEN_UP * age / days
    lasted = (age * rng.uniform(0.3, 1.0, chosen.height)).astype(np.int64)
    ended = np.where(over, began + lasted, np.datetime64("NaT"))
    stage = np.minimum(np.where(over, lasted, age) * rng.gamma(4.0, 1 / 1200.0, chosen.height), len(STAGES) - 1)
    request = rng.integers(len(REQUESTS), size=chosen.height)
    table = chosen.select(
        pl.Series("code", [f"town:project/{slug(title)}" for title in chosen["title"]]),
        "title",
        pl.Series(
            "text", [_text(row, REQUESTS[w]) for row, w in zip(chosen.iter_rows(named=True), request, strict=True)]
        ),
        "skills",
        "industry",
        pl.Series("region", np.array(REGIONS)[rng.integers(len(REGIONS), size=chosen.height)]),
        pl.Series("stage", [STAGES[number] for number in stage.astype(np.int64)]),
        pl.Series("started_at", began.astype(np.str_)),
        pl.Series("ended_at", ended.astype(np.str_)).replace("NaT", None),
    )
    return Projects(table, began, ended, _needs(chosen, vocabulary))


def _needs(chosen: pl.DataFrame, vocabulary: TownVocabulary) -> NDArray[np.bool_]:
    needs = np.zeros((chosen.height, vocabulary.leaves.height), dtype=np.bool_)
    for row, skills in enumerate(chosen["skills"].str.split("|")):
        needs[row, vocabulary.leaf_rows(skills, "projects.csv")] = True
    return needs


def _rounds(catalogue: pl.DataFrame, wanted: int) -> pl.DataFrame:
    rows = np.arange(wanted)
    suffix = [f" (team {number + 1})" if number else "" for number in rows // catalogue.height]
    return catalogue[rows % catalogue.height].with_columns(title=pl.col("title") + pl.Series(suffix))


def _text(row: dict[str, str], request: str) -> str:
    return f"{row['pitch']} {request.format(join_words(row['skills'].split('|')))}"
