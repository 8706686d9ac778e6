"""Standard scores know the past alone: whatever happens later, what was said stays said."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.pipeline.enrich.standardise import standardise


def month(number: int) -> datetime.date:
    return datetime.date(2021 + number // 12, number % 12 + 1, 1)


def series(rows: Sequence[tuple[str | None, int, float | None]]) -> pl.DataFrame:
    dated = [(who, month(when), value) for who, when, value in rows]
    return pl.DataFrame(dated, schema={"who": pl.String, "month": pl.Date, "y": pl.Float64}, orient="row")


def test_against_the_plain_formula() -> None:
    values = [3.0, 5.0, 4.0, 9.0, 1.0]
    scores = standardise(series([("a", i, y) for i, y in enumerate(values)]), "y", "month").to_list()
    assert scores[:2] == [None, None]
    for at in range(2, 5):
        past = values[:at]
        assert scores[at] == pytest.approx((values[at] - statistics.mean(past)) / statistics.stdev(past))


def test_months_are_the_past_of_later_months_only_and_series_of_themselves() -> None:
    frame = series(
        [("a", 1, 4.0), ("b", 0, 100.0), ("a", 0, 1.0), ("a", 0, 3.0), ("b", 1, 7.0), (None, 1, 1.0), ("a", 1, None)]
    )
    scores = standardise(frame, "y", "month", over=("who",)).to_list()
    assert scores[0] == pytest.approx((4.0 - 2.0) / statistics.stdev([1.0, 3.0]))
    assert scores[1:] == [None] * 6


def test_a_past_that_does_not_vary_is_no_measure() -> None:
    frame = series([("a", i, 0.1 + 1e9) for i in range(6)] + [("a", 6, 5.0)])
    assert standardise(frame, "y", "month").null_count() == 7


def test_large_numbers_that_differ_little() -> None:
    values = [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 6]
    score = standardise(series([("a", i, y) for i, y in enumerate(values)]), "y", "month")[-1]
    assert score == pytest.approx(4.0, rel=1e-6)


numbers = st.floats(-1e6, 1e6) | st.none() | st.sampled_from([float("nan"), float("inf"), 0.0, 1.0])
rows = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 8), numbers), min_size=1, max_size=25)


@settings(max_examples=80, deadline=None)
@given(rows=rows, others=rows, cut=st.integers(0, 8))
def test_the_future_changes_nothing(
    rows: list[tuple[str | None, int, float | None]],
    others: list[tuple[str | None, int, float | None]],
    cut: int,
) -> None:
    past = [row for row in rows if row[1] <= cut]
    before = standardise(series(past), "y", "month", over=("who",)).to_list()
    later = [(who, when + cut + 1, value) for who, when, value in others]
    after = standardise(series(past + later), "y", "month", over=("who",)).to_list()
    assert after[: len(past)] == before
