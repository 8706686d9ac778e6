"""CSV files of Neo4j's importer, with typed headers and numeric node ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from skillpath.errors import SkillpathError

DELIMITER = "\x1f"
"""Stands between the elements of a list: the control character made for it, in no text that was cleaned."""
EMPTY = "_emptyLists"
"""Property that names the lists of a node or relationship that are empty; the importer would leave them out."""
ID, LABELS, START, END = ":ID", ":LABEL", ":START_ID", ":END_ID"
_MOMENT = "%Y-%m-%dT%H:%M:%S%.f"
_ROWS = 20_000
_NAMES: dict[Any, str] = {pl.Boolean: "boolean", pl.Date: "date", pl.String: "string"}


class Unwritable(SkillpathError):
    """A value that the importer cannot take."""


@dataclass
class ImportFiles:
    """Files in one folder, and the arguments that tell the importer of them.

    Attributes:
        longest: bytes of the longest text in them.
        multiline: those with line breaks inside a value, which the importer reads more slowly.
    """

    folder: Path
    arguments: list[str] = field(default_factory=list)
    nodes: int = 0
    relationships: int = 0
    longest: int = 0
    multiline: list[str] = field(default_factory=list)

    def add_nodes(self, labels: str, rows: pl.DataFrame, types: dict[str, str] | None = None) -> None:
        """Nodes with `ID` (and `LABELS`, further ones); every other column is a property.

        Args:
            labels: of all of them, with colons between.
            types: Neo4j's name of the type, for columns that hold it as text.

        Raises:
            Unwritable: a list has an empty text alone, or a text that has the delimiter.
        """
        if not rows.is_empty():
            self.nodes += rows.height
            self._add("nodes", labels, rows, types or {})

    def add_relationships(self, type_: str, rows: pl.DataFrame, types: dict[str, str] | None = None) -> None:
        """Relationships with `START` and `END`; every other column is a property; else as `add_nodes`."""
        if not rows.is_empty():
            self.relationships += rows.height
            self._add("relationships", type_, rows, types or {})

    def _add(self, what: str, name: str, rows: pl.DataFrame, types: dict[str, str]) -> None:
        file = f"{what}-{len(self.arguments)}.csv"
        converted = importable(rows, types)
        texts = [pl.col(n).str.len_bytes().max() for n, kind in converted.schema.items() if kind == pl.String]
        if texts:
            self.longest = max(self.longest, converted.select(pl.max_horizontal(texts)).item() or 0)
            if converted.select(pl.any_horizontal(pl.col(pl.String).str.contains("[\r\n]").any())).item():
                self.multiline.append(file)
        converted.write_csv(self.folder / file, batch_size=_ROWS)
        # The file is named without its folder, whose name may hold what the importer takes for a list or a pattern.
        self.arguments.append(f"--{what}={name}={file}" if name else f"--{what}={file}")


def importable(rows: pl.DataFrame, types: dict[str, str]) -> pl.DataFrame:
    """Columns named and written as the importer reads them; those without any value left out."""
    lists = [n for n, kind in rows.schema.items() if isinstance(kind, pl.List) and n != LABELS]
    if lists:
        rows = _with_empty(rows, lists)
    made = [_column(rows, name, types) for name in rows.columns if rows[name].null_count() < rows.height]
    return rows.select(made)


def _with_empty(rows: pl.DataFrame, lists: list[str]) -> pl.DataFrame:
    names = pl.concat_list(pl.when(pl.col(n).list.len() == 0).then(pl.lit(n)) for n in lists).list.drop_nulls()
    return rows.with_columns(pl.when(names.list.len() > 0).then(names).alias(EMPTY))


def _column(rows: pl.DataFrame, name: str, types: dict[str, str]) -> pl.Expr:
    kind = rows.schema[name]
    if name in (ID, START, END):
        return pl.col(name)
    if isinstance(kind, pl.List):
        _check(rows[name], name)
        text = pl.col(name).list.eval(_text(pl.element(), kind.inner).cast(pl.String)).list.join(DELIMITER)
        return text.alias(name if name == LABELS else f"{name}:{types.get(name) or _type(kind.inner)}[]")
    return _text(pl.col(name), kind).alias(f"{name}:{types.get(name) or _type(kind)}")


def _check(lists: pl.Series, name: str) -> None:
    if lists.dtype != pl.List(pl.String):
        return
    texts = lists.explode(empty_as_null=True)
    alone = lists.filter(lists.list.len() == 1).explode() == ""
    if texts.str.contains(DELIMITER, literal=True).any() or alone.any():
        raise Unwritable(
            "A list holds U+001F or nothing but an empty text, which Neo4j's importer cannot take",
            where=name,
            todo="Load with `skillpath sync` without --offline",
        )


def _type(kind: Any) -> str:
    if isinstance(kind, pl.Datetime):
        return "datetime" if kind.time_zone else "localdatetime"
    for known, name in _NAMES.items():
        if kind == known:
            return name
    if kind.is_integer():
        return "long"
    if kind.is_float():
        return "double"
    raise Unwritable(f"No property of Neo4j is of polars' type {kind}")


def _text(value: pl.Expr, kind: Any) -> pl.Expr:
    """A value as the importer reads it."""
    if isinstance(kind, pl.Datetime):
        zone = f"%:z[{kind.time_zone}]" if kind.time_zone else ""
        return value.dt.to_string(_MOMENT + zone)
    if kind == pl.Float32:
        # What Python would have sent.
        return value.cast(pl.Float64)
    return value
