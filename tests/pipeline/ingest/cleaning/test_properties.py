"""Cleaning is total and idempotent, whatever the cells hold."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.pipeline.ingest.cleaning import CleaningResult, clean
from skillpath.pipeline.ingest.contracts import CONTRACTS, TYPES, Contract
from skillpath.pipeline.ingest.source_spec import Select
from tests.pipeline.ingest.cleaning.made import identity, table

NASTY = [
    *("", " ", "\u200b", "\x00", "\x1f", "\ufeff", "\u202eabc", "مرحبا", "e\u0301", "\u1100\u1161", "İ", "ŉ", "ß", "ﬁ"),
    *("nan", "inf", "-inf", "1e400", "-0", "9" * 40, "1e5", "0.5", "-1", "7", "12.0", "0x10", "１２"),
    *("2024-02-30", "2024-03-31", "31.03.2024", "0000-00-00", "9999-12-31", "2024-11-05T09:30:00+14:00", "10000-01-01"),
    *(
        "a|b|a",
        "|",
        "['a', 'b']",
        "x" * 1_001,
        "本科",
        "北京 - 海淀",
        "HILL",
        "15-25K",
        "-5",
        "20k-10k",
        "None",
        "null",
    ),
    *("\u3000a\u3000b\u3000", "a\tb", "a\r\nb", "\u0345", "ΑΣ", "ẞ", "Ǆ"),
]
CELLS = st.sampled_from(NASTY) | st.text(max_size=8) | st.none()
NAMES = ["jobs", "students", "events", "feedback", "participation", "resources"]


def rows(contract: Contract) -> st.SearchStrategy[list[dict[str, str | None]]]:
    """Rows that are mostly good, so that every step sees some of them."""
    good = {name: st.just(field.example) for name, field in contract.fields.items()}
    cell = {name: st.one_of(good[name], good[name], good[name], CELLS) for name in contract.fields}
    for name in contract.key:
        cell[name] = st.one_of(cell[name], st.text(min_size=1, max_size=3))
    return st.lists(st.fixed_dictionaries(cell), min_size=1, max_size=8)


def check_total(result: CleaningResult, count: int) -> None:
    taken, bad = set(result.frame["row"]), set(result.rejected["row"])
    assert not taken & bad
    assert taken | bad <= set(range(1, count + 1))
    assert len(taken) + len(bad) + result.not_selected == count
    assert len(taken) == result.frame.height
    assert len(bad) == result.quarantined
    assert result.rejected.select("file", "line", "column", "reason", "rule").null_count().sum_horizontal().item() == 0
    assert 0 <= result.keyless <= result.quarantined


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_every_row_is_a_record_in_quarantine_or_not_wanted(data: st.DataObject) -> None:
    contract = CONTRACTS[data.draw(st.sampled_from(NAMES))]
    made = data.draw(rows(contract))
    frame = pl.DataFrame(made, schema=dict.fromkeys(contract.fields, pl.String))
    since = Select(since="2024-01-01") if "posted_at" in contract.fields else Select()
    chosen = data.draw(st.sampled_from([Select(), since, Select(where={contract.key[0]: frame[contract.key[0]][0]})]))
    result = clean(table(frame), identity(contract, select=chosen))
    check_total(result, frame.height)
    for name, field in contract.fields.items():
        assert result.frame.schema[name] == TYPES[field.kind]
        assert not field.required or result.frame[name].null_count() == 0
    if contract.dated:
        assert result.frame["month"].dt.day().drop_nulls().eq(1).all()


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_cleaning_what_is_clean_changes_nothing(data: st.DataObject) -> None:
    contract = CONTRACTS[data.draw(st.sampled_from(NAMES))]
    frame = pl.DataFrame(data.draw(rows(contract)), schema=dict.fromkeys(contract.fields, pl.String))
    once = clean(table(frame), identity(contract))
    again = clean(table(once.frame.select(*contract.fields)), identity(contract))
    assert again.rejected.is_empty(), again.rejected.rows()
    assert again.not_selected == 0
    assert again.frame.drop("row", "line").equals(once.frame.drop("row", "line"))


@pytest.mark.parametrize("name", list(CONTRACTS))
def test_a_table_without_rows_is_clean(name: str) -> None:
    contract = CONTRACTS[name]
    result = clean(table(pl.DataFrame(schema=dict.fromkeys(contract.fields, pl.String))), identity(contract))
    check_total(result, 0)
    assert result.frame.columns[: 2 + len(contract.fields)] == ["row", "line", *contract.fields]
    assert result.bad_share == 0.0
