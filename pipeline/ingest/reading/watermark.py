"""Watermarks of file sources: filtering by the last one, and the newest one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading.table import LINE, ROW, Table
from skillpath.pipeline.ingest.source_spec import SourceSpec


def since_watermark(table: Table, spec: SourceSpec, since: str) -> Table:
    """The rows whose watermark is not below ``since``, and those that have none; rejected rows stay.

    Raises:
        BadInput: no such column, or ``since`` is no value of it.
    """
    marks, read = _marks(table, spec)
    order = read(marks) if marks.dtype == pl.String else marks
    least = read(pl.Series([since])) if marks.dtype == pl.String else _typed(since, marks.dtype)
    if least[0] is None:
        what = f"The watermark {since!r} is no {order.dtype}, which column {spec.watermark} holds"
        raise BadInput(what, where=table.file, todo="Use another column as watermark, or sync the source afresh")
    # A row without a watermark cannot be known to be old.
    return Table(table.file, table.frame.filter(order.is_null() | (order >= least[0])), table.rejected)


def newest(table: Table, spec: SourceSpec) -> str | None:
    """The highest watermark of a table as text, to give as ``since`` next time; None where no row has one."""
    if not spec.watermark or table.frame.is_empty():
        return None
    marks, read = _marks(table, spec)
    order = read(marks) if marks.dtype == pl.String else marks
    place = None if order.null_count() == order.len() else order.arg_max()
    return None if place is None else str(marks[place]).strip()


def _marks(table: Table, spec: SourceSpec) -> tuple[pl.Series, Callable[[pl.Series], pl.Series]]:
    """The watermark column, and what makes of its text something that has an order."""
    if spec.watermark not in table.frame.columns:
        found = ", ".join(name for name in table.frame.columns if name not in (ROW, LINE))
        raise BadInput(f"No column {spec.watermark!r} to go by", where=table.file, todo=f"It has {found}")
    marks = table.frame[spec.watermark]
    if marks.dtype != pl.String:
        return marks, _filled
    mapped = [name for name, column in spec.columns.items() if column == spec.watermark]
    style = next((spec.dates[name] for name in mapped if name in spec.dates), "")
    if style:
        return marks, lambda text: _filled(text).str.to_datetime(style, strict=False, time_unit="us")
    for dtype in (pl.Int64(), pl.Float64()):
        # Numbers written as text are compared as numbers, if all of them are.
        if _filled(marks).cast(dtype, strict=False).null_count() == _filled(marks).null_count():
            return marks, lambda text, dtype=dtype: _filled(text).cast(dtype, strict=False)
    return marks, _filled


def _filled(text: pl.Series) -> pl.Series:
    trimmed = text.str.strip_chars()
    return trimmed.set(trimmed == "", None)


def _typed(since: str, dtype: Any) -> pl.Series:
    if not dtype.is_temporal():
        return pl.Series([since]).cast(dtype, strict=False)
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return pl.Series([None], dtype=dtype)
    zone = getattr(dtype, "time_zone", None)
    if zone and not moment.tzinfo:
        moment = moment.replace(tzinfo=UTC)
    return pl.Series([moment if zone else moment.replace(tzinfo=None)]).cast(dtype)


def marks(table: Table, spec: SourceSpec) -> pl.DataFrame:
    """(row, mark, order): each row's watermark as text, and as something that has an order."""
    values, read = _marks(table, spec)
    order = read(values) if values.dtype == pl.String else values
    return pl.DataFrame({"row": table.frame[ROW], "mark": values.cast(pl.String).str.strip_chars(), "order": order})
