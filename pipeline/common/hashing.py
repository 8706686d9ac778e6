"""Content hashes of rows.

It tells only whether a row is still the same: another version makes other hashes, so that all rows are derived and
written once more, to the same graph. What decides a result takes `ontology.stable_hash`.
"""

from __future__ import annotations

import polars as pl


def row_hash(*columns: str) -> pl.Expr:
    """Hash of the named columns of each row, of all when none is named, as an unsigned 64-bit number."""
    return pl.struct(columns or pl.all()).struct.json_encode().hash(seed=0)


def hashed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a ``hash`` of all they hold, as text."""
    return rows.with_columns(hash=row_hash().cast(pl.String))
