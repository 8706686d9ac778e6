"""Text as it is kept: NFC, without invisible and control characters, trimmed; nothing but space is nothing."""

from __future__ import annotations

import polars as pl

INVISIBLE = r"\x{0000}-\x{0008}\x{000B}\x{000C}\x{000E}-\x{001F}\x{007F}\x{200B}-\x{200D}\x{2060}\x{FEFF}\x{FFFD}"
_COMPOSED = (
    r"\p{M}\x{0374}\x{037E}\x{0387}\x{0958}-\x{095F}\x{09DC}-\x{09DF}\x{0A33}-\x{0A5E}\x{0B5C}\x{0B5D}\x{0F43}-\x{0F69}"
    r"\x{1100}-\x{11FF}\x{1F71}-\x{1FFD}\x{2000}\x{2001}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}\x{2ADC}"
    r"\x{F900}-\x{FAFF}\x{FB1D}-\x{FB4E}\x{16D63}-\x{16D6A}\x{1D15E}-\x{1D1C0}\x{2F800}-\x{2FA1F}"
)
"""Every character that NFC changes or joins to the one before it, and a few more."""
_SUSPECT = f"[{INVISIBLE}{_COMPOSED}]"


def clean_text(values: pl.Series) -> pl.Series:
    """Cleaned text of any column; shape (n,).

    Normalising costs ten times as much as looking whether there is anything to normalise, so it is done to the few
    values that need it.
    """
    text = as_text(values).str.strip_chars()
    suspect = text.str.contains(_SUSPECT).fill_null(value=False)
    if suspect.any():
        places = suspect.arg_true()
        text = text.scatter(places, mended(text.gather(places)))
    return text.replace("", None) if (text == "").any() else text


def mended(text: pl.Series) -> pl.Series:
    """Text without invisible characters, composed; taking one out may bring two together that compose."""
    shown = text.str.replace_all(f"[{INVISIBLE}]", "")
    return shown.str.normalize("NFC").str.strip_chars()


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


def squeezed(text: pl.Expr) -> pl.Expr:
    """Runs of white space as one space."""
    return text.str.replace_all(r"\s+", " ").str.strip_chars()
