"""Rows that could not be taken, kept with file, row, line, column, value, reason and rule."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillpath.common.atomic import atomic_file
from skillpath.errors import SkillpathError

QUARANTINE_SCHEMA = {
    "file": pl.String,
    "row": pl.Int64,
    "line": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "rule": pl.String,
}
VALUE_LENGTH = 200


def rejected(
    frame: pl.DataFrame, file: str, *, column: pl.Expr, value: pl.Expr, reason: pl.Expr, rule: str
) -> pl.DataFrame:
    """Rows of ``frame`` (with ``row`` and ``line``) as quarantine rows."""
    return frame.select(
        file=pl.lit(file),
        row=pl.col("row").cast(pl.Int64),
        line=pl.col("line").cast(pl.Int64),
        column=column,
        value=value.cast(pl.String).str.slice(0, VALUE_LENGTH),
        reason=reason,
        rule=pl.lit(rule),
    ).cast(QUARANTINE_SCHEMA)  # type: ignore[arg-type]


def write_quarantine(folder: Path, source: str, rows: pl.DataFrame) -> Path | None:
    """Keep the rejected rows of one source as CSV, replacing those of its last run; None if there are none."""
    path = folder / f"{source}.csv"
    try:
        if rows.is_empty():
            path.unlink(missing_ok=True)
            return None
        with atomic_file(path) as made:
            rows.write_csv(made)
    except OSError as error:
        raise SkillpathError(
            f"Cannot keep the quarantine: {error.strerror}", where=str(path), todo="Check space and rights"
        ) from error
    return path


def read_quarantine(folder: Path, source: str) -> pl.DataFrame:
    """The rejected rows that a source's last run kept; none where the file is gone."""
    path = folder / f"{source}.csv"
    if not path.is_file():
        return pl.DataFrame(schema=QUARANTINE_SCHEMA)
    return pl.read_csv(path, schema=QUARANTINE_SCHEMA)
