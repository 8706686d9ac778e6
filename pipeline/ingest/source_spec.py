"""The data model of a sync configuration."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FULL, APPEND = "full", "append"


@dataclass(frozen=True)
class Select:
    """Which rows of a file are wanted; rows left out are counted, not quarantined.

    Attributes:
        since, until: ISO dates; rows whose ``posted_at`` is outside are left out.
        where: column = value that rows must have.
        by: column whose distinct values are counted; ``at_least`` rows each; the ``first`` so many values.
        distinct: contract fields by which repeated rows are taken once.
    """

    since: str = ""
    until: str = ""
    where: dict[str, Any] = field(default_factory=dict)
    by: str = ""
    at_least: int = 1
    first: int = 0
    distinct: tuple[str, ...] = ()


@dataclass(frozen=True)
class Money:
    """What a pay that does not say so is meant in: ISO 4217 code, and hour, day, week, month or year."""

    currency: str = ""
    period: str = "month"


@dataclass(frozen=True)
class SourceSpec:
    """One source: a file or a table mapped to a contract.

    Attributes:
        path: the file; empty where ``url`` names a database.
        columns: contract field = source column.
        constants: contract field = value for every row.
        values: contract field = {source value = our value}; a value not listed is kept.
        parse: contract field = regular expression whose first group is taken; a value it does not match is kept.
        prefix: contract field = text put before each value, so that codes of two sources cannot collide.
        digest: contract field = source columns whose content makes its code, where a source has no codes.
        lists: contract field = separator, or ``python`` for a Python list written as text.
        dates: contract field = strptime format, where dates are not ISO.
        complete: contract field = value where a row gives none, instead of the contract's own rule.
        scan: contract fields whose text is searched for known skills.
        encoding: of a text file, where it is not UTF-8 and has no mark that tells.
        sheet: of a workbook; the first when left out.
        url: SQLAlchemy address; ``${NAME}`` in it is taken from the environment.
        table, query: what is read there; one of the two.
        timezone: zone in which times are meant that do not say their own; days are taken in it.
        money: what a pay is meant in that does not say.
        mode: ``full`` (what the source no longer lists is gone) or ``append`` (it lists news alone).
        watermark: source column that grows; only rows from the last one seen on are read. Needs ``append``.
        refuse_above: share of bad rows above which the source is refused whole.
    """

    name: str
    contract: str
    columns: dict[str, str]
    path: Path = Path()
    constants: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    parse: dict[str, str] = field(default_factory=dict)
    prefix: dict[str, str] = field(default_factory=dict)
    digest: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    complete: dict[str, Any] = field(default_factory=dict)
    scan: tuple[str, ...] = ()
    select: Select = field(default_factory=Select)
    encoding: str = ""
    sheet: str = ""
    # A password may stand in it.
    url: str = field(default="", repr=False)
    table: str = ""
    query: str = ""
    timezone: str = ""
    money: Money = field(default_factory=Money)
    mode: str = FULL
    watermark: str = ""
    refuse_above: float = 0.5


@dataclass(frozen=True)
class SyncConfig:
    """All sources of one configuration, in the order in which they are written."""

    name: str
    synthetic: bool
    sources: tuple[SourceSpec, ...]
