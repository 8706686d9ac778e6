"""Editions of a course are found by title, text and provider; parts of a series and courses of one name are not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_array

from skillpath.embeddings.courses.editions import edition_key, find_editions
from skillpath.pipeline.training.progression import measure_similarity

KNOTS = "Bends, hitches and splices for ropes on deck, with practice on board."
SAILS = "Cutting and sewing of sails, from the loft to the mast."


def table(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    schema = {"title": pl.String, "text": pl.String, "provider": pl.String}
    codes = pl.Series("code", [chr(ord("a") + place) for place in range(len(rows))], dtype=pl.String)
    return pl.DataFrame(list(rows), schema=schema, orient="row").insert_column(0, codes)


def editions(*rows: tuple[str, str | None, str | None]) -> list[str | None]:
    found = table(*rows)
    return find_editions(found, measure_similarity(found)).to_list()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Knots (Spring 2015)", "Knots, 2016 autumn", True),
        ("Knots 2019/20", "KNOTS", True),
        ("Knots - self-paced", "Knots [2nd edition]", True),
        ("Knots, part 1", "Knots, part 2", False),
        ("Knots of 1800 sailors", "Knots of sailors", False),
        ("Ｋnots", "Knots", True),
    ],
)
def test_titles_but_for_dates(one: str, other: str, same: bool) -> None:
    assert (edition_key(one) == edition_key(other)) == same


def test_the_same_text_and_another_year() -> None:
    rows = [("Knots (2015)", KNOTS, None), ("Sails", SAILS, None), ("Knots (2016)", KNOTS, None)]
    assert editions(*rows) == ["a", None, "a"]


def test_one_name_and_another_text_are_two_courses() -> None:
    assert editions(("Ropes", KNOTS, "Harbour school"), ("Ropes", SAILS, "Harbour school")) == [None, None]


def test_without_texts_the_provider_decides_and_a_title_alone_is_not_enough() -> None:
    rows = [("Ropes", None, "Harbour school"), ("Ropes 2020", None, "Harbour school"), ("Ropes", None, "Loft")]
    assert editions(*rows) == ["a", "a", None]
    discipline = [("Humanities", None, "Harbour school")] * 3
    assert editions(*discipline) == [None] * 3
    assert editions(("Ropes", None, None), ("Ropes", None, None), ("", None, "Loft"), ("", None, "Loft")) == [None] * 4


def test_no_resource_has_no_edition() -> None:
    assert find_editions(table(), csr_array(np.zeros((0, 0)))).to_list() == []
