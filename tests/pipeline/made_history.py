"""Frames as the graph would give them, made at random, so that what came later can be changed at will."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.graph.learning.history_reads import FRAMES

Frames = dict[str, pl.DataFrame]
FIRST = 18_993
"""2022-01-01, in days since 1970-01-01."""
DAYS = 720
DATED = ("posts", "events", "enrolments", "placements", "memberships")


def empty_frames() -> Frames:
    """Every frame without a row."""
    return {name: pl.DataFrame(schema=schema) for name, schema in FRAMES.items()}


def made_frames(seed: int, postings: int = 120, students: int = 15) -> Frames:
    """A small world: 5 clusters, 8 skills, 6 resources, 3 projects."""
    rng = np.random.default_rng(seed)
    sizes = {"cluster": 5, "skill": 8, "resource": 6, "project": 3}
    frames = empty_frames()
    for kind, size in sizes.items():
        codes = [f"{kind}:{i}" for i in range(size)]
        about = [None if i % 3 == 0 else f"About {code}" for i, code in enumerate(codes)]
        frames[kind] = _frame(kind, code=codes, label=codes, about=about)
    frames["student"] = _frame(
        "student",
        code=_codes("student", np.arange(students)),
        cohort=rng.choice([2021, 2022, 2023], students).tolist(),
        graduates=[None if i % 4 == 0 else FIRST + 900 for i in range(students)],
    )
    frames["posts"] = _postings(rng, postings)
    frames |= _salary_rows(rng, students)
    all_sizes = {"post": postings, "student": students, **sizes}
    for name, left, right in (
        ("job_needs", "post", "skill"),
        ("requirements", "cluster", "skill"),
        ("project_needs", "project", "skill"),
        ("gains", "resource", "skill"),
        ("stated", "student", "skill"),
        ("targets", "student", "cluster"),
    ):
        frames[name] = _edges(rng, left, all_sizes[left], right, all_sizes[right])
    frames["broader"] = pl.DataFrame({"child": ["skill:1", "skill:2"], "parent": ["skill:0", "group:9"]})
    return frames


def disturbed(frames: Frames, end: int, seed: int) -> Frames:
    """The same world until day ``end``; of what came from then on some is gone and the rest is different."""
    rng = np.random.default_rng(seed)
    changed = dict(frames)
    for name in DATED:
        past, future = frames[name].filter(pl.col("day") < end), frames[name].filter(pl.col("day") >= end)
        future = future.filter(pl.Series(rng.random(future.height) < 0.5))
        late = rng.integers(end, end + 200, future.height)
        future = future.with_columns(day=pl.Series(late, dtype=pl.Int64))
        if "code" in future.columns:
            future = future.with_columns(code="x" + pl.col("code"))
        changed[name] = pl.concat([past, future.with_columns(_other(future, rng))])
    over = pl.col("ends") < end
    changed["placements"] = changed["placements"].with_columns(
        ends=pl.when(over).then("ends"), rating=pl.when(over).then("rating").otherwise(0.5)
    )
    later = pl.col("source").is_in(changed["posts"].filter(pl.col("day") < end)["code"].implode())
    changed["job_needs"] = frames["job_needs"].filter(later)
    return changed


def _other(rows: pl.DataFrame, rng: np.random.Generator) -> list[pl.Expr]:
    words = [n for n in ("cluster", "industry", "region", "employer", "label", "text", "kind") if n in rows.columns]
    numbers = [n for n in ("score", "progress", "rating", "salaryMin") if n in rows.columns]
    mixed = [pl.Series(n, rows[n].sample(fraction=1.0, shuffle=True, seed=int(rng.integers(1000)))) for n in words]
    return [*(pl.lit(column) for column in mixed), *(pl.lit(0.77).alias(n) for n in numbers)]


def _postings(rng: np.random.Generator, postings: int) -> pl.DataFrame:
    pay = rng.integers(1500, 5000, postings).astype(float)
    salary_given = rng.random(postings)
    return _frame(
        "posts",
        code=_codes("post", np.arange(postings)),
        cluster=_codes("cluster", rng.integers(-1, 5, postings)),
        industry=_codes("industry", rng.integers(-1, 4, postings)),
        region=_codes("region", rng.integers(-1, 4, postings)),
        employer=_codes("employer", rng.integers(-1, 20, postings)),
        day=(FIRST + rng.integers(0, DAYS, postings)).tolist(),
        label=[f"Title {i}" for i in rng.integers(0, 30, postings)],
        text=_codes("text", rng.integers(-1, 3, postings)),
        salaryMin=[None if share < 0.3 else float(value) for share, value in zip(salary_given, pay, strict=True)],
        salaryMax=[None if share < 0.5 else float(value) * 1.2 for share, value in zip(salary_given, pay, strict=True)],
        salaryCurrency=[None if share < 0.3 else "EUR" if share < 0.9 else "GBP" for share in salary_given],
    )


def _salary_rows(rng: np.random.Generator, students: int, rows: int = 60) -> Frames:
    def shared(name: str, **more: Any) -> pl.DataFrame:
        who = _codes("student", rng.integers(0, students - 1, rows))
        day = (FIRST + rng.integers(0, DAYS, rows)).tolist()
        return _frame(name, code=_codes(name, np.arange(rows)), student=who, day=day, **more)

    score = [None if i % 3 == 0 else float(rng.integers(0, 100)) for i in range(rows)]
    resource = _codes("resource", rng.integers(0, 6, rows))
    kinds = rng.choice(["course", "practice", "evaluation"], rows).tolist()
    share = rng.random(rows).tolist()
    ends = [None if i % 4 == 0 else FIRST + int(rng.integers(0, DAYS)) for i in range(rows)]
    return {
        "events": shared("events", resource=resource, kind=kinds, score=score),
        "enrolments": shared("enrolments", resource=resource, progress=share, practice=share, score=score),
        "placements": shared(
            "placements", cluster=_codes("cluster", rng.integers(-1, 5, rows)), ends=ends, rating=share
        ),
        "memberships": shared("memberships", project=_codes("project", rng.integers(0, 3, rows))),
    }


def _edges(rng: np.random.Generator, left: str, rows: int, right: str, columns: int) -> pl.DataFrame:
    place = np.flatnonzero(rng.random(rows * columns) < 0.3)
    source, target = _codes(left, place // columns), _codes(right, place % columns)
    return pl.DataFrame({"source": source, "target": target, "value": rng.random(len(place)).round(3)})


def _codes(kind: str, numbers: NDArray[np.int64]) -> list[str | None]:
    return [None if number < 0 else f"{kind}:{number}" for number in numbers.tolist()]


def _frame(name: str, **columns: Any) -> pl.DataFrame:
    schema = FRAMES[name]
    return pl.DataFrame({column: columns[column] for column in schema}, schema=schema)
