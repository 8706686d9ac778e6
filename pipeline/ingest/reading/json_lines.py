"""JSON lines: an object a line; a line that is none is rejected, a column of several types is text."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.quarantine import rejected
from skillpath.pipeline.ingest.reading.column_types import column
from skillpath.pipeline.ingest.reading.table import Table, none_rejected, numbered

_FEED, _SPACE = ord("\n"), ord(" ")


def read_json_lines(data: bytes, file: str) -> Table:
    """UTF-8 text as a table.

    Raises:
        BadInput: no line is an object.
    """
    starts, ends = _lines(data)
    if not starts.size:
        raise BadInput("The file has no rows", where=file, todo="Give a file with rows")
    try:
        frame = pl.read_ndjson(data, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        frame = pl.DataFrame()
    numbers = pl.Series(np.flatnonzero(ends - starts) + 1)
    if frame.height == len(numbers):
        return numbered(file, frame, lines=numbers)
    return _line_by_line(data, file)


def _lines(data: bytes) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """From and up to where each line has content: empty where it is blank."""
    text = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(text == _FEED)
    starts, ends = np.concatenate([[0], feeds + 1]), np.append(feeds, text.size)
    # How many bytes that are no space come before each place.
    seen = np.concatenate([[0], np.cumsum(text > _SPACE, dtype=np.int64)])
    blank = seen[ends] == seen[starts]
    if blank.all():
        return feeds[:0], feeds[:0]
    return starts, np.where(blank, starts, ends)


def _line_by_line(data: bytes, file: str) -> Table:
    """Objects of any keys and types: for what the fast reader refuses."""
    lines = [(number, line) for number, line in enumerate(data.decode().split("\n"), 1) if line.strip()]
    parsed = [(row, number, *_object(line)) for row, (number, line) in enumerate(lines, 1)]
    good = [(row, number, value) for row, number, value, why in parsed if not why]
    if not good:
        raise BadInput(f"Not JSON lines: {parsed[0][3]}", where=file, todo="Give one object a line")
    objects = [value for _, _, value in good]
    names = list(dict.fromkeys(name for value in objects for name in value))
    frame = pl.DataFrame([column(name, [value.get(name) for value in objects]) for name in names])
    rows, numbers = pl.Series([row for row, *_ in good]), pl.Series([number for _, number, _ in good])
    bad = [(row, number, lines[row - 1][1], why) for row, number, _, why in parsed if why]
    return numbered(file, frame, rows, numbers, _rejected(bad, file))


def _object(line: str) -> tuple[dict[str, Any], str]:
    """The object of a line, or why it is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {}, f"the line is no JSON: {error}"
    if not isinstance(value, dict):
        return {}, f"the line is a JSON {type(value).__name__}, not an object"
    return value, "" if value else "the object is empty"


def _rejected(bad: list[tuple[int, int, str, str]], file: str) -> pl.DataFrame:
    if not bad:
        return none_rejected()
    frame = pl.DataFrame(bad, schema=["row", "line", "value", "reason"], orient="row")
    return rejected(frame, file, column=pl.lit(""), value=pl.col("value"), reason=pl.col("reason"), rule="json")
