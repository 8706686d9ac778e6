"""Cleaning is total: every row is taken, quarantined with a true reason, or not selected."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning import CleaningResult, clean
from skillpath.pipeline.ingest.source_spec import Select, SourceSpec
from skillpath.pipeline.ingest.tables import read_table

JOBS = {"code": "id", "title": "name", "posted_at": "day", "skills": "tags", "text": "body"}
HEADER = ["id", "name", "day", "tags", "body"]


def spec(path: Path, contract: str = "jobs", columns: dict[str, str] | None = None, **more: Any) -> SourceSpec:
    return SourceSpec(name="s", contract=contract, path=path, columns=columns or JOBS, **more)


def cleaned(folder: Path, rows: list[list[str]], **more: Any) -> CleaningResult:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([HEADER, *rows])
    path = folder / "jobs.csv"
    path.write_text(text.getvalue(), "utf-8")
    return clean(read_table(path), spec(path, **more))


def reasons(result: CleaningResult) -> list[tuple[int, str, str, str]]:
    return [tuple(row) for row in result.rejected.select("row", "column", "value", "reason").rows()]


def test_good_rows_are_typed(tmp_path: Path) -> None:
    result = cleaned(tmp_path, [["1", " Cook\u200b ", "2024-02-29", "soup| |soup|bread", ""]])
    row = result.frame.to_dicts()[0]
    assert row["title"] == "Cook"
    assert row["posted_at"] == datetime.date(2024, 2, 29)
    assert row["skills"] == ["soup", "bread"]
    assert row["text"] is None
    assert (row["row"], row["line"]) == (1, 2)
    assert result.rejected.is_empty()


@pytest.mark.parametrize("day", ["2023-02-29", "31.02.2020", "yesterday", "2020-13-01", "03/04/2024", "1711843200"])
def test_a_date_that_is_none(tmp_path: Path, day: str) -> None:
    assert reasons(cleaned(tmp_path, [["1", "x", day, "", ""]])) == [
        (1, "posted_at", day, "it cannot be read as a date")
    ]


def test_a_date_in_a_stated_format(tmp_path: Path) -> None:
    result = cleaned(tmp_path, [["1", "x", "12/31/2020", "", ""]], dates={"posted_at": "%m/%d/%Y"})
    assert result.frame["posted_at"].to_list() == [datetime.date(2020, 12, 31)]


def test_missing_and_repeated_codes(tmp_path: Path) -> None:
    rows = [["1", "a", "2024-01-01", "", ""], ["", "b", "2024-01-01", "", ""], ["1", "c", "2024-01-01", "", ""]]
    result = cleaned(tmp_path, rows)
    assert result.frame["title"].to_list() == ["a"]
    assert reasons(result) == [
        (2, "code", None, "it is missing"),
        (3, "code", "1", "this code stands in row 1 with another title"),
    ]


def test_unicode_oddities(tmp_path: Path) -> None:
    rows = [["e\u0301", "a\x00b\x07c", "2024-01-01", "", "\ufeff"], ["\u200b", "x", "2024-01-01", "", ""]]
    result = cleaned(tmp_path, rows)
    assert result.frame.select("code", "title", "text").rows() == [("\u00e9", "abc", None)]
    assert reasons(result)[0][:2] == (2, "code")


def test_ranges_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("s,r,p,m\na,x,0.5,90\na,y,7.5,\na,z,nan,\na,w,half,\na,v,-0.1,101\n", "utf-8")
    columns = {"student": "s", "resource": "r", "progress": "p", "score": "m"}
    result = clean(read_table(path), spec(path, "enrolments", columns))
    assert result.frame.select("resource", "progress", "score").rows() == [("x", 0.5, 90.0)]
    assert [(r[0], r[1], r[3]) for r in reasons(result)] == [
        (2, "progress", "it is above the most allowed"),
        (3, "progress", "it cannot be read as a number"),
        (4, "progress", "it cannot be read as a number"),
        (5, "progress", "it is below the least allowed"),
        (5, "score", "it is above the most allowed"),
    ]


def test_a_kind_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("c,k,t\n1,course,a\n2,potion,b\n", "utf-8")
    result = clean(read_table(path), spec(path, "resources", {"code": "c", "kind": "k", "title": "t"}))
    assert result.frame["code"].to_list() == ["1"]
    assert reasons(result) == [(2, "kind", "potion", "it is not one of the allowed values")]


def test_python_lists_are_read_and_never_run(tmp_path: Path) -> None:
    hostile = "[__import__('os').mkdir('/tmp/skillpath-was-here')]"
    rows = [["1", "x", "2024-01-01", "['a', 'b']", ""], ["2", "y", "2024-01-01", hostile, ""]]
    result = cleaned(tmp_path, rows, lists={"skills": "python"})
    assert result.frame["skills"].to_list() == [["a", "b"], [hostile]]
    assert not Path("/tmp/skillpath-was-here").exists()


def test_a_missing_column_is_named_with_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("id,name\n1,x\n", "utf-8")
    with pytest.raises(BadInput, match=r"no column body, day, tags .*The file has id, name"):
        clean(read_table(path), spec(path))


def test_extra_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("id,name,day,extra\n1,x,2024-01-01,?\n", "utf-8")
    result = clean(read_table(path), spec(path, columns={"code": "id", "title": "name", "posted_at": "day"}))
    assert result.ignored_columns == ("extra",)
    assert result.frame.height == 1


def test_maps_prefixes_and_selection(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("id,name,field,open\n1,a,IT,yes\n2,b,Farm,yes\n3,c,IT,no\n", "utf-8")
    result = clean(
        read_table(path),
        SourceSpec(
            name="s",
            contract="projects",
            path=path,
            columns={"code": "id", "title": "name", "industry": "field", "skills": "field"},
            values={"industry": {"IT": "software"}, "skills": {"IT": ["python", "git"]}},
            prefix={"code": "p:"},
            select=Select(where={"open": "yes"}),
        ),
    )
    assert result.frame.select("code", "industry", "skills").rows() == [
        ("p:1", "software", ["python", "git"]),
        ("p:2", "agriculture", ["Farm"]),
    ]
    assert result.not_selected == 1


def test_the_first_so_many_of_a_column(tmp_path: Path) -> None:
    pl.DataFrame({"user": [9, 9, 5, 7, 7, 3, 3, 3]}).write_parquet(tmp_path / "u.parquet")
    select = Select(by="user", at_least=2, first=2, distinct=("code",))
    found = clean(
        read_table(tmp_path / "u.parquet"), spec(tmp_path / "u.parquet", "students", {"code": "user"}, select=select)
    )
    assert found.frame["code"].to_list() == ["9", "7"]
    assert found.rejected.is_empty()


cells = st.one_of(
    st.text(max_size=12), st.sampled_from(["1", "2", "", "2024-01-01", "2024-99-01", "a|b", "nan", "\x00", "'"])
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(cells, min_size=4, max_size=6), max_size=12))
def test_every_row_ends_somewhere(tmp_path: Path, rows: list[list[str]]) -> None:
    encodable = [[cell.encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    result = cleaned(tmp_path, encodable, select=Select(since="2020-01-01"))
    taken, bad = set(result.frame["row"]), set(result.rejected["row"])
    assert not taken & bad
    assert len(taken) + len(bad) + result.not_selected == len([row for row in encodable if row])
    assert result.rejected["reason"].null_count() == 0
