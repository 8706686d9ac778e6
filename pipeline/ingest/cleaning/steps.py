"""The cleaning of a table, step by step; every row ends as a record, in quarantine, or counted as not wanted."""

from __future__ import annotations

import polars as pl

from skillpath.pipeline.ingest.cleaning.cleaned import CleaningResult, StepCount
from skillpath.pipeline.ingest.cleaning.complete import align, complete, encode, price
from skillpath.pipeline.ingest.cleaning.field_mapping import fields_of
from skillpath.pipeline.ingest.cleaning.read import read_fields
from skillpath.pipeline.ingest.cleaning.rules import as_written, broken, repeated
from skillpath.pipeline.ingest.cleaning.select import ignored_columns, require_columns, select_days, select_raw
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.source_spec import SourceSpec
from skillpath.pipeline.ingest.tables import Table

STEPS = {
    "select": "rows whose cells are not as `where`, `by` and `first` want them are left out",
    "digest": "a code is made of the content of the named columns, where a source has no codes",
    "parse": "the part of a cell that the pattern's group finds is taken; a cell it does not find is kept",
    "values": "cells with a listed value get ours; others are kept",
    "read": "cells become text, lists, numbers, days or moments; what cannot be read is quarantined",
    "complete": "a missing value becomes the one stated by the source or the contract; never a code",
    "code": "education, region and industry get one code each for all the ways of writing them",
    "pay": "pay as written becomes a least and a most a month and a currency; the text is kept",
    "rules": "rows that break a rule of the contract are quarantined",
    "repeated": "rows whose key stands in an earlier accepted row are quarantined",
    "days": "records outside `since` and `until` are left out",
    "month": "dated records get the first day of their month, in the source's zone",
}
"""What each step does, in order; a step that works on one field is counted as ``step: field``."""


def clean(table: Table, spec: SourceSpec) -> CleaningResult:
    """Make contract records of a table's rows.

    Raises:
        BadInput: a column is missing or holds what no field can be read from, or the source states a value, a zone or
            a format that is none.
    """
    contract = CONTRACTS[spec.contract]
    require_columns(table, spec)
    wanted = select_raw(table.frame, spec)
    raw, made = fields_of(wanted, spec, contract)
    read, unread = read_fields(raw, table.file, spec, contract)
    whole, completed = complete(_without(read, unread), spec, contract)
    coded, codes = encode(whole, contract)
    priced = price(coded, table.file, spec, contract)
    against = as_written(pl.concat([priced.bad, broken(priced.frame, table.file, contract)]), raw)
    first, again = repeated(_without(priced.frame, against), table.file, spec, contract)
    chosen = select_days(first, spec)
    frame, months = align(chosen, spec, contract)
    bad = pl.concat([table.rejected, unread, against, again]).sort("row", "column", maintain_order=True)
    steps = (
        StepCount("select", table.frame.height - wanted.height, "left out by their cells"),
        *made,
        StepCount("read", unread["row"].n_unique(), f"quarantined for {unread.height} cells that cannot be read"),
        *completed,
        *codes,
        *priced.steps,
        StepCount("rules", against["row"].n_unique(), f"quarantined for {against.height} broken rules"),
        StepCount("repeated", again.height, "quarantined, their key stands in an earlier row"),
        StepCount("days", first.height - chosen.height, "left out by their day"),
        *months,
    )
    rows = table.frame.height + table.rejected["row"].n_unique()
    keys, keyless = _keys(read, frame, bad, list(contract.key))
    left_out = rows - frame.height - bad["row"].n_unique()
    return CleaningResult(frame, bad, left_out, ignored_columns(table, spec), steps, keys, keyless)


def _without(frame: pl.DataFrame, bad: pl.DataFrame) -> pl.DataFrame:
    return frame.join(bad.select("row").unique(), on="row", how="anti", maintain_order="left") if bad.height else frame


def _keys(read: pl.DataFrame, frame: pl.DataFrame, bad: pl.DataFrame, key: list[str]) -> tuple[pl.DataFrame, int]:
    """Keys of the records and of the quarantined rows that state theirs, and how many of the latter do not."""
    broken_rows = bad.select("row").unique()
    stated = read.join(broken_rows, on="row", how="semi").drop_nulls(key)
    keys = pl.concat([frame.select(key), stated.select(key)]).unique(maintain_order=True)
    return keys, broken_rows.height - stated.height
