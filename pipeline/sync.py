"""Bring sources into the graph: clean, map, upsert; run again and the graph is the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from skillpath.errors import BadInput
from skillpath.graph import bulk, runs
from skillpath.graph.bulk import Counts
from skillpath.graph.connection import Graph
from skillpath.ontology.matching import MatchSettings
from skillpath.ontology.ranking.ranker import RankSettings
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.scanning import ScanSettings
from skillpath.pipeline.cleaning import Cleaned, clean
from skillpath.pipeline.contracts import CONTRACTS
from skillpath.pipeline.evidence import EvidenceSettings, gather
from skillpath.pipeline.progress import Reporter
from skillpath.pipeline.quarantine import rejected, write_quarantine
from skillpath.pipeline.records import UPSERTS, enrolment_rows, record_rows, term_rows
from skillpath.pipeline.source_spec import SourceSpec, SyncConfig
from skillpath.pipeline.tables import read_table
from skillpath.pipeline.vocabulary import Vocabulary, decisions, read_vocabulary


@dataclass(frozen=True)
class SourceReport:
    """What became of one source's rows; ``failure`` says why nothing did."""

    source: str
    contract: str
    rows: int = 0
    quarantined: int = 0
    not_selected: int = 0
    records: Counts = field(default_factory=Counts)
    terms: int = 0
    mapped: int = 0
    ignored_columns: tuple[str, ...] = ()
    quarantine: str = ""
    failure: str = ""


@dataclass(frozen=True)
class SyncReport:
    """What became of a whole configuration."""

    run: str
    sources: tuple[SourceReport, ...]

    @property
    def failed(self) -> bool:
        """Whether any source could not be read at all."""
        return any(source.failure for source in self.sources)


@dataclass(frozen=True)
class SyncSettings:
    """What a sync reads skills with."""

    matching: MatchSettings = field(default_factory=MatchSettings)
    scanning: ScanSettings = field(default_factory=ScanSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    ranking: RankSettings = field(default_factory=RankSettings)


@dataclass(frozen=True)
class _Context:
    graph: Graph
    vocabulary: Vocabulary
    settings: EvidenceSettings
    quarantine: Path
    synthetic: bool
    report: Reporter


def sync(
    graph: Graph,
    config: SyncConfig,
    report: Reporter,
    quarantine: Path,
    settings: SyncSettings | None = None,
    encoder: Encoder | None = None,
) -> SyncReport:
    """Write every source of ``config``; a source that cannot be read is reported and the rest goes on.

    Args:
        quarantine: folder that keeps rejected rows, one CSV a source.
        encoder: lets terms that no label is close to find candidates, and a skill where it is sure, by meaning.
    """
    chosen = settings or SyncSettings()
    with report.step("read the vocabulary"):
        vocabulary = read_vocabulary(graph, chosen.matching, chosen.scanning, chosen.ranking, encoder)
    context = _Context(graph, vocabulary, chosen.evidence, quarantine, config.synthetic, report)
    run = runs.open_run(
        graph,
        "sync",
        {"config": config.name, "encoder": encoder.name if encoder else None, **asdict(chosen)},
        serving="sync",
    )
    sources = tuple(_sync_source(spec, context) for spec in config.sources)
    runs.finish(graph, run, {source.source: _metrics(source) for source in sources})
    return SyncReport(run.id, sources)


def _metrics(report: SourceReport) -> dict[str, Any]:
    return {k: v for k, v in asdict(report).items() if k != "quarantine"}


def _sync_source(spec: SourceSpec, context: _Context) -> SourceReport:
    try:
        with context.report.step(f"{spec.name}: read and clean"):
            table = read_table(spec.path)
            cleaned = _refer(clean(table, spec), spec, table.file, context.graph)
    except BadInput as error:
        return SourceReport(spec.name, spec.contract, failure=str(error))
    kept = write_quarantine(context.quarantine, spec.name, cleaned.rejected)
    records, terms, mapped = _write(spec, cleaned.frame, context)
    return SourceReport(
        spec.name,
        spec.contract,
        rows=table.frame.height + table.rejected.height,
        quarantined=cleaned.rejected["row"].n_unique(),
        not_selected=cleaned.not_selected,
        records=records,
        terms=terms,
        mapped=mapped,
        ignored_columns=cleaned.ignored_columns,
        quarantine=str(kept or ""),
    )


def _refer(cleaned: Cleaned, spec: SourceSpec, file: str, graph: Graph) -> Cleaned:
    """Quarantine rows that refer to a code the graph does not hold."""
    frame, bad = cleaned.frame, [cleaned.rejected]
    for name, field_ in CONTRACTS[spec.contract].fields.items():
        if not field_.refers:
            continue
        codes = bulk.known(graph, field_.refers, frame[name])
        lost = frame.filter(pl.col(name).is_not_null() & ~pl.col(name).is_in(codes.implode()))
        reason = pl.lit(f"no {field_.refers} has this code")
        bad.append(rejected(lost, file, column=pl.lit(name), value=pl.col(name), reason=reason, rule="reference"))
        frame = frame.join(lost, on="row", how="anti", maintain_order="left")
    return Cleaned(frame, pl.concat(bad), cleaned.not_selected, cleaned.ignored_columns)


def _write(spec: SourceSpec, frame: pl.DataFrame, context: _Context) -> tuple[Counts, int, int]:
    graph, name = context.graph, spec.name
    if spec.contract == "enrolments":
        with context.report.step(f"{name}: write") as tick:
            rows = enrolment_rows(frame)
            return bulk.upsert(graph, bulk.LINK_ENROLMENTS, rows, tick, source=name), 0, 0
    with context.report.step(f"{name}: find skills"):
        decided = decisions(graph, name)
        evidence = gather(frame, name, spec.scan, context.vocabulary, context.settings, decided)
        rows = record_rows(spec.contract, frame, evidence, context.vocabulary, context.settings)
    with context.report.step(f"{name}: write") as tick:
        bulk.upsert(graph, bulk.UPSERT_TERMS, term_rows(evidence), source=name)
        statement = UPSERTS[spec.contract]
        counts = bulk.upsert(graph, statement, rows, tick, source=name, synthetic=context.synthetic)
    return counts, evidence.terms.height, evidence.terms["skill"].count()
