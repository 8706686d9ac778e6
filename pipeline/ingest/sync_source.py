"""The sync of one source: read, clean, detect changes, write, report."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import polars as pl
import structlog

from skillpath.errors import BadInput
from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.sources import SourceState
from skillpath.graph.core.timing import ms_since
from skillpath.pipeline.enrich.reposts import find_reposts
from skillpath.pipeline.ingest import changes
from skillpath.pipeline.ingest.cleaning import CleaningResult, StepCount, clean
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.derive import Derivation, derive
from skillpath.pipeline.ingest.quarantine import read_quarantine, write_quarantine
from skillpath.pipeline.ingest.reading import Table, marks, newest
from skillpath.pipeline.ingest.record_rows import SHAPES, coded, number_undated, record_code
from skillpath.pipeline.ingest.reference_checks import REFERENCE, check_owners, check_references
from skillpath.pipeline.ingest.replay import keep_rows
from skillpath.pipeline.ingest.row_selection import replayed, rows_of, same_again
from skillpath.pipeline.ingest.source_spec import APPEND, SourceSpec
from skillpath.pipeline.ingest.sync_context import SourceContext

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SourceReport:
    """What became of one source's rows.

    Attributes:
        removed: records that got a tombstone.
        kept_unlisted: records no longer listed that were left alone, since so many rows lost their keys.
        skipped: nothing changed since the source was read to its end, so nothing was looked at again.
        failure: why nothing was taken.
    """

    source: str
    contract: str
    rows: int = 0
    quarantined: int = 0
    not_selected: int = 0
    records: Counts = field(default_factory=Counts)
    removed: int = 0
    kept_unlisted: int = 0
    terms: int = 0
    mapped: int = 0
    reposts: int = 0
    ignored_columns: tuple[str, ...] = ()
    steps: tuple[StepCount, ...] = ()
    quarantine: str = ""
    skipped: bool = False
    failure: str = ""


def sync_source(spec: SourceSpec, context: SourceContext) -> SourceReport:
    """Bring one source into the graph; a source that cannot be read changes nothing and says why."""
    started = time.monotonic()
    try:
        report = _Sync(spec, context).run()
    except BadInput as error:
        report = SourceReport(spec.name, spec.contract, failure=str(error))
    _log(report, context.store.run, started)
    return report


def _log(report: SourceReport, run: str, started: float) -> None:
    counts = report.records
    log.info(
        "source.synced",
        run=run,
        source=report.source,
        contract=report.contract,
        rows=report.rows,
        new=counts.inserted,
        changed=counts.updated,
        removed=report.removed,
        quarantined=report.quarantined,
        skipped=report.skipped,
        ms=ms_since(started),
        **({"failure": report.failure} if report.failure else {}),
    )


def metrics(report: SourceReport) -> dict[str, Any]:
    """What a run keeps of a source."""
    return {k: v for k, v in asdict(report).items() if k != "quarantine"}


class _Sync:
    def __init__(self, spec: SourceSpec, context: SourceContext) -> None:
        self.spec, self.context, self.store = spec, context, context.store
        self.contract = CONTRACTS[spec.contract]
        meaning = context.vocabulary.digest if SHAPES[spec.contract].needs else ""
        self.fingerprint = changes.fingerprint(spec, context.fixed, meaning)
        self.writer = context.store.writer(spec.name, spec.contract)
        self.node = context.store.node(spec.name)

    def run(self) -> SourceReport:
        digest = "" if self.context.retry else changes.file_digest(self.spec.path)
        if self._same(digest):
            return self._unchanged()
        with self._step("read and clean"):
            table = self._read()
            cleaned = self._checked(clean(table, replayed(self.spec) if self.context.retry else self.spec), table)
        with self._step("tell what changed"):
            known = self.store.records(self.spec.contract, self.spec.name)
            cleaned = check_owners(cleaned, self.spec, table.file, self.store, known)
            if self.context.retry or self.spec.mode == APPEND:
                cleaned = same_again(cleaned, self.spec, table.file, self.context.quarantine, known)
        kept = write_quarantine(self.context.quarantine, self.spec.name, cleaned.rejected)
        keep_rows(self.context.quarantine, self.spec.name, table, cleaned.rejected)
        report = SourceReport(
            self.spec.name,
            self.spec.contract,
            rows=table.frame.height + table.rejected["row"].n_unique(),
            quarantined=cleaned.quarantined,
            not_selected=cleaned.not_selected,
            ignored_columns=cleaned.ignored_columns,
            steps=cleaned.steps,
            quarantine=str(kept or ""),
        )
        report = self._write(report, table, cleaned, known)
        seen = "" if self.context.retry else newest(table, self.spec) or ""
        self.writer.finish(self._state(report, cleaned, known, digest), seen)
        return report

    def _step(self, name: str) -> Any:
        return self.context.report.step(f"{self.spec.name}: {name}")

    def _read(self) -> Table:
        whole = self.node.state.fingerprint != self.fingerprint
        since = None if whole else self.node.watermark or None
        return rows_of(self.spec, since, self.context.quarantine, retry=self.context.retry)

    def _same(self, digest: str) -> bool:
        """Whether the very same file was read to its end before, and what its rows waited for is not there yet."""
        state = self.node.state
        same = bool(digest) and (state.input, state.fingerprint) == (digest, self.fingerprint)
        return same and self.node.complete and not (state.waiting and self._awaited())

    def _awaited(self) -> bool:
        """Whether anything that quarantined rows refer to is there by now, or cannot be known."""
        rows = read_quarantine(self.context.quarantine, self.spec.name).filter(pl.col("rule") == REFERENCE)
        fields = self.contract.fields
        for (column,), group in rows.group_by("column"):
            if not self.store.known(fields[str(column)].refers, group["value"]).is_empty():
                return True
        return rows.is_empty()

    def _unchanged(self) -> SourceReport:
        state, kept = self.node.state, self.context.quarantine / f"{self.spec.name}.csv"
        return SourceReport(
            self.spec.name,
            self.spec.contract,
            rows=state.rows,
            quarantined=state.quarantined,
            not_selected=state.not_selected,
            records=Counts(unchanged=state.records),
            quarantine=str(kept) if kept.is_file() else "",
            skipped=True,
        )

    def _checked(self, cleaned: CleaningResult, table: Table) -> CleaningResult:
        cleaned = check_references(cleaned, self.spec, table.file, self.store)
        if cleaned.bad_share > self.spec.refuse_above and not self.context.retry:
            reasons = cleaned.rejected["reason"].value_counts(sort=True)["reason"].head(3).to_list()
            raise BadInput(
                f"{cleaned.bad_share:.0%} of the rows are bad ({'; '.join(reasons)}), so none was taken",
                where=table.file,
                todo=f"Mend the mapping of source {self.spec.name}, or raise its refuse_above",
            )
        return cleaned

    def _write(self, report: SourceReport, table: Table, cleaned: CleaningResult, known: pl.DataFrame) -> SourceReport:
        everything = self.node.state.fingerprint != self.fingerprint
        with self._step("find skills"):
            records = changes.with_doc(coded(number_undated(cleaned.frame, self.contract), self.contract))
            made = derive(records, known, self.spec, self.context, everything=everything)
            rows = self._marked(made, records, table)
        unlisted = self._gone(known, cleaned)
        kept = unlisted.len() if unlisted.len() <= cleaned.keyless - self.node.state.keyless else 0
        with self._step("write") as tick:
            self.writer.terms(made.terms)
            counts = self.writer.records(rows, tick)
            removed = 0 if kept else self.writer.remove(unlisted)
        counts += Counts(unchanged=records.height - rows.height)
        report = replace(
            report, records=counts, removed=removed, kept_unlisted=kept, terms=made.distinct, mapped=made.mapped
        )
        changed = rows.height > 0 or not self.node.complete
        return replace(report, reposts=self._reposts()) if self.contract.name == "jobs" and changed else report

    def _reposts(self) -> int:
        """Find which earlier posting each of the source's postings repeats; how many repeat one."""
        with self._step("find reposts"):
            postings = self.store.signatures(self.spec.name)
            found = find_reposts(postings.clear().with_columns(title=pl.lit(""), text=pl.lit("")), known=postings)
            now = postings.select("code", was="original").join(found, on="code", how="left", maintain_order="left")
            self.writer.reposts(now.filter(pl.col("original").ne_missing(pl.col("was"))).drop("was"))
            return found.height

    def _marked(self, made: Derivation, records: pl.DataFrame, table: Table) -> pl.DataFrame:
        """Rows with ``mark``, in its order, so that what a kill leaves undone lies behind the last mark written."""
        if not self.spec.watermark or self.context.retry:
            return made.rows.with_columns(mark=pl.lit(None, pl.String)).sort("code")
        where = records.select("code", "row").join(marks(table, self.spec), on="row")
        rows = made.rows.join(where.drop("row"), on="code", maintain_order="left")
        return rows.sort("order", "code", nulls_last=False).drop("order")

    def _gone(self, known: pl.DataFrame, cleaned: CleaningResult) -> pl.Series:
        """Codes of records that the source no longer lists."""
        if self.spec.mode == APPEND or self.context.retry:
            return pl.Series("code", [], dtype=pl.String)
        return changes.vanished(known, cleaned.keys.select(record_code(self.contract))["code"])

    def _state(self, report: SourceReport, cleaned: CleaningResult, known: pl.DataFrame, digest: str) -> SourceState:
        waiting = cleaned.rejected.filter(pl.col("rule") == REFERENCE)["row"].n_unique()
        whole = self.spec.mode != APPEND and not self.context.retry
        live = cleaned.frame.height if whole else int((~known["removed"]).sum()) + report.records.inserted
        if self.context.retry:
            # What was not read to its end before is not so now, and what its file says is as before.
            before, input_ = self.node.state, self.node.state.input if self.node.complete else ""
            return replace(before, input=input_, records=live, quarantined=report.quarantined, waiting=waiting)
        keyless = self.node.state.keyless if report.kept_unlisted else cleaned.keyless
        return SourceState(
            self.fingerprint, digest, live, report.rows, report.quarantined, report.not_selected, waiting, keyless
        )
