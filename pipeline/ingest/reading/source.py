"""The entry point for reading any kind of source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading.encodings import as_utf8
from skillpath.pipeline.ingest.reading.json_lines import read_json_lines
from skillpath.pipeline.ingest.reading.parquet import read_parquet
from skillpath.pipeline.ingest.reading.separated import read_separated
from skillpath.pipeline.ingest.reading.table import ROW, Table, content
from skillpath.pipeline.ingest.reading.watermark import since_watermark
from skillpath.pipeline.ingest.reading.workbook import read_workbook
from skillpath.pipeline.ingest.source_spec import SourceSpec


def read_source(spec: SourceSpec, since: str | None = None, limit: int | None = None) -> Table:
    """The rows of a source as they stand, before anything is mapped.

    Args:
        since: only rows whose watermark is not below this one, or that have none.
        limit: only the first so many rows, rejected ones counted.

    Raises:
        BadInput: the source cannot be read; one sentence says why, and nothing was taken.
    """
    if spec.url:
        # SQLAlchemy is loaded where a database is read, and only there.
        from skillpath.pipeline.ingest.reading.database import read_database

        return read_database(spec, since if spec.watermark else None, limit)
    table = read_table(spec.path, spec.encoding, spec.sheet, limit if since is None else None)
    if since is not None and spec.watermark:
        table = since_watermark(table, spec, since)
    return table if limit is None else _first(table, limit)


def read_table(path: Path, encoding: str = "", sheet: str = "", limit: int | None = None) -> Table:
    """Read a file of one of `SUFFIXES`.

    Args:
        encoding: of text that is not UTF-8 and bears no mark.
        sheet: of a workbook; its first one when empty.
        limit: rows that are enough, where a format can be read in part.

    Raises:
        BadInput: the file is missing, empty, unreadable or of another type.
    """
    if not path.is_file():
        raise BadInput("No such file", where=str(path), todo="Check the path")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        what = f"Cannot read {path.suffix or 'a file without a suffix'}"
        raise BadInput(what, where=str(path), todo=f"Give one of {', '.join(_READERS)}")
    if path.stat().st_size == 0:
        raise BadInput("The file is empty", where=str(path), todo="Give a file with a header and rows")
    return reader(path, encoding, sheet, limit)


def _first(table: Table, limit: int) -> Table:
    """The first rows, rejected ones counted."""
    rows = table.frame[ROW].append(table.rejected["row"]).unique().sort()
    if rows.len() <= limit:
        return table
    last = rows[limit - 1] if limit else 0
    return Table(
        table.file, table.frame.filter(table.frame[ROW] <= last), table.rejected.filter(table.rejected["row"] <= last)
    )


def _text(path: Path, encoding: str) -> bytes:
    return as_utf8(content(path), encoding, str(path))


_READERS: dict[str, Callable[[Path, str, str, int | None], Table]] = {
    ".csv": lambda path, encoding, _, __: read_separated(_text(path, encoding), str(path), ","),
    ".tsv": lambda path, encoding, _, __: read_separated(_text(path, encoding), str(path), "\t"),
    ".parquet": lambda path, _, __, limit: read_parquet(path, limit),
    ".jsonl": lambda path, encoding, _, __: read_json_lines(_text(path, encoding), str(path)),
    ".xlsx": lambda path, _, sheet, __: read_workbook(path, sheet),
}
SUFFIXES = tuple(_READERS)
"""What names of files that can be read end in."""
