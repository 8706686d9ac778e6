"""A corpus of broken files for every contract: each row is a record, or in quarantine with a reason that is true."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning import CleaningResult, clean
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.reading import Table, read_source
from skillpath.pipeline.ingest.source_spec import SourceSpec

EVERY = pytest.mark.parametrize("contract", CONTRACTS)
TEXTS = {"jobs": "text", "resources": "text", "projects": "text"}


def rows_of(contract: str, count: int = 3) -> list[dict[str, str]]:
    """Good rows: the contract's own examples under different keys."""
    fields = CONTRACTS[contract].fields
    key = next(name for name in CONTRACTS[contract].key if fields[name].kind == "text")
    return [{name: f.example + (f"-{i}" if name == key else "") for name, f in fields.items()} for i in range(count)]


def as_csv(rows: list[dict[str, str]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def spec_of(contract: str, path: Path, encoding: str = "", sheet: str = "") -> SourceSpec:
    return SourceSpec(
        "s", contract, {n: n for n in CONTRACTS[contract].fields}, path=path, encoding=encoding, sheet=sheet
    )


def taken(contract: str, path: Path, data: bytes, encoding: str = "") -> CleaningResult:
    """What is made of a file; every row of it is accounted for."""
    path.write_bytes(data)
    spec = spec_of(contract, path, encoding)
    table = read_source(spec)
    cleaned = clean(table, spec)
    rows = set(table.frame["#row"]) | set(table.rejected["row"])
    assert set(cleaned.frame["row"]) | set(cleaned.rejected["row"]) == rows
    assert not set(cleaned.frame["row"]) & set(cleaned.rejected["row"])
    return cleaned


def reasons(cleaned: CleaningResult) -> list[tuple[int, int, str]]:
    return cleaned.rejected.select("row", "line", "rule").unique(maintain_order=True).rows()


@EVERY
@pytest.mark.parametrize(
    ("mark", "encoding", "message"),
    [
        (b"", "utf-8", ""),
        (codecs.BOM_UTF8, "utf-8", ""),
        (codecs.BOM_UTF16_LE, "utf-16-le", ""),
        (codecs.BOM_UTF16_BE, "utf-16-be", ""),
        (codecs.BOM_UTF32_LE, "utf-32-le", ""),
        (b"", "gb18030", "gb18030"),
        (b"", "utf-16-le", "utf-16-le"),
    ],
)
def test_encodings(tmp_path: Path, contract: str, mark: bytes, encoding: str, message: str) -> None:
    rows = rows_of(contract)
    name = next(n for n, f in CONTRACTS[contract].fields.items() if f.kind == "text" and not f.one_of and not f.coding)
    rows[1][name] = "数据分析师 é"
    cleaned = taken(contract, tmp_path / "t.csv", mark + as_csv(rows).encode(encoding), message)
    assert cleaned.rejected.is_empty()
    assert cleaned.frame[name][1] == "数据分析师 é"


@EVERY
def test_a_wrong_encoding_is_told_with_its_byte_and_line(tmp_path: Path, contract: str) -> None:
    rows = rows_of(contract)
    rows[2][next(iter(rows[2]))] = "数据"
    data = as_csv(rows).encode("gb18030")
    (tmp_path / "t.csv").write_bytes(data)
    byte = next(i for i, value in enumerate(data) if value > 127)
    with pytest.raises(BadInput, match=rf"Not UTF-8 text: byte {byte} on line 4 .*encoding = \"gb18030\""):
        read_source(spec_of(contract, tmp_path / "t.csv"))
    with pytest.raises(BadInput, match="No text encoding 'klingon'"):
        read_source(spec_of(contract, tmp_path / "t.csv", "klingon"))
    with pytest.raises(BadInput, match="No text encoding 'hex'"):
        read_source(spec_of(contract, tmp_path / "t.csv", "hex"))


def test_a_wrong_byte_far_inside_is_told_where_it_is(tmp_path: Path) -> None:
    row = "Müller,数据\n".encode()
    data = b"a,b\n" + row * 100_000 + b"\xff,x\n"
    (tmp_path / "t.csv").write_bytes(data)
    with pytest.raises(BadInput, match=rf"byte {data.index(0xFF)} on line 100002 "):
        read_source(SourceSpec("s", "jobs", {}, path=tmp_path / "t.csv"))
    (tmp_path / "g.csv").write_bytes(b"a,b\n" + "数据,x\n".encode("gb18030") * 300_000)
    table = read_source(SourceSpec("s", "jobs", {}, path=tmp_path / "g.csv", encoding="gb18030"))
    assert table.frame["a"].unique().to_list() == ["数据"]


@EVERY
def test_rows_of_another_width_and_broken_quotes(tmp_path: Path, contract: str) -> None:
    lines = as_csv(rows_of(contract, 4)).splitlines()
    lines[2] = lines[2] + "," + ",".join("x" * 100)
    lines[3] = '"open" and more,' + lines[3]
    cleaned = taken(contract, tmp_path / "t.csv", ("\n".join(lines) + "\nshort\n").encode())
    assert reasons(cleaned) == [(2, 3, "width"), (3, 4, "quotes"), (5, 6, "width")]
    assert cleaned.frame["row"].to_list() == [1, 4]


@EVERY
def test_newlines_within_cells_keep_physical_lines(tmp_path: Path, contract: str) -> None:
    rows = rows_of(contract, 4)
    field = TEXTS.get(contract, next(iter(rows[0])))
    rows[1][field] = "one\ntwo\r\nthree"
    needed = next(n for n, f in CONTRACTS[contract].fields.items() if f.required)
    rows[3][needed] = ""
    cleaned = taken(contract, tmp_path / "t.csv", as_csv(rows).encode())
    # Rows 1 and 2 begin on lines 2 and 3, and the latter takes three.
    assert cleaned.frame.filter(pl.col("row") <= 3)["line"].to_list() == [2, 3, 6]
    assert (4, 7) in [(row, line) for row, line, _ in reasons(cleaned)]


@EVERY
def test_nul_bytes_and_a_cell_of_five_megabytes(tmp_path: Path, contract: str) -> None:
    rows = rows_of(contract)
    name = TEXTS.get(contract, next(iter(rows[0])))
    rows[0][name] = "a\0b"
    rows[1][name] = "x" * 5_000_000
    cleaned = taken(contract, tmp_path / "t.csv", as_csv(rows).encode())
    assert cleaned.frame[name][0] == "ab"
    assert [row for row, _, _ in reasons(cleaned)] == [2]
    assert all(len(value) <= 200 for value in cleaned.rejected["value"].drop_nulls())


@EVERY
def test_headers_that_do_not_tell_columns_apart(tmp_path: Path, contract: str) -> None:
    lines = as_csv(rows_of(contract)).splitlines()
    path = tmp_path / "t.csv"
    first = lines[0].split(",")[0]
    path.write_text("\n".join([f"{lines[0]},{first}", *(line + ",x" for line in lines[1:])]))
    with pytest.raises(BadInput, match=f"the header names {first} twice"):
        read_source(spec_of(contract, path))
    path.write_text("\n".join([lines[0].replace(first, "other", 1), *lines[1:]]))
    with pytest.raises(BadInput, match=f"no column {first}"):
        clean(read_source(spec_of(contract, path)), spec_of(contract, path))


@EVERY
def test_a_column_that_changes_its_type_midway(tmp_path: Path, contract: str) -> None:
    """Codes that are numbers first and text later stay codes, in every format that has types."""
    key = next(n for n in CONTRACTS[contract].key if CONTRACTS[contract].fields[n].kind == "text")
    rows: list[dict[str, object]] = [dict(row) for row in rows_of(contract, 4)]
    for row, value in zip(rows, [1, 2.5, "three", True], strict=True):
        row[key] = value
    path = tmp_path / "t.jsonl"
    cleaned = taken(contract, path, "\n".join(json.dumps(row) for row in rows).encode())
    assert cleaned.frame[key].to_list() == ["1", "2.5", "three", "true"]
    excel(tmp_path / "t.xlsx", [list(rows[0]), *(list(row.values()) for row in rows)])
    spec = spec_of(contract, tmp_path / "t.xlsx")
    assert clean(read_source(spec), spec).frame[key].to_list() == ["1", "2.5", "three", "true"]


def excel(path: Path, cells: Sequence[Sequence[object]], *, top: int = 0) -> None:
    book = xlsxwriter.Workbook(path)
    sheet, _ = book.add_worksheet("Data"), book.add_worksheet("Empty")
    for i, row in enumerate(cells, top):
        for j, value in enumerate(row):
            sheet.write(i, j, value)
    book.close()


def read(path: Path, sheet: str = "") -> Table:
    return read_source(SourceSpec("s", "jobs", {}, path=path, sheet=sheet))


def test_workbooks_keep_lines_and_dates_and_tell_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    excel(path, [["code", "day", "", ""], [20240131000012, "2024-03-31", "", "x"], [], ["b", "", "", ""]], top=2)
    table = read(path)
    assert table.frame.columns == ["#row", "#line", "code", "day", "column 3"]
    assert table.frame["#line"].to_list() == [4, 6]
    assert table.frame["code"].to_list() == ["20240131000012", "b"]
    with pytest.raises(BadInput, match="The sheet is empty"):
        read(path, "Empty")
    with pytest.raises(BadInput, match=r"No sheet 'Jobs'.*It has Data, Empty"):
        read(path, "Jobs")
    excel(path, [["a", "a"], [1, 2]])
    with pytest.raises(BadInput, match="the header names a twice"):
        read(path)


@pytest.mark.parametrize("name", ["t.xlsx", "t.parquet"])
def test_files_cut_short(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "t.xlsx":
        excel(path, [["a"], *([i] for i in range(1000))])
    else:
        pl.DataFrame({"a": range(1000)}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadInput, match=r"Not an? (Excel workbook|Parquet file): .+") as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_json_lines_that_are_none_are_quarantined(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1, "b": [1, "x"]}\n\n{"a": \n[1]\n{"a": {"c": 2}, "b": ["y"]}\n{"a": NaN} {}\n{}\n')
    table = read(path)
    assert table.frame.select("#row", "#line", "a").rows() == [(1, 1, "1"), (4, 5, '{"c": 2}')]
    assert table.rejected["line"].to_list() == [3, 4, 6, 7]
    assert table.rejected["reason"][1] == "the line is a JSON list, not an object"
    assert table.rejected["reason"][0].startswith("the line is no JSON: Expecting value")


def test_parquet_text_that_is_not_marked_as_such(tmp_path: Path) -> None:
    pl.DataFrame({"a": ["é".encode(), None], "b": [b"\xff", b"x"]}).write_parquet(tmp_path / "t.parquet")
    frame = read(tmp_path / "t.parquet").frame
    assert frame["a"].to_list() == ["é", None]
    assert frame["b"].dtype == pl.Binary
