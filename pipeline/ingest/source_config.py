"""Reads and checks a sync configuration: which source fills which contract, and how its columns are mapped."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.contracts import CONTRACTS, Contract
from skillpath.pipeline.ingest.source_spec import APPEND, FULL, Money, Select, SourceSpec, SyncConfig


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
    _refuse_twins(specs, path)
    order = list(CONTRACTS)
    # By name within a contract: the order in which a configuration lists its sources makes no difference.
    ordered = sorted(specs, key=lambda spec: (order.index(spec.contract), spec.name))
    return SyncConfig(str(data.get("name", path.stem)), bool(data.get("synthetic", False)), tuple(ordered))


def _refuse_twins(specs: tuple[SourceSpec, ...], path: Path) -> None:
    names = [spec.name for spec in specs]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise BadInput(f"Two sources are called {', '.join(twins)}", where=str(path), todo="Give each its own name")


_BY_FIELD = ("columns", "constants", "values", "parse", "prefix", "digest", "lists", "dates", "complete")


def _spec(section: Any, base: Path, file: Path) -> SourceSpec:
    where = f"{file}, source {section.get('name', '?')!r}" if isinstance(section, dict) else str(file)
    if not isinstance(section, dict) or not {"name", "contract", "columns"} <= section.keys():
        raise BadInput("A source needs name, contract and columns", where=where, todo="Add what is missing")
    _refuse_unknown(section, SourceSpec, where)
    _check_shapes(section, where)
    contract = CONTRACTS.get(section["contract"])
    if contract is None:
        raise BadInput(f"No contract {section['contract']!r}", where=where, todo=f"Use one of {', '.join(CONTRACTS)}")
    _check_fields(section, contract, where)
    _check_place(section, where)
    select = section.get("select", {})
    _refuse_unknown(select, Select, where)
    chosen = Select(**{**select, "distinct": tuple(select.get("distinct", ()))})
    _check_selection(chosen, contract, where)
    _check_scan(section.get("scan", ()), contract, where)
    money = section.get("money", {})
    _refuse_unknown(money, Money, where)
    plain = {k: v for k, v in section.items() if k not in ("path", "scan", "select", "money")}
    place = base / section["path"] if "path" in section else Path()
    return SourceSpec(**plain, path=place, scan=tuple(section.get("scan", ())), select=chosen, money=Money(**money))


def _check_fields(section: dict[str, Any], contract: Contract, where: str) -> None:
    for part in _BY_FIELD:
        unknown = set(section.get(part, {})) - contract.fields.keys()
        if unknown:
            raise BadInput(
                f"{part} names {', '.join(sorted(unknown))}, which contract {contract.name} does not have",
                where=where,
                todo=f"Its fields are {', '.join(contract.fields)}",
            )
    given = set().union(*(section.get(part, {}) for part in ("columns", "constants", "digest")))
    missing = [name for name, f in contract.fields.items() if f.required and name not in given]
    if missing:
        raise BadInput(f"Nothing fills {', '.join(missing)}", where=where, todo="Map a column or give a constant")
    guessed = set(section.get("complete", {})) & {*contract.key, *(n for n, f in contract.fields.items() if f.refers)}
    if guessed:
        raise BadInput(f"complete invents {', '.join(sorted(guessed))}", where=where, todo="Codes cannot be completed")
    for name, pattern in section.get("parse", {}).items():
        try:
            groups = re.compile(pattern).groups
        except re.error as error:
            raise BadInput(f"parse.{name} is no pattern: {error}", where=where, todo="Mend it") from error
        if groups != 1:
            raise BadInput(f"parse.{name} has {groups} groups", where=where, todo="Put (…) around the part to take")


def _check_place(section: dict[str, Any], where: str) -> None:
    """One place to read from, and a mode that fits how it is read."""
    if ("path" in section) == ("url" in section):
        raise BadInput("A source needs a path or a url", where=where, todo="Give one of the two")
    if "url" in section and ("table" in section) == ("query" in section):
        raise BadInput("A database source needs a table or a query", where=where, todo="Give one of the two")
    mode = section.get("mode", FULL)
    if mode not in (FULL, APPEND):
        raise BadInput(f"No mode {mode!r}", where=where, todo=f"Use {FULL} or {APPEND}")
    if section.get("watermark") and mode != APPEND:
        raise BadInput("A watermark hides what is old, not what is gone", where=where, todo=f'Add mode = "{APPEND}"')
    if not 0 <= section.get("refuse_above", 0.5) <= 1:
        raise BadInput("refuse_above is no share", where=where, todo="Give a number from 0 to 1")


def _check_shapes(section: dict[str, Any], where: str) -> None:
    texts = ("name", "contract", "path", "encoding", "sheet", "url", "table", "query", "timezone", "mode", "watermark")
    shapes: dict[str, Any] = dict.fromkeys(texts, str) | {"scan": list, "select": dict, "money": dict}
    shapes |= dict.fromkeys(_BY_FIELD, dict) | {"refuse_above": (int, float)}
    wrong = [key for key, shape in shapes.items() if key in section and not isinstance(section[key], shape)]
    inner = {"columns": str, "parse": str, "prefix": str, "digest": list, "lists": str, "dates": str, "values": dict}
    for part, shape in inner.items():
        parts = section.get(part, {})
        wrong += [f"{part}.{k}" for k, v in parts.items() if not isinstance(v, shape)] if part not in wrong else []
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
