"""Bring sources into an empty database by Neo4j's own importer: the same rows as `sync`, written all at once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from skillpath.graph import runs
from skillpath.graph.connection import ConnectionSettings, Graph
from skillpath.graph.offline.load import ImportSettings, OfflineLoad
from skillpath.graph.offline.store import OfflineStore
from skillpath.graph.server import ManagedServer
from skillpath.graph.sources import Store
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.pipeline.demand import refresh_demand
from skillpath.pipeline.progress import Reporter
from skillpath.pipeline.source_spec import SyncConfig
from skillpath.pipeline.sync import SyncReport, SyncSettings
from skillpath.pipeline.sync_context import SourceContext
from skillpath.pipeline.sync_source import SourceReport, metrics, sync_source
from skillpath.pipeline.vocabulary import read_vocabulary
from skillpath.pipeline.vocabulary_digest import vocabulary_digest


def bulk_load(
    server: ManagedServer,
    config: SyncConfig,
    report: Reporter,
    quarantine: Path,
    settings: SyncSettings | None = None,
    encoder: Encoder | None = None,
    *,
    connection: ConnectionSettings | None = None,
    importer: ImportSettings | None = None,
) -> SyncReport:
    """As `sync.sync`, into a managed server that holds a vocabulary and no records; the server restarts meanwhile.

    Raises:
        BadInput: the database holds records already.
        ImportFailed: the importer failed; the database is as it was.
    """
    load = OfflineLoad(server, importer or ImportSettings(), report.step)
    with Graph(server.up(), settings=connection) as graph:
        load.prepare(graph)
        run, store, sources = _collect(graph, load, config, report, quarantine, settings or SyncSettings(), encoder)
        address = load.run(graph, store)
    with Graph(address, settings=connection) as graph:
        loaded = Store(graph, run.id)
        due = loaded.demand_due()
        if due:
            refresh_demand(graph, report)
            loaded.demand_done(due)
        runs.finish(graph, run, {source.source: metrics(source) for source in sources})
    return SyncReport(run.id, sources)


def _collect(
    graph: Graph,
    load: OfflineLoad,
    config: SyncConfig,
    report: Reporter,
    quarantine: Path,
    chosen: SyncSettings,
    encoder: Encoder | None,
) -> tuple[runs.Run, OfflineStore, tuple[SourceReport, ...]]:
    with report.step("read the vocabulary"):
        vocabulary = read_vocabulary(graph, chosen.matching, chosen.scanning, chosen.ranking, encoder)
    fixed = {"encoder": encoder.name if encoder else None, **asdict(chosen)}
    run = runs.open_run(graph, "sync", {"config": config.name, "retry": False, **fixed}, serving="sync")
    store = OfflineStore(graph, run.id, load.switch.folder / "rows", synthetic=config.synthetic)
    context = SourceContext(
        graph, store, vocabulary, vocabulary_digest(graph), chosen.evidence, fixed, quarantine, report
    )
    return run, store, tuple(sync_source(spec, context) for spec in config.sources)
