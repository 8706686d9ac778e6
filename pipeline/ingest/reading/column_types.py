"""Type inference for columns of Python values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

_TYPES: dict[type, Any] = {bool: pl.Boolean, int: pl.Int64, float: pl.Float64, str: pl.String, date: pl.Date}
_INT64 = 2**63


def column(name: str, values: Sequence[Any]) -> pl.Series:
    """A series of the one type that ``values`` (None among them) have; else of text, numbers and days as ISO."""
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int, float}:
        kinds = {float}
    kind = next(iter(kinds)) if len(kinds) == 1 else str
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    if kind is list and all(type(item) in (str, type(None)) for value in values if value for item in value):
        return pl.Series(name, values, dtype=pl.List(pl.String))
    if kind is datetime and len({value.tzinfo is None for value in values if value is not None}) == 1:
        return pl.Series(name, values, dtype=pl.Datetime("us", _zone(values)))
    if kind is bytes:
        return _bytes(name, values)
    if kind in _TYPES and len(kinds) == 1 and (kind is not int or _small(values)):
        return pl.Series(name, values, dtype=_TYPES[kind])
    return pl.Series(name, [_text(value) for value in values], dtype=pl.String)


def together(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Parts of one table below each other; a column that has several types becomes text."""
    mixed: dict[str, Any] = {}
    for name in parts[0].columns:
        types = {part.schema[name] for part in parts} - {pl.Null()}
        if len(types) > 1:
            mixed[name] = pl.Float64() if types == {pl.Int64(), pl.Float64()} else pl.String()
        elif types:
            mixed[name] = types.pop()
    return pl.concat(
        [
            part.cast(mixed)  # type: ignore[arg-type]
            for part in parts
        ]
    )


def readable(frame: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with binary columns as text where they are UTF-8; some writers mark no text as such."""
    binary = [name for name, dtype in frame.schema.items() if dtype == pl.Binary]
    for name in binary:
        try:
            frame = frame.with_columns(pl.col(name).cast(pl.String))
        except pl.exceptions.PolarsError:
            continue
    return frame


def _zone(values: Sequence[Any]) -> str | None:
    return "UTC" if next(value for value in values if value is not None).tzinfo else None


def _small(values: Sequence[Any]) -> bool:
    return all(value is None or -_INT64 <= value < _INT64 for value in values)


def _bytes(name: str, values: Sequence[Any]) -> pl.Series:
    binary = pl.Series(name, values, dtype=pl.Binary)
    return readable(binary.to_frame())[name]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
