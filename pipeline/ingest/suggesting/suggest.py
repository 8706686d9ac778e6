"""Proposes how an unknown file could be read: a ``[[source]]`` section to look over, then to sync."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading.workbook import sheets
from skillpath.pipeline.ingest.suggesting.fit import FitSettings, choose
from skillpath.pipeline.ingest.suggesting.profile import Profile
from skillpath.pipeline.ingest.suggesting.section import build_section
from skillpath.pipeline.ingest.tables import LINE, ROW, Table, read_table

ROWS = 20_000
"""Rows looked at; enough to tell what repeats."""
_SAMPLE = 1 << 20
"""Bytes by which an encoding is guessed."""


@dataclass(frozen=True)
class _Read:
    table: Table
    encoding: str
    sheet: str
    others: tuple[str, ...]


def suggest(path: Path, settings: FitSettings | None = None) -> str:
    """A ``[[source]]`` section in TOML that `read_config` takes, with what is unsure in comments.

    Raises:
        BadInput: the file cannot be read.
    """
    chosen = settings or FitSettings()
    read = _read(path)
    frame = read.table.frame.drop(ROW, LINE).head(ROWS)
    profiles = [Profile(column) for column in frame.get_columns() if _plain(column.dtype)]
    if frame.is_empty() or not profiles:
        raise BadInput("Nothing to go by: no rows", where=str(path), todo="Give a file with a header and rows")
    choice = choose(profiles, f"{path.parent.name} {path.stem}", chosen)
    made = build_section(choice, profiles, path, chosen)
    if read.encoding:
        made.set("encoding", read.encoding, "unsure: guessed from the bytes")
    if read.others:
        made.set("sheet", read.sheet, f"unsure: or {', '.join(read.others)}")
    rejected = read.table.rejected["row"].n_unique()
    broken = f", {rejected} that are no rows" if rejected else ""
    made.notes.insert(
        0, f"Proposed from {frame.height} rows{broken}. See what it makes of them: skillpath sync --dry-run"
    )
    return made.text()


def _read(path: Path) -> _Read:
    try:
        table, encoding = read_table(path, limit=ROWS), ""
    except BadInput as error:
        encoding = _guess(path)
        if not encoding:
            raise
        try:
            table = read_table(path, encoding)
        except BadInput:
            raise error from None
    names = sheets(path) if path.suffix.lower() == ".xlsx" else ("",)
    return _Read(table, encoding, names[0], names[1:])


def _guess(path: Path) -> str:
    """Likely encoding of text that is not UTF-8; empty where it is not clear."""
    from charset_normalizer import from_bytes

    if path.suffix.lower() not in (".csv", ".tsv", ".jsonl") or not path.is_file():
        return ""
    with path.open("rb") as stream:
        sample = stream.read(_SAMPLE)
    # A character cut in two at the end would speak against the right one.
    found = from_bytes(sample[: sample.rfind(b"\n") + 1] or sample).best()
    return "" if found is None or found.encoding in ("utf_8", "ascii") else found.encoding


def _plain(dtype: pl.DataType) -> bool:
    inner = dtype.inner if isinstance(dtype, pl.List) else dtype
    return not (inner.is_nested() or isinstance(inner, pl.Binary | pl.Object))
