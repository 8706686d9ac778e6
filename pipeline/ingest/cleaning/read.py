"""Typed parsing of cells; a cell of another type is quarantined."""

from __future__ import annotations

import ast

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning.cell_text import clean_cells
from skillpath.pipeline.ingest.cleaning.days import read_days, read_moments
from skillpath.pipeline.ingest.contracts import TYPES, Contract, Field
from skillpath.pipeline.ingest.quarantine import QUARANTINE_SCHEMA, rejected
from skillpath.pipeline.ingest.source_spec import SourceSpec

TEXTS = ("text", "list", "salary")
"""Kinds that any cell can be read as."""
_PLAIN_LIST = r"^\['[^'\"\\\[\]]*'(, '[^'\"\\\[\]]*')*\]$"


def read_fields(
    raw: pl.DataFrame, file: str, spec: SourceSpec, contract: Contract
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows with typed columns, null where a cell cannot be read, and quarantine rows for those cells."""
    read = raw.select("row", "line")
    problems = [pl.DataFrame(schema=QUARANTINE_SCHEMA)]
    for name, field in contract.fields.items():
        values = read_field(raw[name], name, field, spec)
        read = read.with_columns(values.alias(name))
        if field.kind in TEXTS:
            continue
        given = clean_cells(raw[name]) if raw[name].dtype == pl.String else raw[name]
        failed = raw.filter(given.is_not_null() & values.is_null())
        reason = pl.lit(f"it cannot be read as {'an' if field.kind == 'integer' else 'a'} {field.kind}")
        problems.append(rejected(failed, file, column=pl.lit(name), value=pl.col(name), reason=reason, rule=field.kind))
    return read, pl.concat(problems)


def read_field(values: pl.Series, name: str, field: Field, spec: SourceSpec) -> pl.Series:
    """One column as its field's type; shape (n,)."""
    if field.kind == "list":
        terms = _terms(values, name, spec).cast(TYPES["list"])
        before = spec.prefix.get(name, "")
        return terms.list.eval(before + pl.element()) if before else terms
    if field.kind == "date":
        return read_days(values, spec.dates.get(name), spec.timezone)
    if field.kind == "time":
        return read_moments(values, spec.dates.get(name), spec.timezone)
    if field.kind in ("number", "integer"):
        return _number(values, whole=field.kind == "integer")
    text = clean_cells(values)
    return spec.prefix[name] + text if name in spec.prefix else text


def read_value(value: object, name: str, field: Field, spec: SourceSpec) -> pl.Series:
    """A value of the configuration as a series of one, read like a cell of that field.

    Raises:
        BadInput: it is no value of that field.
    """
    cell = pl.Series([value if isinstance(value, list) else str(value)])
    read = read_field(cell, name, field, spec)
    if read[0] is None:
        raise BadInput(
            f"{value!r} is no {field.kind}", where=f"source {spec.name}, complete.{name}", todo="Write one that is"
        )
    return read


def _number(values: pl.Series, *, whole: bool) -> pl.Series:
    plain = clean_cells(values) if values.dtype == pl.String else values
    number = plain.cast(pl.Float64, strict=False)
    number = number.zip_with(number.is_finite().fill_null(value=False), pl.Series([None], dtype=pl.Float64))
    if not whole:
        return number
    return number.zip_with(number == number.round(), pl.Series([None], dtype=pl.Float64)).cast(pl.Int64, strict=False)


def _terms(values: pl.Series, name: str, spec: SourceSpec) -> pl.Series:
    separator = spec.lists.get(name, "|")
    if name in spec.values:
        mapping = {key: "|".join(map(str, value)) for key, value in spec.values[name].items()}
        values, separator = clean_cells(values).replace(mapping), "|"
    if isinstance(values.dtype, pl.List):
        parts = values.cast(pl.List(pl.String))
    elif separator == "python":
        parts = _python_lists(values.cast(pl.String))
    else:
        parts = values.cast(pl.String).str.split(separator)
    return _tidy(parts)


def _tidy(parts: pl.Series) -> pl.Series:
    """Terms cleaned, empty ones and repetitions left out, in their order."""
    flat = parts.alias("term").to_frame().with_row_index("place").explode("term", empty_as_null=True, keep_nulls=True)
    cleaned = flat.with_columns(clean_cells(flat["term"]).alias("term"))
    # Every place is there once, in order: an empty list leaves one row without a term.
    terms = cleaned.group_by("place", maintain_order=True).agg("term")["term"]
    terms = terms.list.drop_nulls().list.unique(maintain_order=True)
    return terms.zip_with(parts.is_not_null(), pl.Series([None], dtype=terms.dtype))


def _python_lists(text: pl.Series) -> pl.Series:
    """Python lists written as text; plain ones are split, only what has quotes of its own is parsed, once each."""
    plain = text.str.contains(_PLAIN_LIST)
    split = text.str.strip_chars("[]").str.slice(1).str.head(-1).str.split("', '")
    odd = text.filter(~plain).unique()
    parsed = pl.DataFrame({"text": odd, "list": pl.Series([_python_list(x) for x in odd], dtype=split.dtype)})
    others = text.alias("text").to_frame().join(parsed, on="text", how="left", maintain_order="left")["list"]
    return split.zip_with(plain.fill_null(value=False), others)


def _python_list(text: str) -> list[str]:
    try:
        value = ast.literal_eval(text)
        return [str(item) for item in value if item is not None] if isinstance(value, list) else [str(value)]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return [text]
