"""Broken rows, added on purpose so that the quarantine has something to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from skillpath.pipeline.town.settings import TownSettings

BROKEN_DATES = ("2024-13-05", "31.02.2024", "soon", "2023-02-30", "yesterday", "0000-00-00")

Damage = Callable[[np.random.Generator, pl.DataFrame], pl.DataFrame]


def _numbered(rows: pl.DataFrame, name: str) -> pl.Series:
    return pl.Series([f"town:{name}/broken-{number:04d}" for number in range(1, rows.height + 1)])


def _broken_date(column: str) -> Damage:
    def damage(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
        broken = rows.with_columns(pl.Series(column, rng.choice(np.array(BROKEN_DATES), rows.height)))
        return broken.with_columns(code=_numbered(rows, "post")) if "code" in rows.columns else broken

    return damage


def _missing_code(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(code=pl.lit(""))


def _duplicate_code(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("title") + " (repeated)") if "title" in rows.columns else rows


def _progress_above_one(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(progress=pl.lit(7.5))


def _unknown_student(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(student=_numbered(rows, "student"))


DAMAGES: Mapping[str, Mapping[str, Damage]] = {
    "jobs.csv": {
        "broken date": _broken_date("posted_at"),
        "missing code": _missing_code,
        "duplicate code": _duplicate_code,
    },
    "resources.csv": {"duplicate code": _duplicate_code},
    "students.csv": {"missing code": _missing_code, "duplicate code": _duplicate_code},
    "enrolments.csv": {
        "broken date": _broken_date("at"),
        "progress above 1": _progress_above_one,
        "unknown student": _unknown_student,
    },
    "projects.csv": {"missing code": _missing_code},
}


def soil(settings: TownSettings, name: str, good: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the table of file `name` with damaged copies put in after their sources, and the counts.

    No good row changes: whoever drops the broken ones is left with the good table.
    """
    kinds = DAMAGES[name]
    if settings.dirty_share == 0:
        return good, {}
    rng = settings.rng(f"dirt {name}")
    wanted = min(good.height, max(len(kinds), round(good.height * settings.dirty_share)))
    source = rng.choice(good.height, wanted, replace=False)
    pieces = [good.with_columns(place=pl.int_range(pl.len()) * 1.0)]
    counts = {}
    for number, (kind, damage) in enumerate(kinds.items()):
        rows = np.sort(source[number :: len(kinds)])
        pieces.append(damage(rng, good[rows]).with_columns(place=pl.Series(rows + 0.5)))
        counts[kind] = len(rows)
    return pl.concat(pieces).sort("place", maintain_order=True).drop("place"), counts
