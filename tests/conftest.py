"""Shared fixtures: real data, and real managed Neo4j servers with what tests need in them."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from skillpath.graph.core.connection import Graph
from skillpath.graph.core.log_defaults import set_log_defaults
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.log_settings import LoggingSettings
from skillpath.pipeline.common.logging_setup import OURS, StderrHandler, configure_logging
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import SyncReport, sync
from skillpath.pipeline.scoring.score import score
from skillpath.pipeline.training.train import train
from skillpath.synthetic import generate_town
from tests.markers import mark_parts
from tests.stores import QUICK_START, Stores, copy_store, java_options, serving
from tests.town import TOWN

ROOT = Path(__file__).parents[1]
SHARED = ("real",)
"""Fixtures so dear that all tests which use one run in the same process."""
FIRST = (
    "real",
    "tests/test_documents.py",
    "tests/pipeline/ingest/test_sync_killed.py",
    "tests/pipeline/ingest/test_bulk_load.py",
    "tests/pipeline/curation/test_steward_day.py",
    "tests/api/cli/test_main.py",
    "tests/ontology/scanning/test_scanning.py",
    "tests/embeddings/test_forecaster.py",
    "tests/pipeline/ingest/cleaning/test_properties.py",
    "tests/pipeline/training/test_model_training.py",
)
"""Groups of tests in the order in which they begin: long ones first, so that two processes end at about the same time.

Those without a database follow the first ones with it: while one process prepares the stores, the other has work.
"""


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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test an ``xdist_group``, so that one process runs it whole, and put the longest groups first."""
    mark_parts(items)
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_place)


def _group(item: pytest.Item) -> str:
    """The dear fixture that the test shares with others, else its file."""
    used = getattr(item, "fixturenames", ())
    return next((name for name in SHARED if name in used), item.nodeid.split("::")[0])


def _place(item: pytest.Item) -> int:
    marker = item.get_closest_marker("xdist_group")
    names = [*FIRST, marker.args[0] if marker else ""]
    return names.index(names[-1])


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """The prepared databases of this session, in the folder that its processes share."""
    base = tmp_path_factory.getbasetemp()
    return Stores((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "stores")


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory, stores: Stores) -> Iterator[Graph]:
    """A server whose content belongs to whichever test asks for ``empty_graph``."""
    home = copy_store(stores.empty(), tmp_path_factory.mktemp("scratch") / "neo4j")
    with serving(home, QUICK_START) as graph:
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
def town_files(stores: Stores) -> Path:
    """The synthetic town's files."""
    return stores.files("town-files", lambda folder: generate_town(folder, TOWN))


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
def town_store(stores: Stores, load_town: Callable[[Graph], SyncReport]) -> Path:
    """The prepared database of the synthetic town, trained and scored."""

    def fill(graph: Graph) -> None:
        load_town(graph)
        train(graph, Reporter(quiet=True))
        score(graph, Reporter(quiet=True))

    with java_options(QUICK_START):
        return stores.prepared("town", fill, stores.empty())


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, town_store: Path) -> Iterator[Graph]:
    """The synthetic town, trained and scored; tests leave it as it is, or score it again."""
    with serving(copy_store(town_store, tmp_path_factory.mktemp("town-server") / "neo4j"), QUICK_START) as graph:
        yield graph


@pytest.fixture(scope="session")
def town_digest(town: Graph) -> str:
    """The digest of the scored town, which it has again after every test that changed something."""
    return graph_digest(town)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, stores: Stores, real_data: Path) -> Iterator[Graph]:
    """The real data, trained and scored; tests leave it as it is, or load it again."""
    quarantine, report = tmp_path_factory.mktemp("real-quarantine"), Reporter(quiet=True)
    with serving(copy_store(stores.empty(), tmp_path_factory.mktemp("real-server") / "neo4j"), QUICK_START) as graph:
        import_ontology(graph, "esco", real_data / "ontology", report, quarantine)
        sync(graph, read_config(ROOT / "examples" / "real.toml", real_data), report, quarantine)
        train(graph, report)
        score(graph, report)
        yield graph


LogLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str]) -> Iterator[LogLines]:
    """Logs all as JSON and returns what was logged since the last call; a line that is no JSON fails."""
    configure_logging(LoggingSettings(level="debug", json=True))
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    reset_logging()


def reset_logging() -> None:
    """Undo `configure_logging`."""
    root = logging.getLogger()
    root.handlers[:] = [kept for kept in root.handlers if not isinstance(kept, StderrHandler)]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.NOTSET)
    structlog.reset_defaults()
    set_log_defaults()
