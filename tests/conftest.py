"""Shared fixtures: real data, and real managed Neo4j servers with what tests need in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from skillpath.graph.config import GraphSettings
from skillpath.graph.connection import Graph
from skillpath.graph.migrate import Migrations
from skillpath.graph.server import ManagedServer
from skillpath.pipeline.import_ontology import import_ontology
from skillpath.pipeline.progress import Reporter
from skillpath.pipeline.score import score
from skillpath.pipeline.source_config import read_config
from skillpath.pipeline.sync import SyncReport, sync
from skillpath.pipeline.town import TownSettings, generate_town
from skillpath.pipeline.train import train
from tests.lanes import lane_of, place_of

ROOT = Path(__file__).parents[1]
TOWN = TownSettings(posts=2000, students=500, resources=120, projects=40, feedback=200)
"""Smaller than the demo's, which the documents' tests generate and load."""


def _shared(name: str) -> Path:
    folder = ROOT.parent / "shared" / name
    if not folder.is_dir():
        message = f"the folder ../shared/{name} is not here"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data beside the repository; absent in a user's clone, required in CI."""
    return _shared("data")


@pytest.fixture(scope="session")
def contract() -> Path:
    """The GraphQL documents that must run unchanged."""
    return _shared("design") / "contract"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    items.sort(key=lambda item: place_of(item.nodeid.split("::")[0]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of a lane run in one process, lanes in their order."""
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class Lanes(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return lane_of(nodeid.split("::")[0])

    config.option.loadscopereorder = False
    return Lanes(config, log)


@contextmanager
def _server(home: Path) -> Iterator[Graph]:
    """A migrated, empty database of its own, gone at the end."""
    server = ManagedServer(GraphSettings(home=home))
    address = server.up()
    try:
        with Graph(address) as graph:
            Migrations(graph).apply()
            yield graph
    finally:
        # A clean stop takes ten seconds, and nobody reads this data again.
        if address.pid and psutil.pid_exists(address.pid):
            psutil.Process(address.pid).kill()


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """A server whose content belongs to whichever test asks for ``empty_graph``."""
    with _server(tmp_path_factory.mktemp("scratch") / "neo4j") as graph:
        yield graph


@pytest.fixture
def empty_graph(scratch: Graph) -> Graph:
    """The scratch database with the schema and nothing else."""
    with scratch.driver.session() as session:
        session.run(
            "MATCH (n) WHERE NOT n:__Neo4jMigration CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
        ).consume()
    return scratch


@pytest.fixture(scope="session")
def town_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic town's files."""
    folder = tmp_path_factory.mktemp("town")
    generate_town(folder, TOWN)
    return folder


@pytest.fixture(scope="session")
def load_town(town_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Graph], SyncReport]:
    """Imports and syncs the town into a graph."""
    quarantine = tmp_path_factory.mktemp("quarantine")

    def load(graph: Graph) -> SyncReport:
        report = Reporter(quiet=True)
        import_ontology(graph, "csv", town_files / "vocabulary", report, quarantine)
        return sync(graph, read_config(town_files / "town.toml"), report, quarantine)

    return load


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, load_town: Callable[[Graph], SyncReport]) -> Iterator[Graph]:
    """The synthetic town, trained and scored; tests leave it as it is, or score it again."""
    with _server(tmp_path_factory.mktemp("town-server") / "neo4j") as graph:
        load_town(graph)
        train(graph, Reporter(quiet=True))
        score(graph, Reporter(quiet=True))
        yield graph


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Iterator[Graph]:
    """The real data, trained and scored; tests leave it as it is, or load it again."""
    quarantine, report = tmp_path_factory.mktemp("real-quarantine"), Reporter(quiet=True)
    with _server(tmp_path_factory.mktemp("real-server") / "neo4j") as graph:
        import_ontology(graph, "esco", real_data / "ontology", report, quarantine)
        sync(graph, read_config(ROOT / "examples" / "real.toml", real_data), report, quarantine)
        train(graph, report)
        score(graph, report)
        yield graph
