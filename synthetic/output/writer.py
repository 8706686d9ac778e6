"""Writer of the town's tables piece by piece, so that none has to fit into memory."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import polars as pl

from skillpath.errors import BadInput
from skillpath.synthetic.output.broken_rows import DAMAGES, RowCorruptor
from skillpath.synthetic.town_settings import TownSettings

ROW_GROUP = 65_536
"""Rows of a Parquet row group; part of what makes the same seed give the same bytes."""


class TownWriter:
    """The folder of a town while it is written; pieces of one table are appended in the order they come.

    Attributes:
        rows: name of a CSV file → good rows.
        columns: name of a CSV file → columns.
    """

    def __init__(self, folder: Path, settings: TownSettings) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self.columns: dict[str, list[str]] = {}
        self._soilers = {name: RowCorruptor(settings, name) for name in DAMAGES}
        self._open: dict[str, BinaryIO] = {}
        self._parts: dict[str, list[Path]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> TownWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()
        for part in (part for parts in self._parts.values() for part in parts):
            part.unlink(missing_ok=True)

    @property
    def dirty(self) -> dict[str, dict[str, int]]:
        """Name of a CSV file → kind of damage → rows added to the good ones."""
        return {name: dict(soiler.counts) for name, soiler in self._soilers.items() if soiler.counts}

    def append(self, name: str, table: pl.DataFrame) -> None:
        """Add rows to a CSV or Parquet file of the folder; the ending of `name` decides.

        Raises:
            BadInput: the folder cannot be written.
        """
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".parquet":
                self._append_part(path, table)
            else:
                self._append_rows(name, path, table)
        except OSError as error:
            raise unwritable(path, error) from error

    def finish(self) -> None:
        """Close the CSV files and put the pieces of each Parquet file together.

        Raises:
            BadInput: the folder cannot be written.
        """
        try:
            self._stack.close()
            for name, parts in self._parts.items():
                pl.scan_parquet(parts).sink_parquet(self.folder / name, row_group_size=ROW_GROUP)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def _append_rows(self, name: str, path: Path, table: pl.DataFrame) -> None:
        written = self._soilers[name].corrupt(table) if name in self._soilers else table
        begun = name in self._open
        if not begun:
            self._open[name] = self._stack.enter_context(path.open("wb"))
            self.columns[name] = table.columns
        self.rows[name] = self.rows.get(name, 0) + table.height
        # A missing value and an empty text are the same blank field.
        written.with_columns(pl.col(pl.String).replace("", None)).write_csv(self._open[name], include_header=not begun)

    def _append_part(self, path: Path, table: pl.DataFrame) -> None:
        parts = self._parts.setdefault(str(path.relative_to(self.folder)), [])
        part = path.with_name(f".{path.stem}-{len(parts):05d}.part")
        parts.append(part)
        table.write_parquet(part)


def unwritable(path: Path, error: OSError) -> BadInput:
    """Return the error that says why a path cannot be written."""
    reason = error.strerror or str(error)
    return BadInput(f"Cannot write: {reason}", where=str(path), todo="Choose a folder you may write, with space left")
