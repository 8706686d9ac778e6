"""Cleaning of cell text: NFC, no invisible or control characters, trimmed."""

from __future__ import annotations

import polars as pl

from skillpath.ontology.matching.text_cleaning import clean_text


def clean_cells(values: pl.Series) -> pl.Series:
    """Cleaned text of any column; shape (n,); see `ontology.cleaning.clean_text`, which labels go through too."""
    return clean_text(as_text(values))


def as_text(values: pl.Series) -> pl.Series:
    """A column of any type as text, under its name: 12.0 is the code 12, NaN is nothing."""
    if values.dtype == pl.String:
        return values
    if not values.dtype.is_float():
        return values.cast(pl.String)
    column = pl.col("x")
    whole = column.cast(pl.Int64, strict=False).cast(pl.String)
    text = pl.when(column == column.round()).then(pl.coalesce(whole, column.cast(pl.String)))
    shown = pl.when(column.is_finite()).then(text.otherwise(column.cast(pl.String)))
    return values.alias("x").to_frame().select(shown).to_series().alias(values.name)
