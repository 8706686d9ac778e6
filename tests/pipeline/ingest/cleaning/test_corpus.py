"""Broken values of every contract: each is quarantined alone, under its column, with a true rule and reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skillpath.pipeline.ingest.cleaning import RULES
from skillpath.pipeline.ingest.contracts import CONTRACTS, Contract, Field
from tests.pipeline.ingest.cleaning.made import cleaned, example, other

DATES = ["2024-13-05", "2023-02-29", "31.02.2024", "03/04/2024", "0000-00-00", "yesterday", "1711843200"]
TIMES = [*DATES, "2024-11-05T25:00", "09:30"]
NUMBERS = ["half", "nan", "inf", "1e400", "1,5", "12 %", "--3"]
HUGE = "x" * 5_000_000

Case = tuple[str, dict[str, str | None], str, str, str]


def faults(field: Field) -> Iterator[tuple[str | None, str, str]]:
    """A broken cell, its rule, and what its reason says."""
    if field.required:
        yield from ((blank, "contract", "it is missing") for blank in (None, "", "  ", "\u200b\ufeff"))
    if field.kind == "date":
        yield from ((value, "date", "it cannot be read as a date") for value in DATES)
    if field.kind == "time":
        yield from ((value, "time", "it cannot be read as a time") for value in TIMES)
    if field.kind == "number":
        yield from ((value, "number", "it cannot be read as a number") for value in NUMBERS)
    if field.kind == "integer":
        yield from ((value, "integer", "it cannot be read as an integer") for value in [*NUMBERS, "1.5"])
    if field.least is not None:
        yield f"{field.least - 1:g}", "contract", "it is below the least allowed"
    if field.most is not None:
        yield f"{field.most + 1:.0f}", "contract", "it is above the most allowed"
    if field.one_of:
        yield "potion", "contract", "it is not one of the allowed values"
    elif field.kind in ("text", "list", "salary"):
        allowed = f"characters, {field.longest} are allowed"
        yield "x" * (field.longest + 1), "contract", allowed
        if field.longest == 100_000:
            yield HUGE, "contract", allowed
    if field.kind == "salary":
        yield from ((value, "salary", "it is negative") for value in ("-5000", "$ -3k", "-10-20K"))
        yield from ((value, "salary", "its least is above its most") for value in ("20k-10k", "2万-1万"))


def cases() -> Iterator[Case]:
    for contract in CONTRACTS.values():
        for name, field in contract.fields.items():
            for value, rule, reason in faults(field):
                yield contract.name, {name: value}, name, rule, reason
        for first, second in contract.ordered:
            yield contract.name, {first: "2030-01-02", second: "2030-01-01"}, second, "order", f"{first} is later"
        for group in contract.any_of:
            yield contract.name, dict.fromkeys(group, ""), group[0], "any_of", "is needed"


def named(case: Case) -> str:
    contract, changed, column, rule, _ = case
    return f"{contract}-{column}-{rule}-{str(changed.get(column))[:12]!a}"


@pytest.mark.parametrize("contract", list(CONTRACTS.values()), ids=list(CONTRACTS))
def test_the_examples_of_a_contract_keep_it(contract: Contract) -> None:
    result = cleaned(contract.name, example(contract), other(contract, 1))
    assert result.rejected.is_empty(), result.rejected.rows()
    assert result.frame.height == 2
    assert all(result.frame[name].null_count() == 0 for name in contract.fields)


@pytest.mark.parametrize("contract", list(CONTRACTS), ids=str)
def test_broken_cells_are_told_alone_and_good_rows_stay(contract: str) -> None:
    mine = [case for case in cases() if case[0] == contract]
    known = CONTRACTS[contract]
    broken = [other(known, 10 + at) | changed for at, (_, changed, *_) in enumerate(mine)]
    result = cleaned(contract, example(known), *broken, other(known, 9))
    assert result.frame["row"].to_list() == [1, len(mine) + 2]
    expected_faults = {
        row: (column, rule, reason, value)
        for row, column, rule, reason, value in result.rejected.select(
            "row", "column", "rule", "reason", "value"
        ).rows()
    }
    assert result.rejected.height == len(mine) == len(expected_faults)
    for row, (_, changed, column, rule, reason) in enumerate(mine, 2):
        found = expected_faults[row]
        assert found[:2] == (column, rule), named(mine[row - 2])
        assert reason in found[2], found
        assert rule in RULES
        shown = changed[column]
        assert found[3] == ((shown or "").strip(" \u200b\ufeff")[:200] or None), found
    assert result.bad_share == len(mine) / (len(mine) + 2)


@pytest.mark.parametrize("contract", list(CONTRACTS.values()), ids=list(CONTRACTS))
def test_a_repeated_key_says_where_it_stands_and_what_differs(contract: Contract) -> None:
    free = next(
        name for name, field in contract.fields.items() if name not in contract.key and _changes(contract, name)
    )
    changed = {free: _changes(contract, free)}
    result = cleaned(contract.name, example(contract), example(contract), example(contract, **changed))
    key = " and ".join(contract.key)
    assert result.rejected.select("row", "rule", "reason").rows() == [
        (2, "duplicate", f"this {key} stands in row 1 already"),
        (3, "duplicate", f"this {key} stands in row 1 with another {free}"),
    ]
    assert result.keys.height == 1
    assert result.keyless == 0


def _changes(contract: Contract, name: str) -> str:
    """Another value that the field takes."""
    field = contract.fields[name]
    if name in {day for pair in contract.ordered for day in pair} or field.kind in ("time", "date"):
        return ""
    if field.one_of:
        return next(value for value in field.one_of if value != field.example)
    return {"number": "0.25", "integer": f"{(field.least or 0) + 7:.0f}"}.get(field.kind, "something else")


def test_a_broken_row_frees_its_key_for_a_later_one() -> None:
    jobs = CONTRACTS["jobs"]
    result = cleaned("jobs", example(jobs, posted_at="soon"), example(jobs))
    assert result.frame["row"].to_list() == [2]
    assert result.rejected.select("row", "rule").rows() == [(1, "date")]


def test_a_column_that_changes_its_type_midway() -> None:
    enrolments = CONTRACTS["enrolments"]
    rows = [other(enrolments, at) | {"score": "81.5" if at < 5 else "A+"} for at in range(10)]
    result = cleaned("enrolments", *rows)
    assert result.frame["score"].to_list() == [81.5] * 5
    assert set(result.rejected.select("column", "value", "rule").rows()) == {("score", "A+", "number")}
    assert result.bad_share == 0.5


def test_keys_of_broken_rows_are_known_and_lost_ones_counted() -> None:
    events = CONTRACTS["events"]
    result = cleaned(
        "events",
        example(events),
        other(events, 1) | {"score": "A+"},
        other(events, 2) | {"at": "soon"},
        other(events, 3) | {"student": ""},
    )
    assert result.frame.height == 1
    assert result.quarantined == 3
    assert result.keys.height == 2
    assert result.keys.columns == list(events.key)
    assert result.keyless == 2
