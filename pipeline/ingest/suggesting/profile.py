"""Profiles of a column's content: numbers, dates, pay, lists."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from skillpath.pipeline.ingest.cleaning.cell_text import as_text, clean_cells
from skillpath.pipeline.ingest.cleaning.days import read_days
from skillpath.pipeline.ingest.cleaning.money import read_pay
from skillpath.pipeline.ingest.source_spec import Money

STYLES = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y"),
    *("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%Y%m%d%H%M%S"),
)
SEPARATORS = ("\n", "|", ";", "；", "、", ",", "，", "/", "·")
_SAMPLE, _SHORT = 2_000, 200
"""Values looked at for patterns, and the longest mean length at which it is worth while."""
_TERM = 40
"""Longest mean length, in characters, of the terms of a list."""
_NUMBER = r"^\D{0,3}(\d+(?:\.\d+)?)"
_EPOCHS = {"epoch": (5e8, 4e9), "epoch_ms": (5e11, 4e12)}
_READABLE = 0.9


@dataclass(frozen=True)
class DateStyle:
    """How a column's days are read: ``style`` is empty for what needs none, ``other`` would do as well."""

    style: str
    share: float
    other: str = ""


class Profile:
    """One column: ``values`` as read, shape (n,)."""

    def __init__(self, values: pl.Series) -> None:
        self.name, self.values = values.name, values

    @cached_property
    def text(self) -> pl.Series:
        """Cleaned text of the filled cells."""
        if isinstance(self.values.dtype, pl.List):
            return clean_cells(self.values.cast(pl.List(pl.String)).list.join("|")).drop_nulls()
        return clean_cells(as_text(self.values)).drop_nulls()

    @cached_property
    def sample(self) -> pl.Series:
        """Some of the different values, from all over the column; none of long prose."""
        distinct = self.text.unique(maintain_order=True)
        return distinct.gather_every(max(1, distinct.len() // _SAMPLE)) if self.length <= _SHORT else distinct.head(0)

    @cached_property
    def filled(self) -> float:
        """Share of rows that hold anything."""
        return self.text.len() / max(self.values.len(), 1)

    @cached_property
    def distinct(self) -> int:
        """How many different values it has."""
        return self.text.n_unique()

    @cached_property
    def unique(self) -> float:
        """Different values for each row: 1 where a column tells all rows apart."""
        return self.distinct / max(self.values.len(), 1)

    @cached_property
    def length(self) -> float:
        """Mean length of a filled cell in characters."""
        return float(self.text.str.len_chars().mean() or 0.0)  # type: ignore[arg-type]

    @cached_property
    def spaced(self) -> float:
        """Share of filled cells with space inside."""
        return self._share(self.text.head(_SAMPLE).str.contains(r"\s"))

    @cached_property
    def numbers(self) -> pl.Series:
        """Filled cells as numbers, null where they are none."""
        return self.text.cast(pl.Float64, strict=False)

    def numeric(self, least: float | None = None, most: float | None = None) -> float:
        """Share of filled cells that are numbers within bounds."""
        numbers = self.numbers
        inside = numbers.is_not_null()
        inside = inside & (numbers >= least) if least is not None else inside
        return self._share(inside & (numbers <= most) if most is not None else inside)

    @cached_property
    def leading(self) -> float:
        """Share of filled cells that begin with a number, as “3-5 years” does."""
        return self._share(self.text.str.contains(_NUMBER))

    @cached_property
    def days(self) -> DateStyle:
        """The style in which most cells are days."""
        if self.values.dtype.is_temporal():
            return DateStyle("", 1.0)
        if not self.sample.len():
            return DateStyle("", 0.0)
        plain = self._days(None)
        if plain >= _READABLE:
            return DateStyle("", plain)
        for style, (least, most) in _EPOCHS.items():
            if self.numeric(least, most) >= _READABLE:
                return DateStyle(style, 1.0)
        found = sorted(((self._days(style), style) for style in STYLES), key=lambda pair: -pair[0])
        (share, style), rivals = found[0], [s for value, s in found[1:] if value == found[0][0]]
        return DateStyle(style, share, rivals[0] if rivals else "") if share > plain else DateStyle("", plain)

    @cached_property
    def pay(self) -> pl.DataFrame:
        """The sample read as pay; see `read_pay`."""
        return read_pay(self.sample, Money())

    @cached_property
    def separator(self) -> str:
        """What parts the terms of a list; ``python`` for lists written as such; empty where no cell has several."""
        if isinstance(self.values.dtype, pl.List):
            return "list"
        if self._share(self.text.head(_SAMPLE).str.contains(r"(?s)^\[.*\]$")) >= _READABLE:
            return "python"
        found = [(self._share(self.sample.str.contains(sign, literal=True)), sign) for sign in SEPARATORS]
        share, sign = max(found, key=lambda pair: pair[0])
        return sign if share >= 0.3 and self._terms(sign) <= _TERM else ""

    def _terms(self, sign: str) -> float:
        return float(self.sample.str.split(sign).explode().str.len_chars().mean() or 0.0)  # type: ignore[arg-type]

    def _days(self, style: str | None) -> float:
        return self._share(read_days(self.sample, style, "").is_not_null())

    def _share(self, mask: pl.Series) -> float:
        return float(mask.fill_null(value=False).mean() or 0.0)  # type: ignore[arg-type]
