"""Venture and innovation projects of the town."""

from __future__ import annotations

import numpy as np
import polars as pl

from skillpath.pipeline.town.packaged import read_packaged
from skillpath.pipeline.town.resources import in_words
from skillpath.pipeline.town.settings import TownSettings
from skillpath.pipeline.town.vocabulary import Vocabulary, slug

STAGES = ("idea", "prototype", "pilot", "market")

WISHES = (
    "We look for people who bring {}.",
    "Still missing in the team: {}.",
    "Join us if you can help with {}.",
    "The next steps need {}.",
)


def make_projects(settings: TownSettings, vocabulary: Vocabulary) -> pl.DataFrame:
    """Return the table for projects.csv: code, title, text, skills, industry, stage, started_at."""
    rng = settings.rng("projects")
    chosen = _rounds(read_packaged("projects.csv"), settings.projects)
    for skills in chosen["skills"].str.split("|"):
        vocabulary.leaf_rows(skills, "projects.csv")
    days = int((settings.end - settings.first_month.astype("datetime64[D]")).astype(int))
    age = rng.integers(0, days, chosen.height)
    pace = rng.gamma(4.0, 1 / 1200.0, chosen.height)
    stage = np.minimum(age * pace, len(STAGES) - 1).astype(np.int64)
    wish = rng.integers(len(WISHES), size=chosen.height)
    return chosen.select(
        pl.Series("code", [f"town:project/{slug(title)}" for title in chosen["title"]]),
        "title",
        pl.Series("text", [_text(row, WISHES[w]) for row, w in zip(chosen.iter_rows(named=True), wish, strict=True)]),
        "skills",
        "industry",
        pl.Series("stage", [STAGES[number] for number in stage]),
        pl.Series("started_at", (settings.end - 1 - age).astype(np.str_)),
    )


def _rounds(catalogue: pl.DataFrame, wanted: int) -> pl.DataFrame:
    rows = np.arange(wanted)
    suffix = [f" (team {number + 1})" if number else "" for number in rows // catalogue.height]
    return catalogue[rows % catalogue.height].with_columns(title=pl.col("title") + pl.Series(suffix))


def _text(row: dict[str, str], wish: str) -> str:
    return f"{row['pitch']} {wish.format(in_words(row['skills'].split('|')))}"
