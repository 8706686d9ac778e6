"""Selection of the rows that a sync reads: listed, quarantined, or both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from skillpath.pipeline.ingest.cleaning import CleaningResult
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.quarantine import read_quarantine, rejected
from skillpath.pipeline.ingest.reading import LINE, ROW, Table, read_source
from skillpath.pipeline.ingest.record_rows import record_code
from skillpath.pipeline.ingest.replay import read_retry
from skillpath.pipeline.ingest.source_spec import APPEND, Select, SourceSpec

DUPLICATE = "duplicate"


def rows_of(spec: SourceSpec, since: str | None, quarantine: Path, *, retry: bool) -> Table:
    """The rows to look at.

    A source that lists news alone will not list again what was turned away, so that is looked at again each time.

    Args:
        since: watermark of what was seen already.
        retry: only the rows of the quarantine, as they stand now.

    Raises:
        BadInput: the source, or the file of its quarantine, cannot be read.
    """
    whole = bool(spec.watermark) and since is None
    waiting = read_retry(quarantine, spec.name) if retry or (spec.mode == APPEND and not whole) else None
    if retry:
        return waiting or _no_rows(spec, quarantine)
    table = read_source(spec, since)
    return table if waiting is None else _after(waiting, table)


def replayed(spec: SourceSpec) -> SourceSpec:
    """A source whose rows were selected before they came to the quarantine."""
    return replace(spec, select=Select())


def same_again(
    cleaned: CleaningResult, spec: SourceSpec, file: str, quarantine: Path, known: pl.DataFrame
) -> CleaningResult:
    """Turn away rows that came to the quarantine for repeating a record, and still do: alone they would look first."""
    before = read_quarantine(quarantine, spec.name).filter(pl.col("rule") == DUPLICATE)["row"]
    live = known.filter(~pl.col("removed"))["code"]
    frame = cleaned.frame.with_columns(record_code(CONTRACTS[spec.contract]).alias("#code"))
    again = frame.filter(pl.col("row").is_in(before.implode()) & pl.col("#code").is_in(live.implode()))
    column, reason = pl.lit(CONTRACTS[spec.contract].key[0]), pl.lit("a record of this key stands already")
    bad = rejected(again, file, column=column, value=pl.col("#code"), reason=reason, rule=DUPLICATE)
    left = cleaned.frame.join(again, on="row", how="anti", maintain_order="left")
    return replace(cleaned, frame=left, rejected=pl.concat([cleaned.rejected, bad]))


def _after(waiting: Table, table: Table) -> Table:
    """Rows that wait, then new ones, numbered on."""
    last = max(int(waiting.frame[ROW].max() or 0), int(waiting.rejected["row"].max() or 0))  # type: ignore[arg-type]
    fresh = table.frame.with_columns(pl.col(ROW) + last)
    bad = pl.concat([waiting.rejected, table.rejected.with_columns(pl.col("row") + last)])
    return Table(table.file, pl.concat([waiting.frame, fresh], how="diagonal_relaxed"), bad)


def _no_rows(spec: SourceSpec, quarantine: Path) -> Table:
    columns = sorted({*spec.columns.values(), *(name for names in spec.digest.values() for name in names)})
    frame = pl.DataFrame(schema={ROW: pl.Int64, LINE: pl.Int64, **dict.fromkeys(columns, pl.String)})
    return Table(str(quarantine), frame, read_quarantine(quarantine, "").clear())
