"""Watermarks of files: what is not older than the last one seen, whatever a column's type."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading import newest, read_source
from skillpath.pipeline.ingest.source_spec import APPEND, SourceSpec


def spec_of(path: Path, **more: Any) -> SourceSpec:
    return SourceSpec("s", "jobs", {"posted_at": "w"}, path=path, mode=APPEND, watermark="w", **more)


@pytest.mark.parametrize(
    ("values", "since", "kept", "last", "dates"),
    [
        (["9", "10", "", "8"], "9", ["9", "10", ""], "10", {}),
        (["0.5", "1e1", "2"], "2", ["1e1", "2"], "1e1", {}),
        (["2024-01-31", "2024-02-01", " 2024-01-30"], "2024-01-31", ["2024-01-31", "2024-02-01"], "2024-02-01", {}),
        (["31/01/2024", "01/02/2024", "?"], "01/02/2024", ["01/02/2024", "?"], "01/02/2024", {"posted_at": "%d/%m/%Y"}),
        (["31012024", "01022024"], "01022024", ["01022024"], "01022024", {"posted_at": "%d%m%Y"}),
    ],
)
def test_text(tmp_path: Path, values: list[str], since: str, kept: list[str], last: str, dates: dict[str, str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("w,x\n" + "".join(f"{value},1\n" for value in values))
    spec = spec_of(path, dates=dates)
    table = read_source(spec)
    assert newest(table, spec) == last
    assert read_source(spec, since=since).frame["w"].to_list() == kept
    assert read_source(spec, since=last).frame["w"].to_list()[0] == last


@pytest.mark.parametrize(
    ("column", "since", "kept", "last"),
    [
        (pl.Series([1, 3, None, 2]), "2", [3, None, 2], "3"),
        (pl.Series([date(2024, 1, 1), date(2024, 2, 1)]), "2024-01-15", [date(2024, 2, 1)], "2024-02-01"),
        (pl.Series([datetime(2024, 1, 1, 5), None]), "2024-01-01 05:00:00", [datetime(2024, 1, 1, 5), None], None),
    ],
)
def test_types(tmp_path: Path, column: pl.Series, since: str, kept: list[object], last: str | None) -> None:
    pl.DataFrame({"w": column}).write_parquet(tmp_path / "t.parquet")
    spec = spec_of(tmp_path / "t.parquet")
    seen = newest(read_source(spec), spec)
    assert last is None or seen == last
    assert read_source(spec, since=since).frame["w"].to_list() == kept
    assert seen and read_source(spec, since=seen).frame["w"].drop_nulls().len() == 1


def test_moments_with_a_zone(tmp_path: Path) -> None:
    moments = pl.Series([datetime(2024, 1, 1, 5), datetime(2024, 1, 1, 6)]).dt.replace_time_zone("UTC")
    pl.DataFrame({"w": moments}).write_parquet(tmp_path / "t.parquet")
    spec = spec_of(tmp_path / "t.parquet")
    seen = newest(read_source(spec), spec)
    assert seen and read_source(spec, since=seen).frame.height == 1
    assert read_source(spec, since="2024-01-01 05:30").frame.height == 1


def test_rejected_rows_stay_and_limits_count_them(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("w,x\n1,1\n2\n3,1\n4,1\n")
    spec = spec_of(path)
    table = read_source(spec, since="3")
    assert (table.frame["w"].to_list(), table.rejected["row"].to_list()) == (["3", "4"], [2])
    first = read_source(spec, limit=2)
    assert (first.frame["w"].to_list(), first.rejected["row"].to_list()) == (["1"], [2])
    assert read_source(spec, since="3", limit=2).frame["w"].to_list() == ["3"]


def test_a_watermark_that_is_none(tmp_path: Path) -> None:
    pl.DataFrame({"w": [1, 2]}).write_parquet(tmp_path / "t.parquet")
    with pytest.raises(BadInput, match="The watermark 'x' is no Int64"):
        read_source(spec_of(tmp_path / "t.parquet"), since="x")
    pl.DataFrame({"v": [1]}).write_parquet(tmp_path / "t.parquet")
    with pytest.raises(BadInput, match=r"No column 'w' to go by.*It has v"):
        read_source(spec_of(tmp_path / "t.parquet"), since="1")


def test_without_a_watermark_column_since_means_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\n1\n")
    spec = SourceSpec("s", "jobs", {}, path=tmp_path / "t.csv")
    assert read_source(spec, since="5").frame.height == 1
    assert newest(read_source(spec), spec) is None
