"""From cells to a contract: rename, fill, split, parse and validate; what fails is quarantined."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.contracts import CONTRACTS, TYPES, Contract, Field
from skillpath.pipeline.quarantine import QUARANTINE_SCHEMA, rejected
from skillpath.pipeline.source_spec import SourceSpec
from skillpath.pipeline.tables import LINE, ROW, Table

_INVISIBLE = r"[\x{0000}-\x{0008}\x{000B}\x{000C}\x{000E}-\x{001F}\x{007F}\x{200B}-\x{200D}\x{2060}\x{FEFF}\x{FFFD}]"
_DATE_FORMATS = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d")
_REASONS = {
    "not_nullable": "it is missing",
    "isin": "it is not one of the allowed values",
    "str_length": "its length is out of bounds",
    "greater_than_or_equal_to": "it is below the least allowed",
    "less_than_or_equal_to": "it is above the most allowed",
}


@dataclass(frozen=True)
class Cleaned:
    """Records that keep the contract (with ``row`` and ``line``), those that do not, and how many were not wanted."""

    frame: pl.DataFrame
    rejected: pl.DataFrame
    not_selected: int
    ignored_columns: tuple[str, ...]


def clean(table: Table, spec: SourceSpec) -> Cleaned:
    """Make contract records of a file's rows; every row is taken, quarantined or counted as not selected."""
    contract = CONTRACTS[spec.contract]
    _require_columns(table, spec)
    wanted = _select_raw(table.frame, spec)
    raw = _renamed(wanted, spec, contract)
    parsed, unread = _parse(raw, table.file, spec, contract)
    valid, invalid = _validate(parsed, table.file, contract)
    unique, repeated = _unique(valid, table.file, spec, contract)
    selected = _select_parsed(unique, spec)
    bad = pl.concat([table.rejected, unread, invalid, repeated]).sort("row", "column")
    quarantined = bad["row"].n_unique()
    rows = table.frame.height + table.rejected.height
    ignored = set(table.frame.columns) - set(spec.columns.values()) - {ROW, LINE}
    return Cleaned(selected, bad, rows - selected.height - quarantined, tuple(sorted(ignored)))


def _require_columns(table: Table, spec: SourceSpec) -> None:
    wanted = [*spec.columns.values(), *spec.select.where, *([spec.select.by] if spec.select.by else [])]
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
        _require_plain(column, table.frame.schema[column], fields.get(column, Field()), table.file)


def _require_plain(column: str, dtype: pl.DataType, field: Field, file: str) -> None:
    inner = dtype.inner if isinstance(dtype, pl.List) and field.kind == "list" else dtype
    if inner.is_nested() or isinstance(inner, pl.Binary | pl.Object):
        raise BadInput(
            f"Column {column} holds {dtype}, not {field.kind}",
            where=file,
            todo="Map another column or write it as text",
        )


def _select_raw(frame: pl.DataFrame, spec: SourceSpec) -> pl.DataFrame:
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


def _renamed(frame: pl.DataFrame, spec: SourceSpec, contract: Contract) -> pl.DataFrame:
    """Contract fields as they stand in the file; a field nothing fills is null."""

    def source(name: str) -> pl.Expr:
        if name in spec.columns:
            return pl.col(spec.columns[name])
        return pl.lit(spec.constants.get(name))

    return frame.select(row=ROW, line=LINE, **{name: source(name) for name in contract.fields})


def _parse(raw: pl.DataFrame, file: str, spec: SourceSpec, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Typed columns, and the rows with a value that could not be read as its type."""
    parsed = raw.with_columns(
        [_parsed(raw.schema[name], name, field, spec).alias(name) for name, field in contract.fields.items()]
    )
    problems = []
    for name, field in contract.fields.items():
        if field.kind in ("text", "list", "salary"):
            continue
        filled = _text(pl.col(name)) if raw.schema[name] == pl.String else pl.col(name)
        failed = raw.filter(filled.is_not_null() & parsed[name].is_null())
        reason = pl.lit(f"it cannot be read as {'an' if field.kind == 'integer' else 'a'} {field.kind}")
        problems.append(rejected(failed, file, column=pl.lit(name), value=pl.col(name), reason=reason, rule=field.kind))
    unread = pl.concat([pl.DataFrame(schema=QUARANTINE_SCHEMA), *problems])
    return parsed.join(unread, on="row", how="anti", maintain_order="left"), unread


def _text(column: pl.Expr) -> pl.Expr:
    """NFC, invisible and control characters removed, trimmed; empty is null."""
    cleaned = column.cast(pl.String).str.normalize("NFC").str.replace_all(_INVISIBLE, "").str.strip_chars()
    return pl.when(cleaned != "").then(cleaned)


def _parsed(dtype: pl.DataType, name: str, field: Field, spec: SourceSpec) -> pl.Expr:
    column = pl.col(name)
    if field.kind == "list":
        if name in spec.values:
            terms = {key: "|".join(value) for key, value in spec.values[name].items()}
            return _list(_text(column).replace(terms), pl.String(), "|")
        return _list(column, dtype, spec.lists.get(name, "|"))
    if name in spec.values:
        column = _text(column).replace({key: str(value) for key, value in spec.values[name].items()})
        dtype = pl.String()
    if field.kind == "date":
        return _date(column, dtype, spec.dates.get(name))
    if field.kind not in ("text", "salary"):
        number = _text(column) if dtype == pl.String else column
        value = number.cast(pl.Float64, strict=False)
        value = pl.when(value.is_finite()).then(value)
        whole = pl.when(value == value.round()).then(value).cast(pl.Int64, strict=False)
        return whole if field.kind == "integer" else value
    cleaned = _text(_whole(column) if dtype.is_float() else column)
    return pl.lit(spec.prefix[name]) + cleaned if name in spec.prefix else cleaned


def _whole(column: pl.Expr) -> pl.Expr:
    """A float column as text: 12.0 is the code 12, and NaN is nothing."""
    whole = column.cast(pl.Int64, strict=False).cast(pl.String)
    text = pl.when(column == column.round()).then(whole).otherwise(column.cast(pl.String))
    return pl.when(column.is_finite()).then(text)


def _list(column: pl.Expr, dtype: pl.DataType, separator: str) -> pl.Expr:
    if isinstance(dtype, pl.List):
        parts = column
    elif separator == "python":
        parts = column.cast(pl.String).map_elements(_python_list, return_dtype=pl.List(pl.String))
    else:
        parts = column.cast(pl.String).str.split(separator)
    return parts.list.eval(_text(pl.element())).list.drop_nulls().list.unique(maintain_order=True)


def _python_list(text: str) -> list[str]:
    try:
        value = ast.literal_eval(text)
        return [str(item) for item in value if item is not None] if isinstance(value, list) else [str(value)]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return [text]


def _date(column: pl.Expr, dtype: pl.DataType, style: str | None) -> pl.Expr:
    if isinstance(dtype, pl.Date | pl.Datetime):
        day = column.cast(pl.Date)
    else:
        text = _text(column)
        formats = (style,) if style else _DATE_FORMATS
        day = pl.coalesce([text.str.to_datetime(f, strict=False, time_unit="us").dt.date() for f in formats])
    return pl.when(day.is_between(date.min, date.max)).then(day)


def _validate(frame: pl.DataFrame, file: str, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame]:
    import pandera.errors

    frame = frame.cast({name: TYPES[field.kind] for name, field in contract.fields.items()})
    try:
        contract.schema().validate(frame, lazy=True)
        return frame, pl.DataFrame(schema=QUARANTINE_SCHEMA)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.filter(pl.col("index").is_not_null())
    place = frame.select("row", "line").with_row_index("index").cast({"index": pl.Int64})
    found = cases.cast({"index": pl.Int64}).join(place, on="index")
    kind = pl.col("check").str.extract(r"^(\w+)")
    bad = rejected(
        found,
        file,
        column=pl.col("column"),
        value=pl.col("failure_case"),
        reason=kind.replace(_REASONS),
        rule="contract",
    )
    return frame.join(bad, on="row", how="anti", maintain_order="left"), bad


def _unique(frame: pl.DataFrame, file: str, spec: SourceSpec, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first record of each key; later ones are quarantined, unless the source says they repeat on purpose."""
    first = frame.unique(list(contract.key), keep="first", maintain_order=True)
    if set(contract.key) <= set(spec.select.distinct):
        return first, pl.DataFrame(schema=QUARANTINE_SCHEMA)
    again = frame.join(first, on="row", how="anti")
    key = pl.concat_str([pl.col(name) for name in contract.key], separator=" / ")
    reason = pl.lit(f"this {' and '.join(contract.key)} stands in an earlier row already")
    return first, rejected(again, file, column=pl.lit(contract.key[0]), value=key, reason=reason, rule="duplicate")


def _select_parsed(frame: pl.DataFrame, spec: SourceSpec) -> pl.DataFrame:
    select = spec.select
    if select.since:
        frame = frame.filter(pl.col("posted_at") >= pl.lit(date.fromisoformat(str(select.since))))
    if select.until:
        frame = frame.filter(pl.col("posted_at") <= pl.lit(date.fromisoformat(str(select.until))))
    return frame
