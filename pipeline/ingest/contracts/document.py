"""The contracts rendered as `docs/data.md`."""

from __future__ import annotations

from skillpath.pipeline.ingest.cleaning import RULES, STEPS
from skillpath.pipeline.ingest.cleaning.coding import OPEN, vocabulary
from skillpath.pipeline.ingest.contracts import CONTRACTS, Contract, Field

_COLUMNS = ("column", "type", "meaning", "unit", "example", "required", "when missing")
_KINDS = {
    "text": "text",
    "list": "list",
    "date": "day",
    "time": "moment",
    "number": "number",
    "integer": "whole number",
    "salary": "pay",
}
_TEXT = """# Data contracts

Written by `skillpath.pipeline.ingest.contracts.document`; a test fails where this file and the code differ.

A source is a file or a database table that a section of the sync configuration maps to one of the contracts below:
`columns` says which source column fills which field. Every row ends in one of three places: as a record, in the
quarantine with a reason, or counted as not wanted by `select`. None is dropped otherwise.

## What is read as what

- **text**: Unicode NFC, without control and invisible characters, trimmed; empty text is a missing value.
- **list**: split at `|`, or at what `lists` says (`python` for a Python list written as text), repetitions left out.
- **day**: `2024-03-31`, `2024-03-31T10:00:00+02:00`, `2024/03/31`, `31.03.2024`, `March 31 2024`, `31 Mar 2024` or
  `2024年3月31日`. Anything else needs `dates` with a strptime format, or `epoch` or `epoch_ms` for a number of seconds
  or milliseconds. `03/04/2024` could be two days, so it is quarantined without one. A moment is a day in `timezone`
  (UTC where the source names none).
- **moment**: the same, kept in UTC; a time that says no zone is meant in `timezone`.
- **number**, **whole number**: with a point; NaN and infinite are no numbers.
- **pay**: the text is kept, and read to `<field>_min`, `<field>_max` (a month) and `<field>_currency` (ISO 4217).
  "15-25K", "1.5万-2万/月", "15-20万/年", "$120k–150k", "¥8,000以上", "10,000 ETB Monthly", "€3.200 per month" and pay
  by the hour (40 a week), day (5 a week) or week are read; what a text does not say is taken from `money`. Limits have
  one end alone. "Negotiable", 面议 and 0 say no amount; what else cannot be read stays text. Both are counted.

## Steps

{steps}

`skillpath sync` prints how many rows each step touched.

## Vocabularies

A value of an open vocabulary that is not listed is kept, in one case and spacing, and counted as uncoded; one of a
closed vocabulary is quarantined. A value of several parts is known by its first part that is known.

{vocabularies}

## Contracts

{contracts}
## Quarantine

`<source>.csv` in the quarantine folder has one row for each fault: file, row, line, column, value (its first 200
characters), reason and rule. `<source>.rows.csv` has each rejected row once, whole, after its numbers and reasons:
mend it there and run `skillpath sync --retry`. Rows whose cells cannot be told apart (`width`, `quotes`, `json`) are
mended in the source itself. Above a share of bad rows (`refuse_above`, half by default) the source is refused whole.

{rules}
"""


def render() -> str:
    """The text of ``docs/data.md``."""
    return _TEXT.format(
        steps=_table(("step", "what it does"), [(f"`{name}`", about) for name, about in STEPS.items()]),
        vocabularies="\n".join(_vocabulary(name) for name in _codings()),
        contracts="\n".join(_contract(contract) for contract in CONTRACTS.values()),
        rules=_table(("rule", "a row is quarantined because"), [(f"`{name}`", why) for name, why in RULES.items()]),
    )


def _codings() -> list[str]:
    return sorted({f.coding for contract in CONTRACTS.values() for f in contract.fields.values() if f.coding})


def _vocabulary(name: str) -> str:
    known = vocabulary(name)
    codes = known["code"].unique(maintain_order=True)
    shown = f": {_named(tuple(codes))}" if codes.len() <= 40 else f", for instance {_named(tuple(codes.head(5)))}"
    kind = "open" if name in OPEN else "closed"
    return f"- **{name}** ({kind}): {codes.len()} codes and {known.height} names for them{shown}."


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows))


def _contract(contract: Contract) -> str:
    lines = [f"### {contract.name} (channel {contract.channel})", "", contract.about, ""]
    lines += [f"- Key: {_named(contract.key)}."]
    if contract.dated:
        lines += [f"- A record belongs to the month of `{contract.dated}`, kept as `month`."]
    lines += [f"- `{first}` is not later than `{second}`." for first, second in contract.ordered]
    lines += [f"- One of {_named(group)} is needed." for group in contract.any_of]
    return "\n".join([*lines, "", _table(_COLUMNS, [_row(contract, name) for name in contract.fields]), ""])


def _row(contract: Contract, name: str) -> tuple[str, ...]:
    field = contract.fields[name]
    example = f"`{field.example}`".replace("|", "\\|") if field.example else ""
    required = "yes" if field.required else "no"
    return (f"`{name}`", _kind(field), _meaning(field), field.unit, example, required, _missing(field))


def _kind(field: Field) -> str:
    longest = f", at most {field.longest:,} characters" if field.kind in ("text", "salary") else ""
    longest = f", at most {field.longest:,} characters each" if field.kind == "list" else longest
    least = f", at least {field.least:g}" if field.least is not None else ""
    most = f", at most {field.most:.0f}" if field.most is not None else ""
    return _KINDS[field.kind] + longest + least + most


def _meaning(field: Field) -> str:
    meaning = field.about
    if field.one_of:
        meaning += f"; one of {_named(field.one_of)}"
    if field.coding:
        meaning += f"; coded by the vocabulary of {field.coding}"
    return meaning + (f"; the code of a {field.refers} that is known" if field.refers else "")


def _missing(field: Field) -> str:
    if field.required:
        return "the row is quarantined"
    return "stays empty" if field.missing is None else f"becomes `{field.missing}`"


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
