"""Tables of contract rows made of the contracts' own examples, and sources that map each field to its namesake."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from skillpath.pipeline.ingest.cleaning import CleaningResult, clean
from skillpath.pipeline.ingest.contracts import CONTRACTS, Contract
from skillpath.pipeline.ingest.quarantine import QUARANTINE_SCHEMA
from skillpath.pipeline.ingest.reading import LINE, ROW, Table
from skillpath.pipeline.ingest.source_spec import SourceSpec

Row = dict[str, str | None]


def example(contract: Contract, **changed: str | None) -> Row:
    """A row of the contract's examples, with some cells changed."""
    return {name: field.example for name, field in contract.fields.items()} | changed


def other(contract: Contract, number: int) -> Row:
    """A row with a key of its own."""
    key = contract.key[-1]
    if contract.fields[key].kind == "time":
        return example(contract, **{key: (dt.datetime(2020, 1, 1) + dt.timedelta(hours=number)).isoformat()})
    return example(contract, **{key: f"{contract.fields[key].example}-{number}"})


def table(frame: pl.DataFrame, first_line: int = 2) -> Table:
    """Any frame as a table."""
    row = pl.int_range(1, frame.height + 1, eager=True)
    numbers = [row.alias(ROW), (row + first_line - 1).alias(LINE)]
    return Table("made.csv", frame.select(*numbers, pl.all()), pl.DataFrame(schema=QUARANTINE_SCHEMA))


def identity(contract: Contract, **more: Any) -> SourceSpec:
    """Each field from the column of its name."""
    return SourceSpec("made", contract.name, {name: name for name in contract.fields}, **more)


def cleaned(contract: str, *rows: Row, **more: Any) -> CleaningResult:
    """What becomes of text rows."""
    known = CONTRACTS[contract]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(known.fields, pl.String))
    return clean(table(frame), identity(known, **more))
