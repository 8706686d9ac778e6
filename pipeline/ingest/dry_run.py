"""A dry run of a sync on the first rows of each source; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning import CleaningResult, StepCount, clean
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.source_spec import SourceSpec, SyncConfig
from skillpath.pipeline.ingest.tables import Table, read_source

VALUE_LENGTH = 60
"""Characters of a value that people are shown."""


@dataclass(frozen=True)
class DryRunSettings:
    """How much is read and shown.

    Attributes:
        rows: rows read from each source.
        shown: records shown of each.
    """

    rows: int = 200
    shown: int = 5


@dataclass(frozen=True)
class DryRun:
    """What would become of one source's first rows; ``failure`` says why nothing would.

    Attributes:
        first: the first records as they would be made, month and parsed pay among them.
        rejected: quarantine rows: row, line, column, value, reason and rule.
        unchecked: fields that must be a known code, which only the graph can tell.
    """

    source: str
    contract: str
    file: str = ""
    rows: int = 0
    records: int = 0
    quarantined: int = 0
    not_selected: int = 0
    first: tuple[dict[str, Any], ...] = ()
    rejected: tuple[dict[str, Any], ...] = ()
    steps: tuple[StepCount, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    failure: str = ""


def dry_run(config: SyncConfig, settings: DryRunSettings | None = None) -> tuple[DryRun, ...]:
    """Read and clean the first rows of every source; one that cannot be read says why, and the rest goes on."""
    chosen = settings or DryRunSettings()
    return tuple(_try(spec, chosen) for spec in config.sources)


def _try(spec: SourceSpec, settings: DryRunSettings) -> DryRun:
    try:
        table = read_source(spec, limit=settings.rows)
        return _build_report(spec, table, clean(table, spec), settings.shown)
    except BadInput as error:
        return DryRun(spec.name, spec.contract, failure=str(error))


def _build_report(spec: SourceSpec, table: Table, cleaned: CleaningResult, shown: int) -> DryRun:
    fields = CONTRACTS[spec.contract].fields
    return DryRun(
        spec.name,
        spec.contract,
        table.file,
        rows=table.frame.height + table.rejected["row"].n_unique(),
        records=cleaned.frame.height,
        quarantined=cleaned.quarantined,
        not_selected=cleaned.not_selected,
        first=tuple(cleaned.frame.head(shown).to_dicts()),
        rejected=tuple(cleaned.rejected.drop("file").to_dicts()),
        steps=cleaned.steps,
        ignored_columns=cleaned.ignored_columns,
        unchecked=tuple(name for name, field in fields.items() if field.refers and _filled(cleaned.frame, name)),
    )


def _filled(frame: pl.DataFrame, name: str) -> bool:
    return frame[name].null_count() < frame.height


def lines(result: DryRun) -> list[str]:
    """What would become of one source, for people."""
    if result.failure:
        return [f"{result.source}: cannot be read. {result.failure}"]
    output = [
        f"{result.source} ({result.contract}): the first {result.rows} rows of {result.file} would be "
        f"{result.records} records, {result.quarantined} quarantined, {result.not_selected} not selected"
    ]
    output += [f"  {_record(record)}" for record in result.first]
    output += [f"  step {step.name}: {step.rows} rows, {step.detail}" for step in result.steps if step.rows]
    output += [
        f"  rejected: row {bad['row']}, line {bad['line']}: {bad['column'] or 'the row'} {_short(bad['value'])}: "
        f"{bad['reason']} ({bad['rule']})"
        for bad in result.rejected
    ]
    if result.ignored_columns:
        output.append(f"  not read: {', '.join(result.ignored_columns)}")
    if result.unchecked:
        output.append(f"  only the graph can tell whether these are known: {', '.join(result.unchecked)}")
    return output


def _record(record: dict[str, Any]) -> str:
    given = {k: v for k, v in record.items() if v is not None and k not in ("row", "line")}
    return f"row {record['row']}: " + "; ".join(f"{name} = {_short(value)}" for name, value in given.items())


def _short(value: Any) -> str:
    text = "|".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)
    plain = " ".join(text.split())
    return plain if len(plain) <= VALUE_LENGTH else plain[: VALUE_LENGTH - 1] + "…"
