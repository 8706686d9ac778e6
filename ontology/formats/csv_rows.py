"""A CSV reader that rejects single broken rows and keeps the rest.

Written by hand on top of the csv module: no library's reader turns away a row with a broken quote and keeps the rest.
Unlike `pipeline.ingest.reading.separated`, which goes on behind all the lines that a broken row took, it goes on with
the second of these lines, as a quote that is never closed must cost a vocabulary one row and not all the rest.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillpath.errors import BadInput
from skillpath.ontology.formats.csv_limit import cell_limit
from skillpath.ontology.formats.row_checks import RowChecks
from skillpath.ontology.formats.vocabulary_files import check_columns, check_file, check_rows


@dataclass(frozen=True)
class CsvLimits:
    """How much damage a CSV file may have.

    Attributes:
        quote_errors: rows with broken quotes, above which the file is refused whole.
        cell: characters of a cell, above which its row is turned away.
    """

    quote_errors: int = 100
    cell: int = 131_072


def read_csv(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    limits: CsvLimits | None = None,
    delimiter: str = ",",
) -> RowChecks:
    """The named columns as text, with the 1-based data ``row``; an absent optional column is null.

    Other columns are ignored; rows with too few or too many cells or broken quotes are already turned away.
    Raises BadInput for a file that is missing, empty, not CSV in UTF-8, or lacks a required column.
    """
    check_file(path)
    limits = limits or CsvLimits()
    with cell_limit(limits.cell):
        records = _records(path, limits, delimiter)
        header = [name.strip() for name in next(records, None) or []]
        check_columns(path, required, header)
        if len(set(header)) < len(header):
            raise BadInput("Two columns have the same name", where=str(path), todo="Rename one")
        rows = [row for row in records if row]
    check_rows(path, len(rows))
    good = [(i, *row) for i, row in enumerate(rows, 1) if len(row) == len(header)]
    bad = [(i, ",".join(row), len(row)) for i, row in enumerate(rows, 1) if len(row) != len(header)]
    frame = pl.DataFrame(good, schema={"row": pl.UInt32, **dict.fromkeys(header, pl.String)}, orient="row")
    absent = [pl.lit(None, pl.String).alias(c) for c in optional if c not in header]
    row_checks = RowChecks(path.name, frame.with_columns(absent).select("row", *required, *optional))
    ragged = pl.DataFrame(bad, schema={"row": pl.UInt32, "cells": pl.String, "len": pl.UInt32}, orient="row")
    broken = pl.col("len") == 1
    row_checks.note(ragged.filter(broken), "cells", "the quotes of this row are broken, or it has one cell", "csv")
    row_checks.note(ragged.filter(~broken), "cells", f"the row has not {len(header)} cells", "csv")
    return row_checks


def _records(path: Path, limits: CsvLimits, delimiter: str) -> Iterator[list[str]]:
    """The rows of the file; a line whose quotes are broken comes as one cell."""
    lines = io.StringIO(_decoded(path), newline="").readlines()
    at = errors = 0
    while at < len(lines):
        reader = csv.reader(lines[at:], strict=True, delimiter=delimiter)
        done = 0
        try:
            for row in reader:
                done = reader.line_num
                yield row
            return
        except csv.Error as error:
            errors += 1
            if errors > limits.quote_errors:
                raise BadInput(
                    f"This is not CSV: {error}", where=f"{path}, line {at + done + 1}", todo="Export it again"
                ) from error
            yield [lines[at + done].strip() or "?"]
            at += done + 1


def _decoded(path: Path) -> str:
    """The text; what is not UTF-8 becomes U+FFFD, which the checks of the rows turn away."""
    data = path.read_bytes()
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise BadInput("The file is in UTF-16", where=str(path), todo="Save it as UTF-8")
    if data.startswith(b"PAR1"):
        raise BadInput("This is a Parquet file, not CSV", where=str(path), todo="Export it as CSV")
    return data.decode("utf-8-sig", errors="replace")
