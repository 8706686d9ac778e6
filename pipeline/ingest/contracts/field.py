"""The definition of contracts: fields, records, rules between fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

if TYPE_CHECKING:
    import pandera.polars as pa

Kind = Literal["text", "list", "date", "time", "number", "integer", "salary"]
TYPES: dict[str, Any] = {
    "text": pl.String,
    "list": pl.List(pl.String),
    "date": pl.Date,
    "time": pl.Datetime("us", "UTC"),
    "number": pl.Float64,
    "integer": pl.Int64,
    "salary": pl.String,
}
MONEY = {"min": pl.Float64, "max": pl.Float64, "currency": pl.String}
"""What a salary is parsed to, as ``<field>_min``, ``<field>_max`` (a month) and ``<field>_currency`` (ISO 4217)."""


@dataclass(frozen=True)
class Field:
    """One column of a contract.

    Attributes:
        kind: how its text is read.
        about, unit, example: what it means, for the documentation.
        required: a row without it is quarantined.
        least, most: inclusive range of numbers.
        one_of: allowed values, after coding.
        coding: vocabulary (``pipeline/codings/<name>.csv``) by which what people write becomes one code.
        missing: value of a row that does not give one; None leaves it empty. Never for identifiers.
        longest: most characters of a text.
        refers: what the value must be a known code of (student, resource, target, job, project).
    """

    kind: Kind = "text"
    about: str = ""
    unit: str = ""
    example: str = ""
    required: bool = False
    least: float | None = None
    most: float | None = None
    one_of: tuple[str, ...] = ()
    coding: str = ""
    missing: float | str | None = None
    longest: int = 300
    refers: str = ""


@dataclass(frozen=True)
class Contract:
    """A kind of record.

    Attributes:
        channel: J, S, C, E or I of the method's inputs (1).
        key: the fields that tell two records apart.
        dated: the field whose month a record belongs to; empty where it belongs to none.
        ordered: pairs of fields of which the first may not be later than the second.
        any_of: groups of fields of which each row needs at least one.
    """

    name: str
    channel: str
    about: str
    key: tuple[str, ...]
    fields: dict[str, Field]
    dated: str = ""
    ordered: tuple[tuple[str, str], ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()

    def schema(self) -> pa.DataFrameSchema:
        """The contract as a pandera schema over parsed columns."""
        import pandera.polars as pa

        return pa.DataFrameSchema({name: _column(f) for name, f in self.fields.items()}, strict=False)


def _column(field: Field) -> pa.Column:
    import pandera.polars as pa

    checks = []
    if field.one_of:
        checks.append(pa.Check.isin(list(field.one_of), name="one_of"))
    if field.kind == "text":
        checks.append(pa.Check.str_length(min_value=1, max_value=field.longest, name="length"))
    if field.least is not None:
        checks.append(pa.Check.ge(field.least, name="least"))
    if field.most is not None:
        checks.append(pa.Check.le(field.most, name="most"))
    return pa.Column(TYPES[field.kind], checks, nullable=not field.required, required=True)


def code(about: str, example: str, refers: str = "") -> Field:
    """A code that every row needs: its own, or that of what it ``refers`` to."""
    return Field(about=about, example=example, required=True, longest=200, refers=refers)


def share(about: str, example: str, missing: float | None = None) -> Field:
    """A number from 0 to 1."""
    return Field("number", about, unit="share, 0 to 1", example=example, least=0.0, most=1.0, missing=missing)


def day(about: str, example: str, *, required: bool = False) -> Field:
    """A calendar day."""
    return Field("date", about, unit="day", example=example, required=required)
