"""Completion of records: defaults, codes, pay as numbers, the month."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from skillpath.pipeline.ingest.cleaning import money
from skillpath.pipeline.ingest.cleaning.cleaned import StepCount
from skillpath.pipeline.ingest.cleaning.coding import code_values
from skillpath.pipeline.ingest.cleaning.read import read_value
from skillpath.pipeline.ingest.contracts import MONEY, Contract
from skillpath.pipeline.ingest.quarantine import QUARANTINE_SCHEMA, rejected
from skillpath.pipeline.ingest.source_spec import SourceSpec

_BAD_PAY = {money.NEGATIVE: "it is negative", money.INVERTED: "its least is above its most"}


@dataclass(frozen=True)
class StepResult:
    """The rows with what a step added, the quarantine rows it found, and its counts."""

    frame: pl.DataFrame
    bad: pl.DataFrame
    steps: list[StepCount]


def complete(frame: pl.DataFrame, spec: SourceSpec, contract: Contract) -> tuple[pl.DataFrame, list[StepCount]]:
    """Give rows that lack a value the one that the source or the contract states; identifiers are never made up."""
    steps = []
    for name, field in contract.fields.items():
        stated = spec.complete.get(name, field.missing)
        if stated is None or field.refers or name in contract.key:
            continue
        lacking = frame[name].null_count()
        if lacking:
            value = read_value(stated, name, field, spec)
            frame = frame.with_columns(frame[name].zip_with(frame[name].is_not_null(), value).alias(name))
            steps.append(StepCount(f"complete: {name}", lacking, f"nothing is stated, so it is {stated}"))
    return frame, steps


def encode(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, list[StepCount]]:
    """Replace what people write by the codes of the field's vocabulary."""
    steps = []
    for name, field in contract.fields.items():
        if not field.coding or frame[name].null_count() == frame.height:
            continue
        coded = code_values(frame[name], field.coding)
        frame = frame.with_columns(coded.values.alias(name))
        kept = f", {coded.uncoded} uncoded: {', '.join(coded.unknown)}" if coded.uncoded else ""
        steps.append(StepCount(f"code: {name}", coded.coded, f"by the vocabulary of {field.coding}{kept}"))
    return frame, steps


def price(frame: pl.DataFrame, file: str, spec: SourceSpec, contract: Contract) -> StepResult:
    """Add ``<field>_min``, ``_max`` and ``_currency`` to each salary field, whose text is kept as written."""
    bad, steps = [pl.DataFrame(schema=QUARANTINE_SCHEMA)], []
    for name, field in contract.fields.items():
        if field.kind != "salary":
            continue
        pay = money.read_pay(frame[name], spec.money)
        frame = frame.with_columns(pay[part].cast(MONEY[part]).alias(f"{name}_{part}") for part in MONEY)
        for state, reason in _BAD_PAY.items():
            wrong = frame.filter(pay["state"] == state)
            bad.append(
                rejected(wrong, file, column=pl.lit(name), value=pl.col(name), reason=pl.lit(reason), rule="salary")
            )
        if pay["state"].count():
            steps.append(_pay_count(name, pay["state"]))
    return StepResult(frame, pl.concat(bad), steps)


def _pay_count(name: str, state: pl.Series) -> StepCount:
    count = {value: int((state == value).sum()) for value in (money.READ, money.UNSTATED, money.UNREADABLE)}
    detail = f"as a range a month; {count[money.UNSTATED]} say no amount, {count[money.UNREADABLE]} kept as text only"
    return StepCount(f"pay: {name}", count[money.READ], detail)


def align(frame: pl.DataFrame, spec: SourceSpec, contract: Contract) -> tuple[pl.DataFrame, list[StepCount]]:
    """Add ``month``: the first day of the month, in the source's zone, of the field the contract is dated by."""
    if not contract.dated:
        return frame, []
    when = frame[contract.dated]
    if isinstance(when.dtype, pl.Datetime):
        when = when.dt.convert_time_zone(spec.timezone or "UTC").dt.date()
    month = when.dt.month_start().alias("month")
    return frame.with_columns(month), [StepCount("month", month.count(), f"by {contract.dated}")]
