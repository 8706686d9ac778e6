"""Rejected rows kept as a file for mending and replay."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from skillpath.common.atomic import atomic_file
from skillpath.errors import BadInput, SkillpathError
from skillpath.pipeline.ingest.cleaning.cell_text import as_text
from skillpath.pipeline.ingest.quarantine import read_quarantine
from skillpath.pipeline.ingest.reading.encodings import as_utf8
from skillpath.pipeline.ingest.reading.separated import read_separated
from skillpath.pipeline.ingest.reading.table import LINE, ROW, Table, content

REASON = "#reason"
_LIST = "[]"
"""Ending of a header whose cells are lists, written as JSON."""
_OURS = {ROW: "#their row", LINE: "#their line"}
_SHOWN = {"row": 8, "line": 8, "column": 20, "value": 40, "reason": 72}
"""Columns of the terminal's table, and the most characters of each."""


def rows_path(folder: Path, source: str) -> Path:
    """Where a source's rejected rows lie whole."""
    return folder / f"{source}.rows.csv"


def keep_rows(folder: Path, source: str, table: Table, rejected: pl.DataFrame) -> Path | None:
    """Keep each rejected row of ``table`` unchanged, after `ROW`, `LINE` and `REASON` (all of its reasons).

    Replaces those of the source's last run; None if there are none. Rows that the reader could not tell the cells of
    are not in ``table``, and so not here: they are mended in the source's own file.
    """
    path = rows_path(folder, source)
    why = pl.format("{}: {}", pl.col("column"), pl.col("reason"))
    reasons = rejected.sort("row", "column").group_by("row", maintain_order=True).agg(why.str.join("; ").alias(REASON))
    kept = table.frame.join(reasons, left_on=ROW, right_on="row", how="inner", maintain_order="left")
    try:
        if kept.is_empty():
            path.unlink(missing_ok=True)
            return None
        with atomic_file(path) as made:
            _written(kept).write_csv(made)
    except OSError as error:
        raise SkillpathError(
            f"Cannot keep the rejected rows: {error.strerror}", where=str(path), todo="Check space and rights"
        ) from error
    return path


def _written(kept: pl.DataFrame) -> pl.DataFrame:
    columns = [kept[ROW], kept[LINE], kept[REASON]]
    for cells in kept.drop(ROW, LINE, REASON):
        if isinstance(cells.dtype, pl.List):
            wrapped = (
                cells.cast(pl.List(pl.String)).to_frame().select(pl.struct(pl.all().alias("x")).struct.json_encode())
            )
            text = wrapped.to_series().str.slice(5).str.head(-1)
            columns.append(
                text.zip_with(cells.is_not_null(), pl.Series([None], dtype=pl.String)).alias(cells.name + _LIST)
            )
        elif isinstance(cells.dtype, pl.Datetime):
            zone = "%z" if cells.dtype.time_zone else ""
            columns.append(cells.dt.strftime(f"%Y-%m-%dT%H:%M:%S%.6f{zone}"))
        elif cells.dtype.is_nested() or cells.dtype in (pl.Binary, pl.Object):
            # No field can be read from it, so it need not come back.
            continue
        else:
            columns.append(as_text(cells))
    return pl.DataFrame(columns)


def read_retry(folder: Path, source: str) -> Table | None:
    """The rejected rows of a source as they stand now, mended or not, for cleaning; None where there are none.

    Rows keep their numbers; one that a person added gets a number of its own.

    Raises:
        BadInput: the file is no table any more, or lacks the columns of ours.
    """
    path = rows_path(folder, source)
    if not path.is_file():
        return None
    head, newline, body = as_utf8(content(path), "", str(path)).partition(b"\n")
    for name, theirs in _OURS.items():
        head = head.replace(name.encode(), theirs.encode(), 1)
    table = read_separated(head + newline + body, str(path), ",")
    missing = {*_OURS.values(), REASON} - set(table.frame.columns)
    if missing:
        raise BadInput(f"{ROW}, {LINE} and {REASON} are gone", where=str(path), todo="Put the header back")
    frame = table.frame.drop(ROW, LINE, REASON)
    lists = [name for name in frame.columns if name.endswith(_LIST)]
    frame = frame.with_columns(_decoded(frame[name], str(path)) for name in lists)
    frame = _renumbered(frame).rename({name: name.removesuffix(_LIST) for name in lists})
    after = int(frame[ROW].max() or 0)  # type: ignore[arg-type]
    return Table(table.file, frame, table.rejected.with_columns(pl.col("row") + after))


def _renumbered(frame: pl.DataFrame) -> pl.DataFrame:
    number = frame[_OURS[ROW]].str.strip_chars().cast(pl.Int64, strict=False)
    own = number.is_not_null() & number.is_first_distinct()
    fresh = (~own).cum_sum() + int(number.max() or 0)  # type: ignore[arg-type]
    line = frame[_OURS[LINE]].str.strip_chars().cast(pl.Int64, strict=False)
    row = number.zip_with(own, fresh.cast(pl.Int64))
    rest = frame.drop(*_OURS.values())
    return rest.select(row.alias(ROW), line.fill_null(0).alias(LINE), pl.all())


def _decoded(cells: pl.Series, file: str) -> pl.Series:
    text = cells.replace("", None)
    try:
        return text.str.json_decode(pl.List(pl.String))
    except pl.exceptions.PolarsError as error:
        todo = 'Write it as ["one","two"]'
        raise BadInput(f"A cell of {cells.name} is no list", where=file, todo=todo) from error


def table_lines(folder: Path, source: str, most: int = 50) -> list[str]:
    """The quarantine of a source as the lines of a table, at most ``most`` of them and how many more there are."""
    rows, path = read_quarantine(folder, source), folder / f"{source}.csv"
    if rows.is_empty():
        return []
    shown = rows.head(most).select(_cell(name, width) for name, width in _SHOWN.items())
    wide = [max(len(name), int(shown[name].str.len_chars().max() or 0)) for name in shown.columns]  # type: ignore[arg-type]
    padded = shown.select(pl.col(name).str.pad_end(width) for name, width in zip(shown.columns, wide, strict=True))
    title = "  ".join(name.ljust(width) for name, width in zip(shown.columns, wide, strict=True))
    lines = [title.rstrip(), *padded.select(pl.concat_str(pl.all(), separator="  ").str.strip_chars_end()).to_series()]
    return [*lines, f"and {rows.height - most} more in {path}"] if rows.height > most else lines


def _cell(name: str, width: int) -> pl.Expr:
    text = pl.col(name).cast(pl.String).fill_null("").str.replace_all(r"[\p{C}\s]+", " ")
    return pl.when(text.str.len_chars() > width).then(text.str.head(width - 1) + "…").otherwise(text).alias(name)
