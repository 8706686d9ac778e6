"""Text as it comes from a file to text we keep: NFC, no invisible characters, single spaces."""

from __future__ import annotations

import polars as pl

INVISIBLE = (
    r"[\x{00AD}\x{034F}\x{061C}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}"
    r"\x{2060}-\x{2064}\x{2066}-\x{206F}\x{FE0F}\x{FEFF}]"
)
# Tab, line feed, vertical tab, form feed, carriage return and U+0085 count as white space.
CONTROL = r"[\x00-\x08\x0E-\x1F\x7F-\x{84}\x{86}-\x{9F}]"
DAMAGED = r"\x{FFFD}"


def clean_text(column: pl.Expr) -> pl.Expr:
    """NFC, invisible characters dropped, control characters and runs of white space one space; empty is null.

    >>> pl.select(clean_text(pl.lit("  cafe\\u0301\\u200b \\n au lait "))).item()
    'café au lait'
    """
    visible = column.str.replace_all(CONTROL, " ").str.replace_all(INVISIBLE, "")
    text = visible.str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(text != "").then(text)


def clean_list(column: pl.Expr, separator: str, label: str) -> pl.Expr:
    """The distinct cleaned parts of ``column``, sorted, without the (cleaned) text of column ``label``."""
    parts = column.fill_null("").str.split(separator).list.eval(clean_text(pl.element())).list.drop_nulls()
    return parts.list.set_difference(pl.concat_list(clean_text(pl.col(label)))).list.unique().list.sort()
