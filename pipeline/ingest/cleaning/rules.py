"""Validation rules of records: within fields (pandera), between fields, between records."""

from __future__ import annotations

import polars as pl

from skillpath.pipeline.ingest.cleaning.cell_text import clean_cells
from skillpath.pipeline.ingest.contracts import TYPES, Contract
from skillpath.pipeline.ingest.quarantine import QUARANTINE_SCHEMA, VALUE_LENGTH, rejected
from skillpath.pipeline.ingest.source_spec import SourceSpec

RULES = {
    "width": "it has more or fewer cells than the header has names",
    "quotes": "a quote is opened where it may not be, or never closed, or a cell is longer than the reader takes",
    "json": "its line is no JSON object",
    "date": "a cell is no day, or could be two: 03/04/2024 is read only where the source says how",
    "time": "a cell is no moment, or one that the clock of its zone leaves out",
    "number": "a cell is no finite number",
    "integer": "a cell is no whole number",
    "contract": "a required value is missing, a value is not allowed, out of its bounds or too long",
    "salary": "pay is negative, or its least above its most",
    "order": "of two days, the later one stands where the earlier belongs",
    "any_of": "of several fields that can tell something, none does",
    "duplicate": "its key stands in an earlier row already; the reason says which, and what differs",
    "reference": "it refers to a record that is not there; it is taken once that is",
    "owner": "another source has a record with this code",
}
"""Why rows are quarantined, by the rule that is kept with them."""
_NAMED = 3
"""Differing fields that the reason of a conflict names."""
_REASONS = {
    "not_nullable": "it is missing",
    "isin": "it is not one of the allowed values",
    "greater_than_or_equal_to": "it is below the least allowed",
    "less_than_or_equal_to": "it is above the most allowed",
}


def broken(frame: pl.DataFrame, file: str, contract: Contract) -> pl.DataFrame:
    """Quarantine rows of every rule within a record that a row of ``frame`` breaks."""
    parts = [_fields(frame, file, contract), *_lengths(frame, file, contract)]
    for first, second in contract.ordered:
        late = frame.filter(pl.col(first) > pl.col(second))
        reason = pl.format("{} is later: {}", pl.lit(first), pl.col(first))
        parts.append(rejected(late, file, column=pl.lit(second), value=pl.col(second), reason=reason, rule="order"))
    for group in contract.any_of:
        none = frame.filter(pl.all_horizontal(pl.col(*group).is_null()))
        reason = pl.lit(f"one of {', '.join(group)} is needed")
        parts.append(rejected(none, file, column=pl.lit(group[0]), value=pl.lit(None), reason=reason, rule="any_of"))
    return pl.concat(parts)


def _fields(frame: pl.DataFrame, file: str, contract: Contract) -> pl.DataFrame:
    import pandera.errors

    typed = frame.select(pl.col(name).cast(TYPES[field.kind]) for name, field in contract.fields.items())
    try:
        contract.schema().validate(typed, lazy=True)
        return pl.DataFrame(schema=QUARANTINE_SCHEMA)
    except pandera.errors.SchemaErrors as error:
        cases = error.failure_cases.filter(pl.col("index").is_not_null())
    place = frame.select("row", "line").with_row_index("index").cast({"index": pl.Int64})
    # What is too long is told by its length, below.
    kind = pl.col("check").str.extract(r"^(\w+)")
    found = cases.cast({"index": pl.Int64}).filter(kind != "str_length").join(place, on="index")
    return rejected(
        found,
        file,
        column=pl.col("column"),
        value=pl.col("failure_case"),
        reason=kind.replace(_REASONS),
        rule="contract",
    )


def _lengths(frame: pl.DataFrame, file: str, contract: Contract) -> list[pl.DataFrame]:
    found = []
    for name, field in contract.fields.items():
        text = pl.col(name)
        if field.kind == "list":
            long, value = text.list.eval(pl.element().str.len_chars()).list.max(), text.list.join("|")
        elif field.kind in ("text", "salary"):
            long, value = text.str.len_chars(), text
        else:
            continue
        over = frame.filter(long > field.longest)
        reason = pl.format("it has {} characters, {} are allowed", long, pl.lit(field.longest))
        found.append(rejected(over, file, column=pl.lit(name), value=value, reason=reason, rule="contract"))
    return found


def as_written(bad: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """Quarantine rows with the cell as the source has it, instead of what was read from it."""
    parts = []
    for (name,), rows in bad.group_by("column", maintain_order=True):
        cells = raw.select("row", cell=raw[str(name)])
        cells = cells.join(rows.select("row"), on="row", how="semi").unique("row", maintain_order=True)
        shown = cells.select("row", cell=_shown(cells["cell"]))
        with_cells = rows.join(shown, on="row", how="left", maintain_order="left")
        parts.append(with_cells.with_columns(value=pl.col("cell").str.slice(0, VALUE_LENGTH)).select(bad.columns))
    return pl.concat(parts) if parts else bad


def _shown(cells: pl.Series) -> pl.Series:
    return clean_cells(cells.cast(pl.List(pl.String)).list.join("|") if isinstance(cells.dtype, pl.List) else cells)


def repeated(frame: pl.DataFrame, file: str, spec: SourceSpec, contract: Contract) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The first record of each key, and quarantine rows for later ones; none where the source repeats on purpose."""
    key = list(contract.key)
    first = frame.unique(key, keep="first", maintain_order=True)
    if set(key) <= set(spec.select.distinct) or first.height == frame.height:
        return first, pl.DataFrame(schema=QUARANTINE_SCHEMA)
    again = frame.join(first.select("row"), on="row", how="anti", maintain_order="left")
    both = again.join(first, on=key, how="left", suffix=" before", maintain_order="left")
    others = [name for name in contract.fields if name not in key]
    differing = pl.concat_list(
        pl.when(pl.col(name).ne_missing(pl.col(f"{name} before"))).then(pl.lit(name)) for name in others
    ).list.drop_nulls()
    names = differing.list.head(_NAMED).list.join(", ")
    reason = (
        pl.when(differing.list.len() == 0)
        .then(pl.format("this {} stands in row {} already", pl.lit(" and ".join(key)), "row before"))
        .otherwise(
            pl.format("this {} stands in row {} with another {}", pl.lit(" and ".join(key)), "row before", names)
        )
    )
    value = pl.concat_str([pl.col(name) for name in key], separator=" / ")
    return first, rejected(both, file, column=pl.lit(key[0]), value=value, reason=reason, rule="duplicate")
