"""Selection of a source's rows, and checks of its required columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.contracts import CONTRACTS, Field
from skillpath.pipeline.ingest.source_spec import SourceSpec
from skillpath.pipeline.ingest.tables import LINE, ROW, Table


def require_columns(table: Table, spec: SourceSpec) -> None:
    """Refuse a table that lacks a column the source names, or has one of a type that no field can be read from.

    Raises:
        BadInput: which columns are missing and what there is, or what a column holds.
    """
    made = [column for columns in spec.digest.values() for column in columns]
    wanted = [*spec.columns.values(), *made, *spec.select.where, *([spec.select.by] if spec.select.by else [])]
    missing = sorted(set(wanted) - set(table.frame.columns))
    if missing:
        found = ", ".join(c for c in table.frame.columns if c not in (ROW, LINE))
        raise BadInput(
            f"Source {spec.name}: no column {', '.join(missing)}",
            where=table.file,
            todo=f"The file has {found}: mend it or the configuration",
        )
    fields = {column: CONTRACTS[spec.contract].fields[name] for name, column in spec.columns.items()}
    for column in wanted:
        field = fields.get(column, Field("list" if column in made else "text"))
        _require_plain(column, table.frame.schema[column], field, table.file)


def ignored_columns(table: Table, spec: SourceSpec) -> tuple[str, ...]:
    """Columns of the table that nothing in the source's mapping reads."""
    read = {*spec.columns.values(), *(column for columns in spec.digest.values() for column in columns)}
    return tuple(sorted(set(table.frame.columns) - read - {ROW, LINE, spec.watermark}))


def _require_plain(column: str, dtype: pl.DataType, field: Field, file: str) -> None:
    inner = dtype.inner if isinstance(dtype, pl.List) and field.kind == "list" else dtype
    if inner.is_nested() or isinstance(inner, pl.Binary | pl.Object):
        raise BadInput(
            f"Column {column} holds {dtype}, not {field.kind}",
            where=file,
            todo="Map another column or write it as text",
        )


def select_raw(frame: pl.DataFrame, spec: SourceSpec) -> pl.DataFrame:
    """The rows whose cells are as ``where`` and ``by`` want them."""
    select = spec.select
    for column, value in select.where.items():
        frame = frame.filter(_equals(column, frame.schema[column], value))
    if select.by:
        counts = frame.group_by(select.by, maintain_order=True).len().filter(pl.col("len") >= select.at_least)
        chosen = counts.head(select.first) if select.first else counts
        frame = frame.join(chosen.select(select.by), on=select.by, how="semi", maintain_order="left")
    return frame


def _equals(column: str, dtype: pl.DataType, value: Any) -> pl.Expr:
    if dtype.is_numeric() and isinstance(value, int | float) and not isinstance(value, bool):
        return pl.col(column) == value
    # A CSV file knows no types: its text true is meant by the configuration's true.
    return pl.col(column).cast(pl.String) == (str(value).lower() if isinstance(value, bool) else str(value))


def select_days(frame: pl.DataFrame, spec: SourceSpec) -> pl.DataFrame:
    """The records posted within the days that the source wants."""
    select = spec.select
    if select.since:
        frame = frame.filter(pl.col("posted_at") >= pl.lit(date.fromisoformat(str(select.since))))
    if select.until:
        frame = frame.filter(pl.col("posted_at") <= pl.lit(date.fromisoformat(str(select.until))))
    return frame
