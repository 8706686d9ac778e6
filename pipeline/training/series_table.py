"""Reading, checking and writing of tables of monthly counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from skillpath.common.atomic import atomic_file
from skillpath.embeddings.series import Panel
from skillpath.embeddings.series.window_features import WINDOW
from skillpath.errors import BadInput

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
SKILL = "skill_id"
SHOWN = 3
LARGEST = 2**53
"""Counts above it are not exact as floating-point numbers."""


@dataclass(frozen=True)
class SeriesTable:
    """A checked table; rows in the order of the file.

    Attributes:
        ids: the two id columns as they came.
        group: name of the id column beside `SKILL`.
        panel: the counts; groups and skills numbered in the order of ``groups`` and ``skills``.
    """

    ids: pl.DataFrame
    group: str
    panel: Panel
    groups: list[str]
    skills: list[str]


def read_series(path: Path) -> SeriesTable:
    """Read CSV or parquet.

    Raises:
        BadInput: no such file, not such a table, a month missing, too few months, a count that is no whole number
            from 0, an id that is missing or a pair of ids that occurs twice.
    """
    table = read_table(path)
    months = sorted(name for name in table.columns if MONTH.fullmatch(name))
    group = _group_column(table, months, path)
    _check_months(months, path)
    ids = table.select(pl.col(group, SKILL).cast(pl.String, strict=False))
    _check_ids(ids, path)
    counts = _counts(table.select(months), path)
    groups, skills = (sorted(ids[name].unique().to_list(), key=_natural) for name in (group, SKILL))
    panel = Panel(_places(ids[group], groups), _places(ids[SKILL], skills), np.datetime64(months[0], "M"), counts)
    return SeriesTable(table.select(group, SKILL), group, panel, groups, skills)


def read_edges(path: Path, table: SeriesTable) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.int64]], int]:
    """(E, 3) edges of a graph file in the numbers of the table, and how many rows name what the table lacks.

    Raises:
        BadInput: no such file, or it lacks the table's group column, ``row_id`` or ``col_id``.
    """
    graph = read_table(path)
    wanted = [table.group, "row_id", "col_id"]
    if absent := [name for name in wanted if name not in graph.columns]:
        raise BadInput(f"The graph has no column {absent[0]}", where=str(path), todo=f"Give {', '.join(wanted)}")
    lists = (table.groups, table.skills, table.skills)
    columns = [
        _places(graph[name].cast(pl.String, strict=False), values) for name, values in zip(wanted, lists, strict=True)
    ]
    edges = np.column_stack(columns)
    return edges, int((edges < 0).any(axis=1).sum())


def write_forecast(table: SeriesTable, values: np.ndarray[tuple[int, int], np.dtype[np.float64]], out: Path) -> None:
    """The ids and a column for each month ahead, in the order of the table; CSV or parquet by the name.

    Raises:
        BadInput: the name ends otherwise, or the file cannot be written.
    """
    first = table.panel.first_month + table.panel.months
    columns = {str(first + step): values[:, step].astype(np.int64) for step in range(values.shape[1])}
    result = table.ids.hstack(pl.DataFrame(columns))
    suffix = check_name(out)
    try:
        with atomic_file(out) as made:
            result.write_csv(made) if suffix == ".csv" else result.write_parquet(made)
    except OSError as error:
        raise BadInput(f"The forecast cannot be written: {error.strerror}", where=str(out)) from error


def check_name(path: Path) -> str:
    """``.csv`` or ``.parquet``; anything else is refused."""
    if (suffix := path.suffix.lower()) not in (".csv", ".parquet"):
        raise BadInput("Tables are CSV or parquet", where=str(path), todo="Give a file ending in .csv or .parquet")
    return suffix


def read_table(path: Path) -> pl.DataFrame:
    """A CSV or parquet file as it is; refused with a sentence if it cannot be read."""
    suffix = check_name(path)
    if not path.is_file():
        raise BadInput("No such file", where=str(path), todo="Check the path")
    try:
        return pl.read_csv(path, infer_schema_length=None) if suffix == ".csv" else pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(f"Not a readable table: {str(error).splitlines()[0]}", where=str(path)) from error


def _group_column(table: pl.DataFrame, months: list[str], path: Path) -> str:
    others = [name for name in table.columns if name not in months]
    if SKILL not in others or len(others) != 2:
        raise BadInput(
            f"Two id columns are needed, {SKILL} and one more, beside one column a month; these are not months: "
            + (", ".join(others) or "none"),
            where=str(path),
            todo="Name months like 2021-01",
        )
    return next(name for name in others if name != SKILL)


def _check_months(months: list[str], path: Path) -> None:
    if len(months) < WINDOW:
        raise BadInput(
            f"A forecast needs {WINDOW} months, the table has {len(months)}",
            where=str(path),
            todo="Give a longer table",
        )
    first, last = np.datetime64(months[0], "M"), np.datetime64(months[-1], "M")
    if absent := [str(month) for month in np.arange(first, last + 1) if str(month) not in set(months)]:
        more = f" and {len(absent) - SHOWN} more" if len(absent) > SHOWN else ""
        raise BadInput(
            f"Months are missing: {', '.join(absent[:SHOWN])}{more}", where=str(path), todo="Fill them, 0 if none were"
        )


def _check_ids(ids: pl.DataFrame, path: Path) -> None:
    if not ids.height:
        raise BadInput("The table has no rows", where=str(path))
    if ids.null_count().sum_horizontal().item():
        row = ids.with_row_index("row", 1).filter(pl.any_horizontal(pl.all().is_null()))["row"][0]
        raise BadInput(f"Row {row} has no id", where=str(path), todo="Fill the id columns")
    twice = ids.filter(ids.is_duplicated())
    if twice.height:
        pair = ", ".join(f"{name} {value}" for name, value in twice.row(0, named=True).items())
        raise BadInput(f"A series occurs twice: {pair}", where=str(path), todo="Keep one row for each")


def _counts(table: pl.DataFrame, path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    for name in table.columns:
        values = table[name].cast(pl.Float64, strict=False)
        good = values.is_finite() & (values >= 0) & (values <= LARGEST) & (values == values.floor())
        if (bad := (~good.fill_null(False)).arg_true()).len():
            cell = table[name][bad[0]]
            raise BadInput(
                f"Row {bad[0] + 1}, month {name}: {'nothing' if cell is None else repr(cell)} is no count",
                where=str(path),
                todo="Counts are whole numbers from 0",
            )
    return table.cast(pl.Float64).to_numpy()


def _places(values: pl.Series, known: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    numbers = pl.DataFrame({"id": known, "place": np.arange(len(known))})
    joined = pl.DataFrame({"id": values}).join(numbers, on="id", how="left", maintain_order="left")
    return joined["place"].fill_null(-1).to_numpy().astype(np.int64)


def _natural(value: str) -> tuple[int, int, str]:
    """Numbers in the order of their size, before texts."""
    return (0, int(value), value) if value.isdecimal() else (1, 0, value)
