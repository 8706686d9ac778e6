"""A sync configuration: which file fills which contract, and how its columns are named and split."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from skillpath.errors import BadInput
from skillpath.pipeline.contracts import CONTRACTS, Contract


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
class SourceSpec:
    """One source: a file mapped to a contract.

    Attributes:
        columns: contract field = source column.
        constants: contract field = value for every row.
        values: contract field = {source value = our value}; a value not listed is kept.
        prefix: contract field = text put before each value, so that codes of two sources cannot collide.
        lists: contract field = separator, or ``python`` for a Python list written as text.
        dates: contract field = strptime format, where dates are not ISO.
        scan: contract fields whose text is searched for known skills.
    """

    name: str
    contract: str
    path: Path
    columns: dict[str, str]
    constants: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    prefix: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    dates: dict[str, str] = field(default_factory=dict)
    scan: tuple[str, ...] = ()
    select: Select = field(default_factory=Select)


@dataclass(frozen=True)
class SyncConfig:
    """All sources of one configuration, in the order in which they are written."""

    name: str
    synthetic: bool
    sources: tuple[SourceSpec, ...]


def read_config(path: Path, root: Path | None = None) -> SyncConfig:
    """Read a ``.toml`` sync configuration.

    Args:
        root: folder that relative paths start from, instead of the configuration's own ``root`` or folder.

    Raises:
        BadInput: no such file, not TOML, or a key or contract that does not exist.
    """
    if not path.is_file():
        raise BadInput("No such sync configuration", where=str(path), todo="Check the path")
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"Not a TOML file: {error}", where=str(path), todo="Mend that line") from error
    base = root or path.parent / str(data.get("root", "."))
    sources = data.get("source", [])
    if not isinstance(sources, list) or not sources:
        raise BadInput("No [[source]] section", where=str(path), todo="Add one for each file")
    specs = tuple(_spec(section, base, path) for section in sources)
    order = list(CONTRACTS)
    ordered = sorted(specs, key=lambda spec: order.index(spec.contract))
    return SyncConfig(str(data.get("name", path.stem)), bool(data.get("synthetic", False)), tuple(ordered))


def _spec(section: Any, base: Path, file: Path) -> SourceSpec:
    where = f"{file}, source {section.get('name', '?')!r}" if isinstance(section, dict) else str(file)
    if not isinstance(section, dict) or not {"name", "contract", "path", "columns"} <= section.keys():
        raise BadInput("A source needs name, contract, path and columns", where=where, todo="Add what is missing")
    _refuse_unknown(section, SourceSpec, where)
    _check_shapes(section, where)
    contract = CONTRACTS.get(section["contract"])
    if contract is None:
        raise BadInput(f"No contract {section['contract']!r}", where=where, todo=f"Use one of {', '.join(CONTRACTS)}")
    for part in ("columns", "constants", "values", "prefix", "lists", "dates"):
        unknown = set(section.get(part, {})) - contract.fields.keys()
        if unknown:
            raise BadInput(
                f"{part} names {', '.join(sorted(unknown))}, which contract {contract.name} does not have",
                where=where,
                todo=f"Its fields are {', '.join(contract.fields)}",
            )
    given = section["columns"].keys() | section.get("constants", {}).keys()
    missing = [name for name, f in contract.fields.items() if f.required and name not in given]
    if missing:
        raise BadInput(f"Nothing fills {', '.join(missing)}", where=where, todo="Map a column or give a constant")
    select = section.get("select", {})
    _refuse_unknown(select, Select, where)
    chosen = Select(**{**select, "distinct": tuple(select.get("distinct", ()))})
    _check_selection(chosen, contract, where)
    _check_scan(section.get("scan", ()), contract, where)
    plain = {k: v for k, v in section.items() if k not in ("path", "scan", "select")}
    return SourceSpec(**plain, path=base / section["path"], scan=tuple(section.get("scan", ())), select=chosen)


def _check_shapes(section: dict[str, Any], where: str) -> None:
    shapes: dict[str, Any] = {"name": str, "contract": str, "path": str, "scan": list, "select": dict}
    shapes |= dict.fromkeys(("columns", "constants", "values", "prefix", "lists", "dates"), dict)
    wrong = [key for key, shape in shapes.items() if not isinstance(section.get(key, shape()), shape)]
    wrong += [f"columns.{key}" for key, value in dict(section["columns"]).items() if not isinstance(value, str)]
    if wrong:
        raise BadInput(f"{', '.join(wrong)} of another type than expected", where=where, todo="Mend the configuration")


def _check_selection(select: Select, contract: Contract, where: str) -> None:
    if (select.since or select.until) and "posted_at" not in contract.fields:
        raise BadInput(f"Contract {contract.name} has no posted_at to select by", where=where, todo="Leave it out")
    for day in filter(None, (select.since, select.until)):
        try:
            date.fromisoformat(str(day))
        except ValueError as error:
            raise BadInput(f"{day} is no date", where=where, todo="Write it as 2024-01-31") from error
    unknown = set(select.distinct) - contract.fields.keys()
    if unknown:
        raise BadInput(f"distinct names {', '.join(sorted(unknown))}", where=where, todo="Use fields of the contract")


def _check_scan(scan: Any, contract: Contract, where: str) -> None:
    texts = [name for name, field_ in contract.fields.items() if field_.kind == "text"]
    unknown = sorted(set(scan) - set(texts))
    if unknown:
        raise BadInput(f"Cannot scan {', '.join(unknown)}", where=where, todo=f"Its texts are {', '.join(texts)}")


def _refuse_unknown(section: dict[str, Any], kind: type, where: str) -> None:
    allowed = {f.name for f in fields(kind)}
    unknown = set(section) - allowed
    if unknown:
        raise BadInput(
            f"Unknown key {', '.join(sorted(unknown))}",
            where=where,
            todo=f"Allowed: {', '.join(sorted(allowed))}",
        )
