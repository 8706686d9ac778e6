"""Initial load of sources into an empty database by Neo4j's importer."""

from __future__ import annotations

from pathlib import Path

from skillpath.graph.core.connection import ConnectionSettings, Graph
from skillpath.graph.offline.load import ImportSettings, OfflineLoad
from skillpath.graph.offline.staging_store import OfflineStore
from skillpath.graph.server.server import ManagedServer
from skillpath.ontology.ranking.semantic import Encoder
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.ingest.source_spec import SyncConfig
from skillpath.pipeline.ingest.sync import SyncReport, SyncSettings, close_sync, open_sync
from skillpath.pipeline.ingest.sync_source import sync_source


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
        rows = load.switch.folder / "rows"
        run, context = open_sync(
            graph,
            config,
            report,
            quarantine,
            settings,
            encoder,
            lambda run: OfflineStore(graph, run, rows, synthetic=config.synthetic),
        )
        sources = tuple(sync_source(spec, context) for spec in config.sources)
        assert isinstance(context.store, OfflineStore)
        address = load.run(graph, context.store)
    with Graph(address, settings=connection) as graph:
        return close_sync(graph, run, sources, report)
