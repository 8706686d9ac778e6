"""What each kind of source must provide: fields, types, ranges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

if TYPE_CHECKING:
    import pandera.polars as pa

Kind = Literal["text", "list", "date", "number", "integer"]
RESOURCE_KINDS = ("course", "training", "competition", "certificate", "mentor", "policy", "incubator")
TYPES: dict[str, Any] = {
    "text": pl.String,
    "list": pl.List(pl.String),
    "date": pl.Date,
    "number": pl.Float64,
    "integer": pl.Int64,
}


@dataclass(frozen=True)
class Field:
    """One column of a contract.

    Attributes:
        kind: how its text is read.
        required: a row without it is quarantined.
        least, most: inclusive range of numbers.
        one_of: allowed values.
        longest: most characters of a text.
        refers: what the value must be a known code of (student, resource, target).
    """

    kind: Kind = "text"
    required: bool = False
    least: float | None = None
    most: float | None = None
    one_of: tuple[str, ...] = ()
    longest: int = 300
    refers: str = ""


@dataclass(frozen=True)
class Contract:
    """A kind of record: its fields and the ones that tell two records apart."""

    name: str
    key: tuple[str, ...]
    fields: dict[str, Field]

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


_CODE = Field(required=True, longest=200)
_TITLE = Field(required=True, longest=1_000)
_TEXT = Field(longest=100_000)
_SKILLS = Field("list")
_SHARE = Field("number", least=0.0, most=1.0)

CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for contract in (
        Contract(
            "jobs",
            ("code",),
            {
                "code": _CODE,
                "title": _TITLE,
                "text": _TEXT,
                "skills": _SKILLS,
                "posted_at": Field("date", required=True),
                "employer": Field(),
                "region": Field(),
                "industry": Field(),
                "salary": Field(),
            },
        ),
        Contract(
            "resources",
            ("code",),
            {
                "code": _CODE,
                "kind": Field(required=True, one_of=RESOURCE_KINDS),
                "title": _TITLE,
                "text": _TEXT,
                "skills": _SKILLS,
                "provider": Field(),
                "starts_at": Field("date"),
                "hours": Field("number", least=0.0, most=10_000.0),
            },
        ),
        Contract(
            "projects",
            ("code",),
            {
                "code": _CODE,
                "title": _TITLE,
                "text": _TEXT,
                "skills": _SKILLS,
                "industry": Field(),
                "stage": Field(),
                "started_at": Field("date"),
            },
        ),
        Contract(
            "students",
            ("code",),
            {
                "code": _CODE,
                "cohort": Field("integer", least=1900, most=2100),
                "programme": Field(),
                "region": Field(),
                "skills": _SKILLS,
                "target": Field(refers="target"),
            },
        ),
        Contract(
            "enrolments",
            ("student", "resource"),
            {
                "student": Field(required=True, longest=200, refers="student"),
                "resource": Field(required=True, longest=200, refers="resource"),
                "at": Field("date"),
                "progress": _SHARE,
                "score": Field("number", least=0.0, most=100.0),
                "practice": _SHARE,
            },
        ),
    )
}
"""In the order in which they are written, so that what is referred to is there first."""
