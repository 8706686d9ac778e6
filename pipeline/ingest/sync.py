"""The sync of all sources of a configuration into the graph."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.runs import OpenRun
from skillpath.graph.core.sources import Store
from skillpath.ontology.matching.matching import MatchSettings
from skillpath.ontology.ranking.ranker import SkillRankSettings
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.ontology.scanning.scanning import ScanSettings
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.enrich.clustering import ClusterSettings
from skillpath.pipeline.enrich.demand_series import DemandCounts, refresh_demand
from skillpath.pipeline.enrich.loaded_vocabulary import read_vocabulary
from skillpath.pipeline.enrich.skill_extraction import EvidenceSettings
from skillpath.pipeline.ingest.source_spec import SyncConfig
from skillpath.pipeline.ingest.sync_context import SourceContext
from skillpath.pipeline.ingest.sync_source import SourceReport, metrics, sync_source


@dataclass(frozen=True)
class SyncReport:
    """What became of a whole configuration; ``demand`` if its postings changed."""

    run: str
    sources: tuple[SourceReport, ...]
    demand: DemandCounts | None = None

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
    ranking: SkillRankSettings = field(default_factory=SkillRankSettings)
    clustering: ClusterSettings = field(default_factory=ClusterSettings)


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
    run, context = open_sync(
        graph, config, report, quarantine, settings, encoder, lambda run: Store(graph, run, synthetic=config.synthetic)
    )
    context = replace(context, retry=retry)
    return close_sync(graph, run, tuple(sync_source(spec, context) for spec in config.sources), report)


def open_sync(
    graph: Graph,
    config: SyncConfig,
    report: Reporter,
    quarantine: Path,
    settings: SyncSettings | None,
    encoder: Encoder | None,
    store: Callable[[str], Store],
) -> tuple[OpenRun, SourceContext]:
    """Open the run of a sync; what its sources are read with.

    Args:
        store: makes the store of a run's id.
    """
    started, chosen = time.monotonic(), settings or SyncSettings()
    with report.step("read the vocabulary"):
        vocabulary = read_vocabulary(
            graph, chosen.matching, chosen.scanning, chosen.ranking, encoder, chosen.clustering
        )
    fixed = {"encoder": encoder.name if encoder else None, **asdict(chosen)}
    run = runs.open_run(graph, "sync", {"config": config.name, **fixed}, serving="sync", clock=started)
    return run, SourceContext(graph, store(run.id), vocabulary, chosen.evidence, fixed, quarantine, report)


def close_sync(graph: Graph, run: OpenRun, sources: tuple[SourceReport, ...], report: Reporter) -> SyncReport:
    """Make the demand series anew if any posting changed, and keep what became of each source."""
    store = Store(graph, run.id)
    due = store.demand_due()
    demand = None
    if due:
        demand = refresh_demand(graph, report)
        store.demand_done(due)
    runs.finish(graph, run, {source.source: metrics(source) for source in sources})
    return SyncReport(run.id, sources, demand)
