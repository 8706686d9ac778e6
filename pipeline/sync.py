"""Bring sources into the graph: clean, map, upsert; run again and the graph is the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from skillpath.graph import runs
from skillpath.graph.connection import Graph
from skillpath.graph.sources import Store
from skillpath.ontology.matching import MatchSettings
from skillpath.ontology.ranking.ranker import RankSettings
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.scanning import ScanSettings
from skillpath.pipeline.demand import refresh_demand
from skillpath.pipeline.evidence import EvidenceSettings
from skillpath.pipeline.progress import Reporter
from skillpath.pipeline.source_spec import SyncConfig
from skillpath.pipeline.sync_context import SourceContext
from skillpath.pipeline.sync_source import SourceReport, metrics, sync_source
from skillpath.pipeline.vocabulary import read_vocabulary
from skillpath.pipeline.vocabulary_digest import vocabulary_digest


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


def sync(
    graph: Graph,
    config: SyncConfig,
    report: Reporter,
    quarantine: Path,
    settings: SyncSettings | None = None,
    encoder: Encoder | None = None,
    *,
    retry: bool = False,
) -> SyncReport:
    """Write every source of ``config``; a source that cannot be read is reported and the rest goes on.

    Args:
        quarantine: folder that keeps rejected rows, one CSV a source.
        encoder: lets terms that no label is close to find candidates, and a skill where it is sure, by meaning.
        retry: read the rows that people mended in the quarantine instead of the sources.
    """
    chosen = settings or SyncSettings()
    with report.step("read the vocabulary"):
        vocabulary = read_vocabulary(graph, chosen.matching, chosen.scanning, chosen.ranking, encoder)
    fixed = {"encoder": encoder.name if encoder else None, **asdict(chosen)}
    run = runs.open_run(graph, "sync", {"config": config.name, "retry": retry, **fixed}, serving="sync")
    store = Store(graph, run.id, synthetic=config.synthetic)
    context = SourceContext(
        graph, store, vocabulary, vocabulary_digest(graph), chosen.evidence, fixed, quarantine, report, retry
    )
    sources = tuple(sync_source(spec, context) for spec in config.sources)
    due = store.demand_due()
    if due:
        refresh_demand(graph, report)
        store.demand_done(due)
    runs.finish(graph, run, {source.source: metrics(source) for source in sources})
    return SyncReport(run.id, sources)
