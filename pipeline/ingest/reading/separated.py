"""The reader of comma- and tab-separated text.

Unlike `ontology.formats.csv_rows`, which reads all but the first line of a broken row again, it goes on behind the
lines that the row took, as the second part of a broken record must not be synced as a record of its own, and it refuses
a file with a quote that is never closed.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from skillpath.errors import BadInput
from skillpath.ontology.formats.csv_limit import cell_limit
from skillpath.pipeline.ingest.quarantine import rejected
from skillpath.pipeline.ingest.reading.layout import Layout, layout, rows_at
from skillpath.pipeline.ingest.reading.table import Table, check_header, named, none_rejected, numbered

CELL_LIMIT = 10_000_000
"""Longest cell, in characters, that is taken."""
_OTHERS = (";", "\t", "|")
_QUOTES = {
    "expected after": "text follows a closed quote",
    "larger than field limit": f"a cell is longer than {CELL_LIMIT:,} characters",
}


def read_separated(data: bytes, file: str, separator: str) -> Table:
    """UTF-8 text as a table of text columns; rows of another width or with broken quotes are rejected.

    Raises:
        BadInput: no header, one that names a column twice, or a quote that is never closed.
    """
    separator = _separator(data, separator)
    places = layout(data, separator)
    longest = int((places.ends - places.starts).max(initial=0)) if places else 0
    table = _at_once(data, file, separator, places) if places and longest <= CELL_LIMIT else None
    return table or _cell_by_cell(data, file, separator)


def _separator(data: bytes, usual: str) -> str:
    """The usual one, unless the first line has it nowhere and another: Excel writes semicolons in half of Europe."""
    line = data[: data.find(b"\n") + 1 or len(data)].decode("utf-8", "replace")
    counts = {sign: line.count(sign) for sign in (usual, *_OTHERS)}
    return usual if counts[usual] else max(counts, key=lambda sign: counts[sign])


def _at_once(data: bytes, file: str, separator: str, places: Layout) -> Table | None:
    """The whole text through the fast reader; None where that one sees other rows than the layout does."""
    if not places.starts.size or places.blank[0]:
        return _cell_by_cell(data, file, separator)
    head = data[: int(places.ends[0])].decode()
    with cell_limit(CELL_LIMIT):
        header = named(next(csv.reader(io.StringIO(head, newline=""), delimiter=separator)))
    check_header(header, file)
    width = len(header)
    kept = ~places.blank & (places.cells == width)
    kept[0] = True
    try:
        frame = pl.read_csv(
            rows_at(data, places, kept),
            separator=separator,
            schema=dict.fromkeys(header, pl.String),
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != int(kept.sum()) - 1:
        return None
    kept[0] = False
    # The header is row 0; blank rows have no number.
    number = np.cumsum(~places.blank) - 1
    ragged = np.flatnonzero(~places.blank & (places.cells != width))
    bad = _Bad(number[ragged].tolist(), places.lines[ragged].tolist(), places.cells[ragged].tolist())
    bad.reasons += [_width(cells, width) for cells in bad.values]
    return numbered(file, frame, pl.Series(number[kept]), pl.Series(places.lines[kept]), bad.frame(file, "width"))


@dataclass
class _Bad:
    """Rows that are no rows: their numbers, lines, a value that shows it, and why."""

    rows: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    values: list[int | str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def add(self, row: int, line: int, value: int | str, reason: str) -> None:
        for collected, given in zip(
            (self.rows, self.lines, self.values, self.reasons), (row, line, value, reason), strict=True
        ):
            collected.append(given)  # type: ignore[attr-defined]

    def frame(self, file: str, rule: str) -> pl.DataFrame:
        if not self.rows:
            return none_rejected()
        values = [str(value) for value in self.values]
        frame = pl.DataFrame({"row": self.rows, "line": self.lines, "value": values, "reason": self.reasons})
        return rejected(frame, file, column=pl.lit(""), value=pl.col("value"), reason=pl.col("reason"), rule=rule)


def _width(cells: int | str, width: int) -> str:
    return f"the row has {cells} cells, the header {width}"


@cell_limit(CELL_LIMIT)
def _cell_by_cell(data: bytes, file: str, separator: str) -> Table:
    stream = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")
    reader = csv.reader(stream, delimiter=separator, strict=True)
    try:
        header = named(next(reader, []))
    except csv.Error as error:
        raise BadInput(f"Not a readable table: {error}", where=file, todo="Mend the header") from error
    check_header(header, file)
    rows, numbers, lines = list[list[str]](), list[int](), list[int]()
    ragged, broken, row = _Bad(), _Bad(), 0
    while True:
        start = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            row += 1
            broken.add(row, start, "", _broken(error, start, file))
            continue
        # A blank line is no row, but it counts as a line.
        if not cells:
            continue
        row += 1
        if len(cells) != len(header):
            ragged.add(row, start, len(cells), _width(len(cells), len(header)))
            continue
        rows.append(cells)
        numbers.append(row)
        lines.append(start)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row")
    bad = pl.concat([ragged.frame(file, "width"), broken.frame(file, "quotes")]).sort("row")
    return numbered(file, frame, pl.Series(numbers, dtype=pl.Int64), pl.Series(lines, dtype=pl.Int64), bad)


def _broken(error: csv.Error, line: int, file: str) -> str:
    """Why one row cannot be read; an open quote swallows all the rest, so that there is no table."""
    reason = next((reason for sign, reason in _QUOTES.items() if sign in str(error)), "")
    if reason:
        return reason
    what = (
        f"a quote in the row that begins on line {line} is never closed" if "end of data" in str(error) else str(error)
    )
    raise BadInput(f"Not a readable table: {what}", where=file, todo="Mend the file") from error
