"""Cleaning of vocabulary text: NFC, no invisible characters, single spaces."""

from __future__ import annotations

import polars as pl

INVISIBLE = (
    r"\x{00AD}\x{034F}\x{061C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}"
    r"\x{2060}-\x{2064}\x{2066}-\x{206F}\x{FE0F}\x{FEFF}"
)
"""Characters that show nothing and part nothing, as the inside of a character class."""
# Tab, line feed, vertical tab, form feed, carriage return and U+0085 count as white space.
CONTROL = r"[\x00-\x08\x0E-\x1F\x7F-\x{84}\x{86}-\x{9F}]"
DAMAGED = r"\x{FFFD}"
_GONE = f"[{CONTROL[1:-1]}{INVISIBLE}{DAMAGED}]"
_BREAKS = r"[\x0B\x0C\x{85}]"
"""White space that only some programs show as such."""
_COMPOSED = (
    r"\p{M}\x{0374}\x{037E}\x{0387}\x{0958}-\x{095F}\x{09DC}-\x{09DF}\x{0A33}-\x{0A5E}\x{0B5C}\x{0B5D}\x{0F43}-\x{0F69}"
    r"\x{1100}-\x{11FF}\x{1F71}-\x{1FFD}\x{2000}\x{2001}\x{2126}\x{212A}\x{212B}\x{2329}\x{232A}\x{2ADC}"
    r"\x{F900}-\x{FAFF}\x{FB1D}-\x{FB4E}\x{16D63}-\x{16D6A}\x{1D15E}-\x{1D1C0}\x{2F800}-\x{2FA1F}"
)
"""Every character that NFC changes or joins to the one before it, and a few more."""
SUSPECT = f"[{_GONE[1:-1]}{_BREAKS[1:-1]}{_COMPOSED}]"
"""Characters of text that may not be clean yet."""


def clean_text(values: pl.Series) -> pl.Series:
    """Cleaned text of a column of text, of labels and of terms alike; shape (n,), empty text is null.

    Invisible, control and damaged characters are dropped, also inside a word; lines stay lines. Normalising costs ten
    times as much as looking whether there is anything to normalise, so it is done to the few values that need it.

    >>> clean_text(pl.Series(["cafe\\u0301", " soft\\u00adware\\u200e ", "\\ufeff"])).to_list()
    ['café', 'software', None]
    """
    text = values.str.strip_chars()
    suspect = text.str.contains(SUSPECT).fill_null(value=False)
    if suspect.any():
        places = suspect.arg_true()
        text = text.scatter(places, _composed(text.gather(places)))
    return text.replace("", None) if (text == "").any() else text


def clean_line(column: pl.Expr) -> pl.Expr:
    """Text cleaned by `clean_text`, with every run of white space as one space.

    >>> pl.select(clean_line(pl.lit("  cafe\\u0301\\u200b \\n au lait "))).item()
    'café au lait'
    """
    return squeeze(column.map_batches(clean_text, return_dtype=pl.String, is_elementwise=True))


def clean_list(column: pl.Expr, separator: str, label: str) -> pl.Expr:
    """The distinct cleaned parts of ``column``, sorted, without the (cleaned) text of column ``label``."""
    parts = column.fill_null("").str.split(separator).list.eval(clean_line(pl.element())).list.drop_nulls()
    return parts.list.set_difference(pl.concat_list(clean_line(pl.col(label)))).list.unique().list.sort()


def squeeze(text: pl.Expr) -> pl.Expr:
    """Runs of white space as one space."""
    return text.str.replace_all(r"\s+", " ").str.strip_chars()


def _composed(text: pl.Series) -> pl.Series:
    """Text without what is dropped, composed; taking one out may bring two together that compose."""
    shown = text.str.replace_all(_GONE, "").str.replace_all(_BREAKS, " ")
    return shown.str.normalize("NFC").str.strip_chars()
