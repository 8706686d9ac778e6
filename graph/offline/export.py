"""Export of the existing graph as frames for Neo4j's importer, types kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from skillpath.cypher import query
from skillpath.graph.core.connection import Graph
from skillpath.graph.offline.importer_files import END, ID, START, ImportFiles, Unwritable
from skillpath.graph.offline.numbers import Numbers

INVENTORY_NODES = query("offline/inventory_nodes")
INVENTORY_RELATIONSHIPS = query("offline/inventory_relationships")
NODES = query("offline/export_nodes", "kind", "columns")
RELATIONSHIPS = query("offline/export_relationships", "kind", "columns")
NOTHING = "LIST<NOTHING>"
TYPES = {
    "STRING": ("string", pl.String),
    "INTEGER": ("long", pl.Int64),
    "FLOAT": ("double", pl.Float64),
    "BOOLEAN": ("boolean", pl.Boolean),
    "DATE": ("date", pl.String),
    "ZONED DATETIME": ("datetime", pl.String),
    "LOCAL DATETIME": ("localdatetime", pl.String),
    "ZONED TIME": ("time", pl.String),
    "LOCAL TIME": ("localtime", pl.String),
    "DURATION": ("duration", pl.String),
}
"""Neo4j's name of a type: the importer's, and what holds it meanwhile; moments stay text, exact to the nanosecond."""
_LIST = re.compile(r"LIST<(.+)>")


@dataclass(frozen=True)
class Column:
    """A property in one type; the same property has several columns where it is not always of one type."""

    key: str
    types: tuple[str, ...]
    only: bool

    @property
    def element(self) -> str:
        """Neo4j's type of the value, or of the elements of the list."""
        named = [plain(t) for t in self.types if plain(t) != NOTHING] or ["LIST<STRING>"]
        found = _LIST.fullmatch(named[0])
        return found[1] if found else named[0]

    @property
    def listed(self) -> bool:
        """Whether it is a list."""
        return plain(self.types[0]).startswith("LIST<")

    @property
    def asked(self) -> dict[str, Any]:
        """Parameters of the query."""
        text = TYPES[self.element][1] == pl.String and self.element != "STRING"
        return {
            "key": self.key,
            "types": list(self.types),
            "only": self.only,
            "texts": text and self.listed,
            "text": text and not self.listed,
        }

    @property
    def dtype(self) -> Any:
        """What holds it in polars."""
        kind = TYPES[self.element][1]
        return pl.List(kind) if self.listed else kind


def plain(type_: str) -> str:
    """A type without what it says of nulls.

    >>> plain("LIST<STRING NOT NULL> NOT NULL")
    'LIST<STRING>'
    """
    return type_.replace(" NOT NULL", "")


def export_graph(graph: Graph, files: ImportFiles, numbers: Numbers) -> None:
    """Write everything but the migrations to ``files``; nodes get numbers and can be found by label and code.

    Raises:
        Unwritable: a property is of a type that the importer cannot be told.
    """
    known = [pl.DataFrame(schema={"element": pl.String, "number": pl.Int64})]
    for labels, columns in _inventory(graph.read(INVENTORY_NODES)):
        rows = _values(graph, NODES, list(labels), columns, ("node",))
        rows = rows.with_columns(numbers.take(rows.height).alias(ID))
        known.append(rows.select(element="node", number=ID))
        for part, types in _uniform(rows.drop("node"), columns):
            files.add_nodes(":".join(labels), part, types)
        code = next((str(i) for i, c in enumerate(columns) if c.key == "code" and c.element == "STRING"), None)
        if code:
            numbers.register(labels, rows.select(code=code, number=ID))
    of = pl.concat(known)
    for type_, columns in _inventory(graph.read(INVENTORY_RELATIONSHIPS)):
        rows = _values(graph, RELATIONSHIPS, type_, columns, ("source", "target"))
        rows = rows.join(of.rename({"element": "source", "number": START}), on="source")
        rows = rows.join(of.rename({"element": "target", "number": END}), on="target").drop("source", "target")
        for part, types in _uniform(rows, columns):
            files.add_relationships(type_, part, types)


def _inventory(rows: list[dict[str, Any]]) -> Iterable[tuple[Any, list[Column]]]:
    """Each kind with its columns."""
    kinds: dict[Any, dict[str, set[str]]] = {}
    for row in rows:
        kind = tuple(row["kind"]) if isinstance(row["kind"], list) else row["kind"]
        keys = kinds.setdefault(kind, {})
        if row["key"] is not None:
            keys.setdefault(row["key"], set()).add(row["type"])
    for kind, keys in sorted(kinds.items()):
        yield kind, [column for key, types in sorted(keys.items()) for column in _columns(key, types)]


def _columns(key: str, types: set[str]) -> list[Column]:
    """An empty list goes with lists of any type; else each type is a column."""
    empty = tuple(t for t in types if plain(t) == NOTHING)
    named = sorted(types.difference(empty))
    lists = [t for t in named if plain(t).startswith("LIST<")]
    groups = [(t, *empty) if [t] == lists[:1] else (t,) for t in named]
    if empty and not lists:
        groups.append(empty)
    columns = [Column(key, group, len(groups) > 1) for group in groups]
    for column in columns:
        if column.element not in TYPES:
            raise Unwritable(
                f"Property {key} is of type {column.element}, which the offline path does not carry over",
                todo="Load with `skillpath sync` without --offline",
            )
    return columns


def _values(graph: Graph, statement: Any, kind: Any, columns: list[Column], ends: tuple[str, ...]) -> pl.DataFrame:
    """(ends, one column for each of ``columns``, named by its place)."""
    schema = dict.fromkeys(ends, pl.String) | {str(i): c.dtype for i, c in enumerate(columns)}
    asked = [column.asked for column in columns]
    rows = [(*(row[end] for end in ends), *row["values"]) for row in graph.stream(statement, kind=kind, columns=asked)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _uniform(rows: pl.DataFrame, columns: list[Column]) -> Iterable[tuple[pl.DataFrame, dict[str, str]]]:
    """Rows under their properties' names, apart where a property is not of the same type in all of them."""
    mixed = [str(i) for i, column in enumerate(columns) if column.only]
    parts = [rows]
    if mixed:
        which = rows.with_columns(pl.struct(pl.col(mixed).is_null()).alias("#which"))
        parts = [part.drop("#which") for part in which.partition_by("#which")]
    for part in parts:
        used = {
            i: column for i, column in enumerate(columns) if not column.only or part[str(i)].null_count() < part.height
        }
        unused = [str(i) for i in range(len(columns)) if i not in used]
        named = part.drop(unused).rename({str(i): column.key for i, column in used.items()})
        yield named, {column.key: TYPES[column.element][0] for column in used.values()}
