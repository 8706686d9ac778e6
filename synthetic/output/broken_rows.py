"""Broken rows, added on purpose so that the quarantine has something to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from skillpath.synthetic.town_settings import TownSettings

BROKEN_DATES = ("2024-13-05", "31.02.2024", "soon", "2023-02-30", "yesterday", "0000-00-00")
BROKEN_TIMES = ("2024-11-05T25:30:00Z", "2023-02-30T09:00:00Z", "after lunch", "14:30", "2024-11-05 at nine")

Damage = Callable[[np.random.Generator, pl.DataFrame, int], pl.DataFrame]
"""Breaks rows; the number is that of the first of them among the broken rows of its kind."""


def _numbered(rows: pl.DataFrame, kind: str, first: int) -> pl.Series:
    number = pl.int_range(first, first + rows.height, eager=True).cast(pl.String).str.zfill(4)
    return ("town:" + pl.Series([kind]) + "/broken-").new_from_index(0, rows.height) + number


def _own_code(rows: pl.DataFrame, kind: str, first: int) -> pl.DataFrame:
    # A code of its own, so that nothing but the damage is wrong with the row.
    return rows.with_columns(code=_numbered(rows, kind, first)) if "code" in rows.columns else rows


def _one_of(column: str, values: tuple[str | float, ...], kind: str = "") -> Damage:
    def damage(rng: np.random.Generator, rows: pl.DataFrame, first: int) -> pl.DataFrame:
        broken = rows.with_columns(pl.Series(column, rng.choice(np.array(values), rows.height), rows.schema[column]))
        return _own_code(broken, f"{kind}-{column}", first)

    return damage


def _unknown(column: str) -> Damage:
    def damage(_: np.random.Generator, rows: pl.DataFrame, first: int) -> pl.DataFrame:
        broken = rows.with_columns(_numbered(rows, column, first).alias(column))
        return _own_code(broken, f"feedback-{column}", first)

    return damage


def _swapped(earlier: str, later: str, kind: str = "") -> Damage:
    def damage(_: np.random.Generator, rows: pl.DataFrame, first: int) -> pl.DataFrame:
        year = pl.col(earlier).str.slice(0, 4).cast(pl.Int64) - 1
        return _own_code(rows.with_columns(pl.format("{}-01-01", year).alias(later)), f"{kind}-{later}", first)

    return damage


def _missing_code(_: np.random.Generator, rows: pl.DataFrame, first: int) -> pl.DataFrame:
    return rows.with_columns(code=pl.lit(""))


def _duplicate_code(_: np.random.Generator, rows: pl.DataFrame, first: int) -> pl.DataFrame:
    return rows.with_columns(pl.col("title") + " (repeated)") if "title" in rows.columns else rows


def _nowhere(_: np.random.Generator, rows: pl.DataFrame, first: int) -> pl.DataFrame:
    return _own_code(rows.with_columns(job=pl.lit(""), employer=pl.lit("")), "feedback-nowhere", first)


DAMAGES: Mapping[str, Mapping[str, Damage]] = {
    "jobs.csv": {
        "broken date": _one_of("posted_at", BROKEN_DATES, "post"),
        "missing code": _missing_code,
        "duplicate code": _duplicate_code,
        "closed before it opened": _swapped("posted_at", "closes_at", "post"),
        "no vacancy": _one_of("vacancies", (0, -1), "post"),
    },
    "resources.csv": {
        "duplicate code": _duplicate_code,
        "unknown kind": _one_of("kind", ("thing", "misc"), "resource"),
    },
    "students.csv": {
        "missing code": _missing_code,
        "duplicate code": _duplicate_code,
        "admission score above 1": _one_of("admission_score", (82.0, 7.5), "student"),
    },
    "enrolments.csv": {
        "broken date": _one_of("at", BROKEN_DATES),
        "progress above 1": _one_of("progress", (7.5,)),
        "unknown student": _unknown("student"),
    },
    "events.csv": {
        "broken time": _one_of("at", BROKEN_TIMES),
        "score above 100": _one_of("score", (180.0, 1000.0)),
        "unknown kind": _one_of("kind", ("lunch", "holiday")),
        "unknown resource": _unknown("resource"),
    },
    "feedback.csv": {
        "broken date": _one_of("started_at", BROKEN_DATES, "feedback"),
        "rating above 1": _one_of("rating", (4.0, 85.0), "feedback"),
        "over before it began": _swapped("started_at", "ended_at", "feedback"),
        "neither post nor employer": _nowhere,
        "unknown post": _unknown("job"),
        "unknown student": _unknown("student"),
    },
    "projects.csv": {
        "missing code": _missing_code,
        "over before it began": _swapped("started_at", "ended_at", "project"),
    },
    "participation.csv": {
        "broken date": _one_of("joined_at", BROKEN_DATES),
        "left before joining": _swapped("joined_at", "left_at"),
        "unknown project": _unknown("project"),
    },
}


class RowCorruptor:
    """Adds broken rows to one file, block by block, so that their share holds over the whole file."""

    def __init__(self, settings: TownSettings, name: str) -> None:
        self._share = settings.dirty_share
        self._kinds = list(DAMAGES[name].items())
        self._rng = settings.rng(f"dirt {name}")
        self._good = 0
        self.counts: Counter[str] = Counter()
        """Kind of damage → rows added."""

    def corrupt(self, good: pl.DataFrame) -> pl.DataFrame:
        """Return a block with damaged copies put in after their sources.

        No good row changes: whoever drops the broken ones is left with the good table.
        """
        self._good += good.height
        done = self.counts.total()
        # Every kind is there at least once, however few rows there are.
        due = max(len(self._kinds), round(self._good * self._share)) - done if self._share else 0
        source = self._rng.choice(good.height, min(good.height, max(0, due)), replace=False)
        pieces = [good.with_columns(place=pl.int_range(pl.len()) * 1.0)]
        for number, (kind, damage) in enumerate(self._kinds):
            rows = np.sort(source[(number - done) % len(self._kinds) :: len(self._kinds)])
            if len(rows):
                broken = damage(self._rng, good[rows], self.counts[kind] + 1)
                pieces.append(broken.with_columns(place=pl.Series(rows + 0.5)))
                self.counts[kind] += len(rows)
        return pl.concat(pieces).sort("place", maintain_order=True).drop("place")


def corrupt(settings: TownSettings, name: str, good: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the whole table of file `name` with damaged copies, and the counts."""
    soiler = RowCorruptor(settings, name)
    return soiler.corrupt(good), dict(soiler.counts)
