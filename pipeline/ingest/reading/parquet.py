"""The Parquet reader."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading.column_types import readable
from skillpath.pipeline.ingest.reading.table import Table, numbered


def read_parquet(path: Path, limit: int | None = None) -> Table:
    """A file's columns with the types it gives them; lines are row numbers.

    Raises:
        BadInput: no Parquet file, a truncated one, or one without rows.
    """
    try:
        frame = pl.read_parquet(path, n_rows=limit, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        what = str(error).splitlines()[0]
        raise BadInput(f"Not a Parquet file: {what}", where=str(path), todo="Check the file") from error
    if frame.is_empty():
        raise BadInput("The file has no rows", where=str(path), todo="Give a file with rows")
    return numbered(str(path), readable(frame))
