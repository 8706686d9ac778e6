"""One cleaning for labels and terms: what cannot be seen makes no other text and no other match key."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.ontology.formats.tabular import read_csv_vocabulary
from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.matching.text_cleaning import INVISIBLE, clean_line, clean_text, squeeze
from skillpath.pipeline.ingest.cleaning import clean
from skillpath.pipeline.ingest.cleaning.cell_text import clean_cells
from skillpath.pipeline.ingest.contracts import CONTRACTS
from tests.pipeline.ingest.cleaning.made import example, identity, table

EVERY = [chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000]
FORMAT = [sign for sign in EVERY if unicodedata.category(sign) == "Cf"]
CONTROL = [sign for sign in EVERY if unicodedata.category(sign) == "Cc"]
SELECTORS = [chr(point) for point in range(0xFE00, 0xFE10)]
HIDDEN = sorted({"\u034f", *FORMAT, *SELECTORS})
DROPPED = pl.Series(EVERY).filter(pl.Series(EVERY).str.contains(f"[{INVISIBLE}]")).to_list()


def lines(values: list[str | None]) -> list[str | None]:
    """Texts as labels are cleaned."""
    return (
        pl.DataFrame({"text": pl.Series(values, dtype=pl.String)}).select(clean_line(pl.col("text")))["text"].to_list()
    )


def cells(values: list[str | None]) -> list[str | None]:
    """Texts as the cells of a source are cleaned, on one line."""
    cleaned = clean_cells(pl.Series("text", values, dtype=pl.String))
    return cleaned.to_frame().select(squeeze(pl.col("text")))["text"].to_list()


def keys(values: list[str | None]) -> list[str | None]:
    """Match keys."""
    return (
        pl.DataFrame({"text": pl.Series(values, dtype=pl.String)}).select(normalised(pl.col("text")))["text"].to_list()
    )


@pytest.mark.parametrize("place", ["{}software", "soft{}ware", "software{}", "soft{}ware e{}\u0301", "so{0}{0}ft ware"])
def test_hidden_and_control_characters_are_cleaned_alike_in_labels_and_terms(place: str) -> None:
    texts: list[str | None] = [place.format(sign, sign) for sign in (*HIDDEN, *CONTROL, *DROPPED)]
    assert lines(texts) == cells(texts)
    assert keys(lines(texts)) == keys(cells(texts))


@pytest.mark.parametrize("sign", ["\u00ad", "\u200e", "\ufe0f", *DROPPED])
def test_an_invisible_character_inside_a_word_changes_no_key(sign: str) -> None:
    text: list[str | None] = [f"soft{sign}ware testing"]
    assert lines(text) == cells(text) == ["software testing"]
    assert keys(text) == keys(lines(text)) == ["software testing"], "cleaned or not"


@pytest.mark.parametrize("sign", ["\u00ad", "\u200e", "\ufe0f", "\u200b"])
def test_a_label_of_a_release_and_a_term_of_a_source_meet(vocabulary: Path, sign: str) -> None:
    written = f"soft{sign}ware testing"
    (vocabulary / "skills.csv").write_text(f"code,label,altLabels\nx,{written},Q{sign}A\n", "utf-8")
    skill = read_csv_vocabulary(vocabulary).skills.row(0, named=True)
    jobs = CONTRACTS["jobs"]
    row = example(jobs) | {"skills": f"{written}|Q{sign}A"}
    terms = clean(table(pl.DataFrame([row], schema=dict.fromkeys(jobs.fields, pl.String))), identity(jobs)).frame[
        "skills"
    ]
    assert keys([skill["label"], *skill["altLabels"]]) == keys(terms[0].to_list()) == ["software testing", "qa"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.none() | st.text(max_size=12) | st.text(st.sampled_from([*"aé \n", *HIDDEN, *CONTROL]), max_size=8)))
def test_both_ways_agree_and_change_nothing_twice(texts: list[str | None]) -> None:
    found = lines(texts)
    assert found == cells(texts)
    assert found == lines(found)
    once = clean_text(pl.Series(texts, dtype=pl.String))
    assert once.equals(clean_text(once), null_equal=True)
