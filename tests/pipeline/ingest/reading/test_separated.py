"""The fast reader sees what the careful one sees, for any text at all, and is fast."""

from __future__ import annotations

import csv
import io
import time
import tracemalloc

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading import separated
from skillpath.pipeline.ingest.reading.layout import layout
from skillpath.pipeline.ingest.reading.separated import read_separated
from skillpath.pipeline.ingest.reading.table import Table

CELLS = st.text(alphabet='ab ,;"\n\r\0é分|', max_size=6)
SOUP = st.text(alphabet='ab,"\n\r ', max_size=40)


def carefully(data: bytes) -> Table | str:
    try:
        return separated._cell_by_cell(data, "t.csv", ",")
    except BadInput as error:
        return str(error)


def quickly(data: bytes) -> Table | str:
    try:
        places = layout(data, ",")
        table = separated._at_once(data, "t.csv", ",", places) if places else None
        return table or carefully(data)
    except BadInput as error:
        return str(error)


def same(data: bytes) -> None:
    fast, slow = quickly(data), carefully(data)
    if isinstance(fast, str) or isinstance(slow, str):
        assert fast == slow
        return
    assert fast.frame.equals(slow.frame)
    assert fast.rejected.equals(slow.rejected)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_written_tables(rows: list[list[str]], ending: str, ended: bool) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=ending).writerows([["x", "y"], *rows])
    text = stream.getvalue()
    same((text if ended else text.removesuffix(ending)).encode())


@settings(max_examples=500, deadline=None)
@given(SOUP)
def test_any_text(text: str) -> None:
    same(f"x,y\n{text}".encode())
    same(text.encode())


def test_the_fast_reader_is_what_reads_well_formed_text() -> None:
    for text in ("a,b\n1,2\n", 'a,b\r\n"1\r\n2",","\r\n', 'a\n"x ""y"""\n', "a,b\n1\n2,3,4\n\n5,6\n"):
        places = layout(text.encode(), ",")
        assert places is not None
        assert separated._at_once(text.encode(), "t.csv", ",", places) is not None
    for text in ('a,b\n1,2" pipe\n', "a,b\r1,2\r", 'a,b\n"x"y,1\n', 'a,b\n"1,2\n'):
        assert layout(text.encode(), ",") is None


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_another_separator_in_the_header_is_taken(separator: str) -> None:
    table = read_separated(f'a{separator}b\n1{separator}"x,y"\n'.encode(), "t.csv", ",")
    assert table.frame.rows() == [(1, 2, "1", "x,y")]


def test_a_hundred_columns_where_three_were_promised() -> None:
    wide, narrow = ",".join("x" * 100), "x"
    table = read_separated(f"a,b,c\n1,2,3\n{wide}\n{narrow}\n4,5,6\n".encode(), "t.csv", ",")
    assert table.frame["a"].to_list() == ["1", "4"]
    assert table.rejected["reason"].to_list() == [f"the row has {n} cells, the header 3" for n in (100, 1)]


def test_columns_without_a_name_are_called_by_their_place() -> None:
    assert read_separated(b",a,\n1,2,\n", "t.csv", ",").frame.columns[2:] == ["column 1", "a", "column 3"]


def test_a_cell_of_five_million_characters_is_read_and_one_of_eleven_is_not() -> None:
    table = read_separated(b'a,b\n1,"' + b"x\n" * 2_500_000 + b'"\n2,y\n', "t.csv", ",")
    assert table.frame["b"].str.len_chars().to_list() == [5_000_000, 1]
    assert table.frame["#line"].to_list() == [2, 2_500_003]
    table = read_separated(b"a,b\n1," + b"x" * 11_000_000 + b"\n2,y\n", "t.csv", ",")
    assert table.frame["a"].to_list() == ["2"]
    assert table.rejected["reason"].to_list() == ["a cell is longer than 10,000,000 characters"]


def posts(rows: int) -> bytes:
    """A jobs file of about 1 kB a row, a quoted text with a newline in each."""
    text = "You will work with data, people and machines.\n" + "Experience with SQL, Python and statistics. " * 20
    number = pl.int_range(rows, eager=True).cast(pl.String)
    frame = pl.DataFrame({"code": "j" + number, "title": "Data analyst, " + number, "text": text + number})
    return frame.with_columns(posted_at=pl.lit("2024-03-31")).write_csv().encode()


def test_speed_and_memory_on_a_typical_file() -> None:
    data = posts(50_000)
    # Of the processor, all threads together: other tests share the clock.
    begun = time.process_time()
    table = read_separated(data, "jobs.csv", ",")
    seconds = time.process_time() - begun
    assert table.frame.height == 50_000 and table.rejected.is_empty()
    assert table.frame["#line"][-1] == 2 + 2 * 49_999
    assert 50_000 / seconds > 100_000
    tracemalloc.start()
    read_separated(data, "jobs.csv", ",")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # numpy's share; the table itself is outside of what Python counts.
    assert peak < 2 * len(data)
