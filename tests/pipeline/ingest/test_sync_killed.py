"""Kills a sync, or the database under it, at twenty random points; the next run ends as if nothing had happened."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from skillpath.cypher import Query
from skillpath.graph.core.connection import ConnectionSettings, Graph
from skillpath.graph.core.database_settings import Address, GraphSettings
from skillpath.graph.scores.digest import graph_digest
from skillpath.graph.server.server import ManagedServer
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import SyncReport, sync
from skillpath.synthetic import TownSettings, generate_town
from tests.stores import Stores, copy_store, kill

QUIET = Reporter(quiet=True)
SMALL = TownSettings(postings=150, students=40, resources=30, projects=10, months=12)
# Small batches, so that most points lie between or within transactions.
BATCH = ConnectionSettings(batch=40, records=40, retry_time=1.0)
KILLS = 20
OF_THE_SERVER = 5
COUNTS = Query(
    "test/counts",
    """MATCH (n:Job|Student|Resource|Project) WITH labels(n)[0] AS what, count(n) AS n, count(n.removed) AS gone
    RETURN what, n, gone
    UNION ALL
    MATCH ()-[r:ENROLLED_IN|TRAINED|WORKED_AT|JOINED]->() WITH type(r) AS what, count(r) AS n, count(r.removed) AS gone
    RETURN what, n, gone""",
)


def run_sync(address: Address, folder: Path) -> SyncReport:
    with Graph(address, settings=BATCH) as graph:
        return sync(graph, read_config(folder / "town.toml"), QUIET, folder / "quarantine")


CHILD = """
import sys
from pathlib import Path
from skillpath.errors import Unavailable
from skillpath.graph.core.database_settings import Address
from skillpath.graph.core.connection import ConnectionSettings, Graph
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
uri, user, password = sys.stdin.readline().split()
folder = Path(sys.argv[1])
print("ready", flush=True)
try:
    small = ConnectionSettings(batch=40, records=40, retry_time=1.0)
    with Graph(Address(uri, user, password), settings=small) as graph:
        sync(graph, read_config(folder / "town.toml"), Reporter(quiet=True), folder / "quarantine")
except Unavailable as error:
    sys.exit(f"told: {error}")
"""


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A town, and the same a night later: rows changed, rows gone, rows new."""
    first, second = tmp_path_factory.mktemp("day"), tmp_path_factory.mktemp("night")
    for folder in (first, second):
        generate_town(folder, SMALL)
    jobs = pl.read_csv(second / "jobs.csv", infer_schema=False)
    changed = jobs.with_row_index("n").with_columns(
        pl.when(pl.col("n") % 7 == 0).then(pl.col("title") + " (again)").otherwise("title").alias("title")
    )
    changed.filter(pl.col("n") % 11 != 0).drop("n").write_csv(second / "jobs.csv")
    students = pl.read_csv(second / "students.csv", infer_schema=False)
    students.head(students.height - 5).write_csv(second / "students.csv")
    return first, second


def prepare(address: Address, folder: Path) -> None:
    with Graph(address) as graph:
        import_ontology(graph, "csv", folder / "vocabulary", QUIET, folder / "quarantine")


def read_state(address: Address) -> tuple[str, list[dict[str, object]]]:
    with Graph(address) as graph:
        return graph_digest(graph), graph.read(COUNTS)


def killed(managed: ManagedServer, folder: Path, after: float, *, database: bool) -> int:
    """Run a sync and kill it, or the server, after so many seconds; how it ended."""
    address = managed.up()
    command = [sys.executable, "-c", CHILD, str(folder)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        process.stdin.write(f"{address.uri} {address.user} {address.password}\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        time.sleep(after)
        if database:
            kill(managed)
        else:
            process.kill()
        _, error = process.communicate(timeout=60)
    # A database that goes away is told in one sentence.
    assert not database or process.returncode == 0 or "told: " in error, error
    return int(process.returncode)


@pytest.mark.long
def test_twenty_kills_leave_no_trace(towns: tuple[Path, Path], stores: Stores, tmp_path: Path) -> None:
    dice = random.Random(5)
    managed = ManagedServer(GraphSettings(home=copy_store(stores.empty(), tmp_path / "neo4j")))
    try:
        prepare(managed.up(), towns[0])
        wanted, calm = {}, {}
        # Back and forth: once each has left its tombstones, a calm run always ends in the same graph.
        for folder in (*towns, *towns):
            started = time.monotonic()
            run_sync(managed.up(), folder)
            calm[folder], wanted[folder] = time.monotonic() - started, read_state(managed.up())
        assert wanted[towns[0]] != wanted[towns[1]]
        ends = []
        for number in range(KILLS):
            folder, database = towns[number % 2], number % (KILLS // OF_THE_SERVER) == 1
            ends.append(killed(managed, folder, dice.uniform(0.0, 1.0) * calm[folder], database=database))
            assert state_after_another_run(managed, folder) == wanted[folder], f"kill {number}"
    finally:
        kill(managed)
    assert sum(code != 0 for code in ends) >= KILLS // 2, f"too few were in time: {ends}"


def state_after_another_run(managed: ManagedServer, folder: Path) -> tuple[str, list[dict[str, object]]]:
    address = managed.up()
    report = run_sync(address, folder)
    assert not report.failed
    return read_state(address)
