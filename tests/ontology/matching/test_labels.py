"""Label normalisation."""

import doctest

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.ontology.formats import esco
from skillpath.ontology.matching import labels, stems, text_cleaning
from skillpath.ontology.matching.labels import normalise, normalised
from skillpath.ontology.scanning import variants

TEXTS = st.text(max_size=30) | st.text("abceisxyhounlr'. ()+#&ßİ", max_size=15)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, max_size=10))
def test_one_by_one_is_the_same_as_all_at_once(texts: list[str]) -> None:
    column = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}).select(normalised(pl.col("text")))
    assert column.to_series().to_list() == [normalise(text) for text in texts]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Node.js", "NODE.JS"),
        ("data_masking", "Data-Masking"),
        ("R&D", "r and d"),
        ("sales &amp; bd", "Sales & BD"),
        ("companies", "Company"),
        ("APIs", "API"),
        ("behaviour analysing", "behavior analyzing"),
        ("Customer Relationship Management (CRM)", "customer relationship management"),
    ],
)
def test_two_spellings_one_key(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("C", "C++"), ("C++", "C#"), (".NET", "net"), ("process", "proces"), ("CSS", "CS")]
)
def test_two_names_two_keys(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("module", [labels, text_cleaning, esco, stems, variants])
def test_the_examples_in_the_docstrings(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0
