"""A table as read, each row with its number and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.quarantine import QUARANTINE_SCHEMA

ROW, LINE = "#row", "#line"
"""Columns that every table has beside those of its file, which may well be called ``row`` and ``line``."""


@dataclass(frozen=True)
class Table:
    """The rows of a file with `ROW` (from 1) and `LINE` (where it begins), and the rows that are no rows."""

    file: str
    frame: pl.DataFrame
    rejected: pl.DataFrame


def none_rejected() -> pl.DataFrame:
    """No quarantine rows."""
    return pl.DataFrame(schema=QUARANTINE_SCHEMA)


def numbered(
    file: str,
    frame: pl.DataFrame,
    rows: pl.Series | None = None,
    lines: pl.Series | None = None,
    rejected: pl.DataFrame | None = None,
) -> Table:
    """``frame`` with `ROW` (one after another when left out) and `LINE` (the row's number when left out) in front.

    Raises:
        BadInput: two columns share a name, or one has a name of ours.
    """
    check_header(frame.columns, file)
    row = rows if rows is not None else pl.int_range(1, frame.height + 1, eager=True)
    line = lines if lines is not None else row
    numbers = [row.cast(pl.Int64).alias(ROW), line.cast(pl.Int64).alias(LINE)]
    return Table(file, frame.select(*numbers, pl.all()), none_rejected() if rejected is None else rejected)


def named(header: list[str]) -> list[str]:
    """Column names without space around them; a column without any is called by its place."""
    names = [name.strip() for name in header]
    return [name or f"column {i}" for i, name in enumerate(names, 1)] if any(names) else names


def check_header(header: list[str], file: str) -> None:
    """Refuse a header that does not tell columns apart.

    Raises:
        BadInput: no names, the same name twice, NUL characters, or a name that every table has.
    """
    if {ROW, LINE} & set(header):
        raise BadInput(f"A column is called {ROW} or {LINE}", where=file, todo="Give it another name")
    if any("\0" in name for name in header):
        todo = 'Set encoding in its source, most likely encoding = "utf-16-le"'
        raise BadInput("Not a readable table: the header holds NUL characters", where=file, todo=todo)
    doubled = sorted({name for name in header if header.count(name) > 1})
    if not any(header) or doubled:
        what = f"the header names {', '.join(doubled)} twice" if any(doubled) else "the file has no header"
        raise BadInput(f"Not a readable table: {what}", where=file, todo="Mend the header")


def content(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"Cannot read: {error.strerror}", where=str(path), todo="Check its rights") from error
