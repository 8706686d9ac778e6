"""Excel workbooks: one sheet as text, as a person sees its cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.reading.table import Table, check_header, named, numbered

if TYPE_CHECKING:
    from fastexcel import ExcelReader


def read_workbook(path: Path, sheet: str) -> Table:
    """A sheet whose first filled row is the header; blank rows are no rows, but they count as lines.

    Args:
        sheet: its name; the first one when empty.

    Raises:
        BadInput: no workbook, no such sheet, or nothing in it.
    """
    cells = _cells(path, sheet)
    shown = pl.all().str.strip_chars().fill_null("") != ""
    filled = cells.select(pl.any_horizontal(shown)).to_series() if cells.width else pl.Series(dtype=pl.Boolean)
    lines = np.flatnonzero(filled.to_numpy()) + 1
    if not lines.size:
        raise BadInput("The sheet is empty", where=str(path), todo="Set sheet in its source, or fill it")
    header = [str(name or "") for name in cells.row(int(lines[0]) - 1)]
    frame = cells.filter(filled)[1:]
    # Excel often keeps formatted columns that hold nothing at all.
    used = [i for i, name in enumerate(header) if name.strip() or frame.to_series(i).null_count() < frame.height]
    names = named([header[i] for i in used])
    kept = frame.select(frame.columns[i] for i in used)
    check_header(names, str(path))
    kept.columns = names
    return numbered(str(path), kept, lines=pl.Series(lines[1:]))


def _cells(path: Path, sheet: str) -> pl.DataFrame:
    """All cells from the first row on, as text."""
    import fastexcel

    book = _book(path)
    if sheet and sheet not in book.sheet_names:
        raise BadInput(f"No sheet {sheet!r}", where=str(path), todo=f"It has {', '.join(book.sheet_names)}")
    try:
        # Typed columns would lose what does not fit the type of the first thousand rows.
        return pl.DataFrame(book.load_sheet(sheet or 0, header_row=None, skip_rows=0, dtypes="string"))
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise BadInput(f"Cannot read the sheet: {_cause(error)}", where=str(path), todo="Check the file") from error


def _book(path: Path) -> ExcelReader:
    import fastexcel

    try:
        return fastexcel.read_excel(path)
    except (fastexcel.FastExcelError, OSError) as error:
        raise BadInput(f"Not an Excel workbook: {_cause(error)}", where=str(path), todo="Check the file") from error


def _cause(error: Exception) -> str:
    return str(error).splitlines()[0]


def sheets(path: Path) -> tuple[str, ...]:
    """The names of a workbook's sheets.

    Raises:
        BadInput: no workbook.
    """
    return tuple(_book(path).sheet_names)
