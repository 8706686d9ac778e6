"""Checks of a vocabulary's files before they are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput

PARQUET_MAGIC = b"PAR1"


def check_folder(folder: Path) -> None:
    """Raise BadInput unless ``folder`` is a folder."""
    if not folder.exists():
        raise BadInput("The folder does not exist", where=str(folder), todo="Check the path")
    if not folder.is_dir():
        raise BadInput(
            "A file was given where a folder is needed",
            where=str(folder),
            todo="Give the folder that holds the vocabulary's files",
        )


def read_parquet(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> pl.DataFrame:
    """The wanted text columns of a Parquet file, absent optional ones as null; others are ignored. Raises BadInput."""
    check_file(path)
    with path.open("rb") as stream:
        head = stream.read(4)
    if head != PARQUET_MAGIC:
        raise BadInput("This is not a Parquet file", where=str(path), todo="Export it as Parquet")
    try:
        schema = pl.read_parquet_schema(path)
        check_columns(path, columns, list(schema))
        there = [*columns, *(c for c in optional if c in schema)]
        frame = pl.read_parquet(path, columns=there)
        absent = [pl.lit(None, pl.String).alias(c) for c in optional if c not in schema]
        frame = frame.select(pl.col(c).cast(pl.String) for c in there).with_columns(absent)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).splitlines()[0]
        raise BadInput(
            f"The Parquet file cannot be read: {first}", where=str(path), todo="Export or copy it again"
        ) from error
    check_rows(path, frame.height)
    return frame


def check_file(path: Path) -> None:
    """Raise BadInput unless ``path`` is a file with something in it that may be read."""
    if not path.exists():
        raise BadInput(f"The file {path.name} is missing", where=str(path.parent), todo="Put it there")
    if path.is_dir():
        raise BadInput(f"{path.name} is a folder, not a file", where=str(path), todo="Put the file there")
    try:
        empty = path.stat().st_size == 0
        path.open("rb").close()
    except OSError as error:
        raise BadInput(
            f"The file cannot be read: {error.strerror}", where=str(path), todo="Check its rights"
        ) from error
    if empty:
        raise BadInput("The file is empty", where=str(path), todo="Export it again")


def check_columns(path: Path, wanted: Sequence[str], found: Sequence[str]) -> None:
    """Raise BadInput naming the columns that are not there."""
    missing = [c for c in wanted if c not in found]
    if missing:
        raise BadInput(
            f"No column {', '.join(missing)}",
            where=str(path),
            todo=f"The file has {', '.join(found) or 'none'}: add or rename columns",
        )


def check_rows(path: Path, rows: int) -> None:
    """Raise BadInput for a file that has columns and no row."""
    if rows == 0:
        raise BadInput("The file has no rows", where=str(path), todo="Export it again")
