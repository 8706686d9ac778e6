"""Replay: rejected rows are kept as they stood, read again after mending, and shown so that a person can follow."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning import clean
from skillpath.pipeline.ingest.quarantine import QUARANTINE_SCHEMA, write_quarantine
from skillpath.pipeline.ingest.reading import LINE, ROW, Table, read_table
from skillpath.pipeline.ingest.replay import keep_rows, read_retry, rows_path, table_lines
from skillpath.pipeline.ingest.source_spec import SourceSpec

COLUMNS = {"code": "id", "title": "name", "posted_at": "day"}


def spec(**more: object) -> SourceSpec:
    return SourceSpec(name="jobs", contract="jobs", columns=COLUMNS | more)  # type: ignore[arg-type]


def quarantined(folder: Path, text: str) -> Table:
    (folder / "jobs.csv").write_text(text, "utf-8")
    table = read_table(folder / "jobs.csv")
    done = clean(table, spec())
    keep_rows(folder / "q", "jobs", table, done.rejected)
    write_quarantine(folder / "q", "jobs", done.rejected)
    return table


def test_mended_where_they_lie_and_played_again(tmp_path: Path) -> None:
    quarantined(tmp_path, "id,name,day,note\n1,a,2024-01-01,\n2,b,soon,keep me\n,c,2024-01-03,\n")
    path = rows_path(tmp_path / "q", "jobs")
    assert path.read_text("utf-8").splitlines() == [
        "#row,#line,#reason,id,name,day,note",
        "2,3,posted_at: it cannot be read as a date,2,b,soon,keep me",
        '3,4,code: it is missing,"",c,2024-01-03,""',
    ]
    path.write_text(path.read_text("utf-8").replace("soon", "2024-01-02"), "utf-8")
    retry = read_retry(tmp_path / "q", "jobs")
    assert retry is not None
    done = clean(retry, spec())
    assert done.frame.select("row", "line", "code", "title").rows() == [(2, 3, "2", "b")]
    assert done.rejected.select("row", "column").rows() == [(3, "code")]
    keep_rows(tmp_path / "q", "jobs", retry, done.rejected)
    assert [line[0] for line in path.read_text("utf-8").splitlines()] == ["#", "3"]


def test_columns_of_numbers_keep_their_names(tmp_path: Path) -> None:
    cells = {"id": [1, 2], "name": ["a", "b"], "day": ["soon", "2024-01-01"], "least": [1.5, 2.0], "most": [3.0, None]}
    pl.DataFrame(cells).write_parquet(tmp_path / "jobs.parquet")
    table = read_table(tmp_path / "jobs.parquet")
    keep_rows(tmp_path / "q", "jobs", table, clean(table, spec()).rejected)
    retry = read_retry(tmp_path / "q", "jobs")
    assert retry is not None
    assert retry.frame.select("id", "name", "day", "least", "most").rows() == [("1", "a", "soon", "1.5", "3")]


def test_nothing_rejected_leaves_nothing_of_an_earlier_run(tmp_path: Path) -> None:
    quarantined(tmp_path, "id,name,day\n1,a,soon\n")
    quarantined(tmp_path, "id,name,day\n1,a,2024-01-01\n")
    assert read_retry(tmp_path / "q", "jobs") is None
    assert table_lines(tmp_path / "q", "jobs") == []


def test_typed_columns_come_back_as_what_they_say(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            ROW: [1, 2],
            LINE: [1, 2],
            "id": [12.0, None],
            "when": [datetime(2024, 3, 31, 23, 30, tzinfo=UTC), None],
            "tags": [["a, b", 'say "c"'], None],
            "none": [[], ["x"]],
            "open": [True, None],
            "bytes": [b"x", None],
        }
    )
    bad = pl.DataFrame({"row": [1, 2], "column": ["a", "a"], "reason": ["x", "y"]}).join(
        pl.DataFrame(schema=QUARANTINE_SCHEMA).drop("column", "reason"), on="row", how="left"
    )
    keep_rows(tmp_path, "s", Table("t", frame, bad.clear()), bad)
    back = read_retry(tmp_path, "s")
    assert back is not None
    assert back.frame.drop(ROW, LINE).rows() == [
        ("12", "2024-03-31T23:30:00.000000+0000", ["a, b", 'say "c"'], [], "true"),
        ("", "", None, ["x"], ""),
    ]


def test_rows_that_a_person_adds_or_splits_get_numbers_of_their_own(tmp_path: Path) -> None:
    quarantined(tmp_path, "id,name,day\n1,a,soon\n2,b,soon\n")
    path = rows_path(tmp_path / "q", "jobs")
    with path.open("a", encoding="utf-8") as stream:
        stream.write("2,,,3,c,2024-01-01\n,,,4,d,2024-01-01\ntoo,few\n")
    retry = read_retry(tmp_path / "q", "jobs")
    assert retry is not None
    assert retry.frame[ROW].to_list() == [1, 2, 3, 4]
    assert retry.rejected["row"].to_list() == [9]
    done = clean(retry, spec())
    assert done.frame["code"].to_list() == ["3", "4"]
    assert done.quarantined == 3
    assert done.not_selected == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_spreadsheet_may_save_it(tmp_path: Path, encoding: str) -> None:
    quarantined(tmp_path, "id,name,day\n1,Köchin,soon\n")
    path = rows_path(tmp_path / "q", "jobs")
    saved = path.read_text("utf-8").replace(",", ";").replace("soon", "31.03.2024")
    path.write_text(saved, encoding)
    retry = read_retry(tmp_path / "q", "jobs")
    assert retry is not None
    assert clean(retry, spec()).frame["title"].to_list() == ["Köchin"]


def test_without_its_header_it_is_refused(tmp_path: Path) -> None:
    quarantined(tmp_path, "id,name,day\n1,a,soon\n")
    path = rows_path(tmp_path / "q", "jobs")
    path.write_text("id,name,day\n1,a,soon\n", "utf-8")
    with pytest.raises(BadInput, match="#reason are gone"):
        read_retry(tmp_path / "q", "jobs")


def test_shown_as_a_table(tmp_path: Path) -> None:
    long = "x" * 90
    quarantined(tmp_path, f'id,name,day\n1,a,"so\non"\n2,b,{long}\n3,c,never\n')
    lines = table_lines(tmp_path / "q", "jobs", most=2)
    assert lines[0].split() == ["row", "line", "column", "value", "reason"]
    assert lines[1].split()[:5] == ["1", "2", "posted_at", "so", "on"]
    assert "x" * 39 + "…" in lines[2] and "x" * 41 not in lines[2]
    assert lines[3].startswith("and 1 more in ")
    starts = {line.index("it cannot") for line in lines[1:3]}
    assert starts == {lines[0].index("reason")}


nasty = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20) | st.sampled_from(
    ['"', "a,b", "x\ny", "\r", "x\r\ny", "=1+1", "\u202eabc", "'"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(nasty, nasty), min_size=1, max_size=6))
def test_whatever_the_cells_hold(tmp_path: Path, cells: list[tuple[str, str]]) -> None:
    frame = pl.DataFrame(cells, schema={"a": pl.String, "b": pl.String}, orient="row")
    number = pl.int_range(1, frame.height + 1, eager=True)
    table = Table(
        "t", frame.select(number.alias(ROW), number.alias(LINE), pl.all()), pl.DataFrame(schema=QUARANTINE_SCHEMA)
    )
    bad = pl.DataFrame({"row": number, "column": "a", "reason": "bad"})
    keep_rows(tmp_path, "s", table, bad)
    back = read_retry(tmp_path, "s")
    assert back is not None
    assert back.frame.equals(table.frame)
