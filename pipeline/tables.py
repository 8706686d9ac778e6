"""Files as tables: every cell as it stands, with the row and physical line it came from."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.quarantine import QUARANTINE_SCHEMA, rejected

CELL_LIMIT = 10_000_000
"""Longest cell, in characters, that the CSV reader takes."""
ROW, LINE = "#row", "#line"
"""Columns that every table has beside those of its file, which may well be called ``row`` and ``line``."""


@dataclass(frozen=True)
class Table:
    """The rows of a file with `ROW` (from 1) and `LINE` (where it begins), and the rows that are no rows."""

    file: str
    frame: pl.DataFrame
    rejected: pl.DataFrame


def read_table(path: Path) -> Table:
    """Read ``.csv``, ``.tsv``, ``.parquet`` or ``.jsonl``.

    Raises:
        BadInput: the file is missing, empty, unreadable or of another type.
    """
    if not path.is_file():
        raise BadInput("No such file", where=str(path), todo="Check the path")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise BadInput(
            f"Cannot read {path.suffix or 'a file without a suffix'}",
            where=str(path),
            todo=f"Give one of {', '.join(_READERS)}",
        )
    if path.stat().st_size == 0:
        raise BadInput("The file is empty", where=str(path), todo="Give a file with a header and rows")
    return reader(path)


def _read_separated(path: Path, separator: str) -> Table:
    csv.field_size_limit(CELL_LIMIT)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, delimiter=separator, strict=True)
            header = [name.strip() for name in next(reader, [])]
            rows = _numbered_rows(reader)
    except UnicodeDecodeError as error:
        raise BadInput(
            f"Not UTF-8 text (byte {error.start})", where=str(path), todo="Save the file as UTF-8"
        ) from error
    except csv.Error as error:
        raise BadInput(f"Not a readable table: {error}", where=str(path), todo="Mend the file") from error
    except OSError as error:
        raise BadInput(f"Cannot read: {error.strerror}", where=str(path), todo="Check its rights") from error
    _check_header(header, path)
    width = len(header)
    kept = [(i, line, *cells) for i, (line, cells) in enumerate(rows, 1) if len(cells) == width]
    ragged = [(i, line, len(cells)) for i, (line, cells) in enumerate(rows, 1) if len(cells) != width]
    schema = {ROW: pl.Int64, LINE: pl.Int64, **dict.fromkeys(header, pl.String)}
    return Table(str(path), pl.DataFrame(kept, schema=schema, orient="row"), _ragged(path, ragged, width))


def _numbered_rows(reader: Any) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, each with the physical line it begins on: with newlines in quotes not row + 1."""
    rows, start = [], reader.line_num + 1
    for cells in reader:
        if cells:
            rows.append((start, cells))
        start = reader.line_num + 1
    return rows


def _ragged(path: Path, rows: list[tuple[int, int, int]], width: int) -> pl.DataFrame:
    if not rows:
        return pl.DataFrame(schema=QUARANTINE_SCHEMA)
    frame = pl.DataFrame(rows, schema=["row", "line", "cells"], orient="row")
    return rejected(
        frame,
        str(path),
        column=pl.lit(""),
        value=pl.col("cells").cast(pl.String),
        reason=pl.format("the row has {} cells, the header {}", "cells", pl.lit(width)),
        rule="width",
    )


def _check_header(header: list[str], path: Path) -> None:
    if {ROW, LINE} & set(header):
        raise BadInput(f"A column is called {ROW} or {LINE}", where=str(path), todo="Give it another name")
    doubled = sorted({name for name in header if header.count(name) > 1})
    if not any(header) or doubled:
        what = f"the header names {', '.join(doubled)} twice" if doubled else "the file has no header"
        raise BadInput(f"Not a readable table: {what}", where=str(path), todo="Mend the header")


def _read_parquet(path: Path) -> Table:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(f"Not a Parquet file: {error}", where=str(path), todo="Check the file") from error
    return _numbered(path, frame)


def _read_json_lines(path: Path) -> Table:
    try:
        frame = pl.read_ndjson(path, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(f"Not JSON lines: {error}", where=str(path), todo="Give one object a line") from error
    # Blank lines between the objects are no rows, but they count.
    lines = [i for i, line in enumerate(path.read_bytes().split(b"\n"), 1) if line.strip()]
    return _numbered(path, frame, pl.Series(lines))


def _numbered(path: Path, frame: pl.DataFrame, lines: pl.Series | None = None) -> Table:
    if frame.is_empty():
        raise BadInput("The file has no rows", where=str(path), todo="Give a file with rows")
    _check_header(frame.columns, path)
    numbers = pl.int_range(1, frame.height + 1, eager=True)
    frame = frame.select(numbers.alias(ROW), (lines if lines is not None else numbers).alias(LINE), pl.all())
    return Table(str(path), frame, pl.DataFrame(schema=QUARANTINE_SCHEMA))


_READERS: dict[str, Callable[[Path], Table]] = {
    ".csv": lambda path: _read_separated(path, ","),
    ".tsv": lambda path: _read_separated(path, "\t"),
    ".parquet": _read_parquet,
    ".jsonl": _read_json_lines,
}
