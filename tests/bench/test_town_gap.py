"""The true gap that a course closes, how lists are judged by it, and what is hidden from a town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from bench import town_gap, town_truth

TRUTH = town_truth.TownTruth(
    required=np.array([[0.8, 0.5, 0.0], [0.0, 0.5, 0.6]]),
    weight=np.array([[1.0, 0.35, 0.0], [0.0, 1.0, 0.35]]),
    level=np.array([[0.2, 0.4, 0.0], [0.0, 0.9, 0.0]]),
    gain=np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.5], [0.9, 0.9, 0.9]]),
)


def test_a_course_closes_what_is_missing_and_no_more() -> None:
    closed = town_truth.true_gap_closed(TRUTH)
    # 0.2 → 0.6 of 0.8; 0.4 → 0.7 of 0.5, of which 0.1 was missing, at the weight of an optional skill.
    assert closed[0] == pytest.approx([0.4, 0.35 * 0.1, 0.6 + 0.35 * 0.1])
    # Nothing is missing in the second skill, and the first is not required.
    assert closed[1] == pytest.approx([0.0, 0.35 * 0.5, 0.35 * 0.6])


def test_a_list_is_worth_the_mean_of_its_first_suggestions() -> None:
    closed = np.array([[1.0, 2.0, 6.0], [3.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    lists = np.array([[2, 1, 0], [0, -1, -1], [-1, -1, -1]])
    assert town_truth.mean_of_lists(closed, lists, 1).tolist() == [6.0, 3.0, 0.0]
    assert town_truth.mean_of_lists(closed, lists, 2).tolist() == [4.0, 3.0, 0.0]


def test_the_truth_is_read_in_the_order_of_the_codes(tmp_path: Path) -> None:
    asked = {"cluster": ["b", "a", "a"], "skill": ["x", "x", "y"], "essential": [True, False, True]}
    tables: dict[str, dict[str, Any]] = {
        "requirements": {**asked, "level": [0.9, 0.4, 0.6]},
        "gains": {"resource": ["r2", "r1"], "skill": ["y", "z"], "gain": [0.5, 0.25]},
        "levels": {"student": ["s1", "s9"], "skill": ["y", "y"], "level": [0.125, 0.9]},
        "students": {"code": ["s1", "s2", "s9"], "goal": ["a", "b", "a"]},
    }
    for name, table in tables.items():
        pl.DataFrame(table).write_parquet(tmp_path / f"{name}.parquet")
    truth = town_truth.TownTruth.read(tmp_path, pl.Series(["s2", "s1"]), pl.Series(["r1", "r2"]))
    assert truth.required.tolist() == [[0.9, 0.0, 0.0], [0.4, 0.6, 0.0]]
    assert truth.weight.tolist() == [[1.0, 0.0, 0.0], [0.35, 1.0, 0.0]]
    assert truth.level.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.125, 0.0]]
    assert truth.gain.tolist() == [[0.0, 0.0, 0.25], [0.0, 0.5, 0.0]]


def test_last_enrolments_are_hidden_with_their_events(tmp_path: Path) -> None:
    student = [f"s{number}" for number in range(50) for _ in range(3)]
    pairs = pl.DataFrame({"student": [*student, "alone"], "resource": [*["a", "b", "c"] * 50, "a"]})
    (tmp_path / "truth").mkdir()
    pairs.with_columns(motive=pl.lit("need")).write_parquet(tmp_path / "truth" / "choices.parquet")
    for name in ("enrolments.csv", "events.csv"):
        pairs.write_csv(tmp_path / name)
    known, hidden = town_gap.hide(tmp_path, seed=1)
    assert 3 <= hidden.height <= 20 and set(hidden["item"]) == {"c"}
    assert known.height + hidden.height == pairs.height and "alone" in known["user"]
    for name in ("enrolments.csv", "events.csv"):
        left = pl.read_csv(tmp_path / name)
        assert left.rename({"student": "user", "resource": "item"}).equals(known)


def test_the_ratio_is_to_the_best_baseline() -> None:
    gaps = {town_gap.CHAINS_NAME: 0.3, "popularity": 0.1, "EASE": 0.2, town_gap.CHANCE: 0.05, town_gap.BEST: 0.9}
    found: dict[str, Any] = {"methods": {name: {"gap closed, first 3": gap} for name, gap in gaps.items()}}
    assert town_gap.ratio(found, 3) == pytest.approx(1.5)
