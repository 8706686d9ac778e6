"""Import files: every value as the importer reads it, or a sentence; collected rows are known at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import polars as pl
import pytest

from skillpath.errors import SkillpathError
from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import SourceState
from skillpath.graph.offline.compose import Composer
from skillpath.graph.offline.export import Column
from skillpath.graph.offline.importer_files import EMPTY, ID, LABELS, START, ImportFiles, Unwritable, importable
from skillpath.graph.offline.numbers import Numbers
from skillpath.graph.offline.staging_store import OfflineStore

MOMENT = datetime(2024, 1, 2, 3, 4, 5, 6, UTC)
NO_GRAPH = cast(Graph, None)


def enrolments(codes: list[str]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "code": codes,
            "student": [code.split("|")[0] for code in codes],
            "resource": "r:1",
            "properties": [{"progress": 0.5, "corrected": None}] * len(codes),
            "content": "1",
            "hash": "2",
            "mark": codes,
        },
        schema_overrides={"properties": pl.Struct({"progress": pl.Float64, "corrected": pl.Boolean})},
    )


@pytest.mark.parametrize(
    ("value", "kind", "header", "text"),
    [
        (7, pl.Int32, "x:long", 7),
        (0.1, pl.Float32, "x:double", 0.10000000149011612),
        (True, pl.Boolean, "x:boolean", True),
        (date(2024, 2, 29), pl.Date, "x:date", date(2024, 2, 29)),
        (MOMENT, pl.Datetime("us", "UTC"), "x:datetime", "2024-01-02T03:04:05.000006+00:00[UTC]"),
        (datetime(2024, 1, 2), pl.Datetime("us"), "x:localdatetime", "2024-01-02T00:00:00"),
        (["a", ""], pl.List(pl.String), "x:string[]", "a\x1f"),
        ([1, -1], pl.List(pl.Int64), "x:long[]", "1\x1f-1"),
        ([0.1, 1e-300], pl.List(pl.Float64), "x:double[]", "0.1\x1f1e-300"),
        ([date(2024, 1, 1)], pl.List(pl.Date), "x:date[]", "2024-01-01"),
    ],
)  # fmt: skip
def test_each_type_has_its_header_and_text(value: Any, kind: Any, header: str, text: Any) -> None:
    rows = pl.DataFrame({ID: [1], "x": pl.Series([value], dtype=kind)})
    assert importable(rows, {}).rows(named=True) == [{ID: 1, header: text}]


def test_empty_lists_are_named_and_nulls_are_nothing() -> None:
    rows = pl.DataFrame(
        {ID: [1, 2], LABELS: [["Course"], ["Mentor"]], "a": [[], ["x"]], "b": [["y"], None], "c": [None, None]},
        schema_overrides={"a": pl.List(pl.String), "c": pl.String},
    )
    made = importable(rows, {})
    assert made.columns == [ID, LABELS, "a:string[]", "b:string[]", f"{EMPTY}:string[]"]
    assert made[f"{EMPTY}:string[]"].to_list() == ["a", None]


@pytest.mark.parametrize("bad", [[""], ["a\x1fb"]])
def test_a_list_that_the_importer_would_change_is_refused(bad: list[str]) -> None:
    with pytest.raises(Unwritable, match="without --offline"):
        importable(pl.DataFrame({ID: [1], "x": [bad]}), {})


def test_files_know_their_longest_text_and_which_have_line_breaks(tmp_path: Path) -> None:
    files = ImportFiles(tmp_path)
    files.add_nodes("A", pl.DataFrame({ID: [1], "text": ["文字"]}))
    files.add_nodes("B", pl.DataFrame({ID: [2], "text": ["a\rb"]}))
    files.add_nodes("C", pl.DataFrame(schema={ID: pl.Int64}))
    assert files.arguments == ["--nodes=A=nodes-0.csv", "--nodes=B=nodes-1.csv"]
    assert (files.nodes, files.longest, files.multiline) == (2, 6, ["nodes-1.csv"])
    assert (tmp_path / "nodes-1.csv").read_bytes() == b':ID,text:string\n2,"a\rb"\n'


def test_two_nodes_of_one_code_are_refused() -> None:
    numbers = Numbers()
    numbers.new("Job", pl.Series(["a"]))
    numbers.new("Student", pl.Series(["a"]))
    for codes in (["a"], ["b", "b"]):
        with pytest.raises(SkillpathError, match="Two nodes labelled Job"):
            numbers.new("Job", pl.Series(codes))
    assert numbers.absent("Job", pl.Series(["c", None, "a", "c"])).to_list() == ["c"]


def test_relationships_without_one_end_are_left_out_as_online(tmp_path: Path) -> None:
    numbers, files = Numbers(), ImportFiles(tmp_path)
    numbers.new("Student", pl.Series(["u:1"]))
    numbers.new("Resource", pl.Series(["r:1"]))
    Composer(files, numbers, datetime.now(UTC), synthetic=True).edges("enrolments", "s", enrolments(["u:1|x", "u:9|x"]))
    written = pl.read_csv(tmp_path / "relationships-0.csv")
    assert files.arguments == ["--relationships=ENROLLED_IN=relationships-0.csv"]
    assert written.select(START, ":END_ID", "progress:double", "code:string", "source:string").rows() == [
        (0, 1, 0.5, "u:1|x", "s")
    ]


def test_what_was_collected_is_known(tmp_path: Path) -> None:
    store = OfflineStore(NO_GRAPH, "run", tmp_path / "rows")
    writer = store.writer("s", "enrolments")
    assert writer.records(enrolments(["u:1|x", "u:2|x"])) == Counts(2)
    assert store.records("enrolments", "s").rows() == [
        ("u:1|x", "1", "2", False, None),
        ("u:2|x", "1", "2", False, None),
    ]
    assert store.records("enrolments", "other").is_empty()
    owned = store.owned_elsewhere("enrolments", "other", pl.Series(["u:2|x", "u:3|x"]))
    assert owned.rows() == [("u:2|x", "s")]
    assert store.owned_elsewhere("enrolments", "s", pl.Series(["u:2|x"])).is_empty()
    assert store.known("student", pl.Series(["u:1"])).is_empty()
    assert not store.node("s").complete
    writer.finish(SourceState(rows=2), "")
    assert (store.node("s").complete, store.node("s").watermark, store.node("s").state.rows) == (True, "u:2|x", 2)
    assert store.parts[0].rows().drop("mark", strict=False).equals(enrolments(["u:1|x", "u:2|x"]).drop("mark"))


def test_columns_ask_for_text_where_drivers_lose_something() -> None:
    moments = Column("at", ("LIST<ZONED DATETIME NOT NULL> NOT NULL", "LIST<NOTHING> NOT NULL"), only=False)
    assert moments.asked["texts"] and not moments.asked["text"]
    assert Column("at", ("ZONED DATETIME NOT NULL",), only=False).asked["text"]
    assert Column("x", ("LIST<NOTHING> NOT NULL",), only=False).dtype == pl.List(pl.String)
