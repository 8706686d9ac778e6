"""OULAD as of a day: who counts, what is known, and that nothing later changes any of it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
COURSE = {"code_module": "XXX", "code_presentation": "2013J"}


@pytest.fixture
def oulad(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module("bench.learning.oulad")


@pytest.fixture
def tables() -> dict[str, pl.DataFrame]:
    """Student 1 hands in late, 2 misses the second, 3 left on day 20, 4 leaves on day 90 and has a banked score."""
    students = [1, 2, 3, 4]
    info = {
        "id_student": students,
        "gender": ["M", "F", "F", "M"],
        "highest_education": ["HE Qualification"] * 4,
        "age_band": ["0-35"] * 4,
        "num_of_prev_attempts": [0, 1, 0, 0],
        "studied_credits": [60] * 4,
        "disability": [False] * 4,
        "final_result": ["Pass", "Fail", "Withdrawn", "Withdrawn"],
    }
    handed = [(10, 1, 25, False, 80.0), (11, 1, 49, False, 60.0), (10, 2, 18, False, 40.0), (10, 4, -1, True, 70.0)]
    columns = ["id_assessment", "id_student", "date_submitted", "is_banked", "score"]
    submitted = pl.DataFrame([*handed, (12, 1, 95, False, 90.0)], schema=columns, orient="row")
    due = {"id_assessment": [10, 11, 12], "assessment_type": ["TMA", "CMA", "TMA"], "date": [20.0, 50.0, 100.0]}
    made = {
        "student_info": pl.DataFrame(info),
        "student_registration": pl.DataFrame(
            {
                "id_student": students,
                "date_registration": [-30, -10, -5, None],
                "date_unregistration": [None, None, 20, 90],
            }
        ),
        "student_assessment": submitted,
        "assessments": pl.DataFrame({**due, "weight": [20.0, 10.0, 70.0]}),
    }
    return {name: table.with_columns(**{k: pl.lit(v) for k, v in COURSE.items()}) for name, table in made.items()}


def test_what_is_known_on_day_60(oulad: Any, tables: dict[str, pl.DataFrame]) -> None:
    seen = oulad.observe(tables, ["2013J"], 60, ["XXX"])
    assert seen.keys["id_student"].to_list() == [1, 2, 4], "who left by then is not asked about"
    assert seen.fails.tolist() == [0, 1, 1]
    events = {name: seen.events.values[..., i] for i, name in enumerate(oulad.EVENT)}
    assert seen.events.lengths.tolist() == [2, 2, 2]
    assert events["missed"].tolist() == [[0, 0], [0, 1], [0, 1]]
    assert events["banked"][2].tolist() == [1, 0]
    assert events["late"][0].tolist() == pytest.approx([5 / 30, -1 / 30])
    assert events["gap"][0].tolist() == pytest.approx([0, 24 / 30])
    assert events["relative"][0, 0] == pytest.approx((80 - (80 + 40 + 70) / 3) / 100)
    summary = dict(zip(seen.names, seen.summary.T, strict=True))
    assert summary["missed_weight"].tolist() == pytest.approx([0, 0.1, 0.1])
    assert summary["weighed"].tolist() == pytest.approx([(0.8 * 0.2 + 0.6 * 0.1) / 0.3, 0.4, 0.7])
    assert summary["since"].tolist() == pytest.approx([0.11, 0.42, 0.4])
    assert np.isnan(summary["registered"][2])


def test_who_left_on_the_day_itself_is_not_asked_about(oulad: Any, tables: dict[str, pl.DataFrame]) -> None:
    days = {day: oulad.observe(tables, ["2013J"], day, []).keys["id_student"].to_list() for day in (19, 20, 89, 90)}
    assert days == {19: [1, 2, 3, 4], 20: [1, 2, 4], 89: [1, 2, 4], 90: [1, 2]}


def _later(tables: dict[str, pl.DataFrame], day: int) -> dict[str, pl.DataFrame]:
    """Another future: later submissions gone or with other scores, other departures and ends, later due days moved.

    What somebody has handed in already keeps its due day, which is part of what is known.
    """
    handed, due = tables["student_assessment"], tables["assessments"]
    past, later = (handed.filter(x) for x in (pl.col("date_submitted") <= day, pl.col("date_submitted") > day))
    other = later.gather_every(2).with_columns(pl.lit(1.0).alias("score"), pl.col("date_submitted") + 3)
    left = pl.col("date_unregistration")
    return {
        **tables,
        "student_assessment": pl.concat([other, past]),
        "assessments": due.with_columns(
            pl.when((pl.col("date") > day) & ~pl.col("id_assessment").is_in(past["id_assessment"].implode()))
            .then(pl.col("date") + 40)
            .otherwise(pl.col("date"))
            .alias("date")
        ),
        "student_registration": tables["student_registration"].with_columns(
            pl.when(left > day)
            .then(None)
            .otherwise(pl.when(left.is_null()).then(day + 7).otherwise(left))
            .alias(left.meta.output_name())
        ),
        "student_info": tables["student_info"].with_columns(pl.lit("Fail").alias("final_result")),
    }


def _same(one: Any, other: Any) -> bool:
    assert one.keys.equals(other.keys)
    return np.allclose(one.summary, other.summary, equal_nan=True) and all(
        np.allclose(getattr(one.events, name), getattr(other.events, name)) for name in ("values", "lengths")
    )


def test_another_future_changes_nothing(oulad: Any, tables: dict[str, pl.DataFrame]) -> None:
    for day in (0, 30, 60, 94):
        assert _same(*(oulad.observe(t, ["2013J"], day, ["XXX"]) for t in (tables, _later(tables, day)))), day
    changed = _later(tables, 30)
    assert not np.array_equal(
        oulad.observe(tables, ["2013J"], 60, []).summary,
        oulad.observe(changed, ["2013J"], 60, []).summary,
        equal_nan=True,
    ), "the other future is another one"


@pytest.mark.realdata
def test_another_future_changes_nothing_of_real_students(oulad: Any, real_data: Path) -> None:
    tables = oulad.read(real_data)
    newest = oulad.presentations(tables)[-1]
    for day in (60, 120):
        seen, other = (oulad.observe(t, [newest], day, ["BBB"]) for t in (tables, _later(tables, day)))
        assert _same(seen, other)
        assert len(seen.result) > 4_000 and 0.3 < seen.fails.mean() < 0.6 and other.fails.all()
