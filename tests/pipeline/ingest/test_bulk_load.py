"""The offline path against the real importer: the graph of the online path, or the graph as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillpath.cypher import Query
from skillpath.errors import BadInput, Unavailable
from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.database_settings import GraphSettings
from skillpath.graph.core.migrate import Migrations
from skillpath.graph.offline.load import ImportFailed, ImportSettings
from skillpath.graph.scores.digest import graph_digest
from skillpath.graph.server.server import ManagedServer, connect_settings
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.bulk_load import bulk_load
from skillpath.pipeline.ingest.contracts import CONTRACTS
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.source_spec import SyncConfig
from skillpath.pipeline.ingest.sync import sync
from skillpath.synthetic import TownSettings, generate_town
from tests.stores import Stores, copy_store, kill

pytestmark = pytest.mark.long
QUIET = Reporter(quiet=True)
ODD = Query(
    "odd",
    """
    MATCH (s:Skill) WITH s ORDER BY s.code LIMIT 1
    SET s.embedding = [x IN range(1, 128) | sin(x) / 3], s.localLabels = ['a,b', '"c"', ''], s.closeLabels = [],
        s.definition = 'first' + $break + 'second, "quoted" ; \\\\ 全栈工程师 🛠'
    CREATE (s)-[:CHANGED {changes: '', before: [], many: [1, 2], at: datetime('2024-03-31T02:30:00.123456789Z')}]->
      (x:Odd:Strange {code: 'odd:1', text: '', day: date('2024-02-29'), local: localdatetime('2024-01-01T00:00'),
       zoned: datetime('2024-07-01T12:00:00[Asia/Shanghai]'), offset: time('10:00+08:00'),
       lasts: duration('P1M2DT3.5S'), days: [date('2024-01-01')], tiny: 5e-324, large: -9223372036854775808, yes: true,
       none: [], mixed: 1,
       flags: [true, false]})
    CREATE (x)-[:BARE]->(:Odd:Strange {code: 'odd:2', mixed: 0.1, none: ['x']})
    CREATE (x)-[:BARE]->(:Odd:Strange {code: 'odd:3', mixed: 'text'}), (:Odd)
    CREATE (:Region {code: 'Elsewhere', label: 'Else where'})
    CREATE (:Term {code: 'posts:odd skill', text: 'Odd skill', source: 'posts', status: 'rejected', decidedBy: 'ann'})
    """,
)
TYPES = Query(
    "types",
    "MATCH (n) WHERE n:Odd OR n:Skill RETURN n.code AS code, [k IN keys(n) | [k, valueType(n[k])]] AS types, "
    "toString(n.zoned) AS zoned, toString(n.offset) AS offset ORDER BY code",
)
MOMENT = Query("moment", "MATCH ()-[e:ENROLLED_IN]->() RETURN e.code AS code, toString(e.at) AS at ORDER BY code")
RECORDS = Query("records", "MATCH (n:Job|Student|Project|Resource) RETURN count(n) AS count")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    generate_town(folder, TownSettings(postings=300, students=60, resources=40, projects=10))
    text = (folder / "jobs.csv").read_text("utf-8").splitlines()
    # One post more, whose text has all that a file format stumbles over.
    row = dict.fromkeys(text[0].split(","), "") | {
        "code": "post-odd",
        "title": "全栈工程师",
        "text": '"line one\nline two, ""quoted"" \\ ; | end\r\nlast"',
        "skills": "odd skill",
        "posted_at": "2023-05-06",
        "region": "Elsewhere",
    }
    (folder / "jobs.csv").write_text("\n".join([*text, ",".join(row.values())]) + "\n", "utf-8", newline="")
    return folder


@pytest.fixture(scope="module")
def config(small: Path) -> SyncConfig:
    return read_config(small / "town.toml")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, stores: Stores, small: Path) -> Iterator[ManagedServer]:
    home = copy_store(stores.empty(), tmp_path_factory.mktemp("offline, (server)") / "neo4j")
    server = ManagedServer(GraphSettings(home=home))
    with Graph(server.up()) as graph:
        _fill(graph, small)
    yield server
    kill(server)


def _fill(graph: Graph, folder: Path) -> None:
    import_ontology(graph, "csv", folder / "vocabulary", QUIET, folder / "quarantine")
    with graph.driver.session() as session:
        session.run(ODD.text, {"break": "\r\n"}).consume()


def _types(graph: Graph) -> list[dict[str, object]]:
    return [{**row, "types": sorted(row["types"])} for row in graph.read(TYPES)]


def test_a_broken_import_is_told_and_leaves_all_as_it_was(
    server: ManagedServer, config: SyncConfig, tmp_path: Path
) -> None:
    with Graph(server.up()) as graph:
        before = graph_digest(graph)
        with pytest.raises(ImportFailed, match=r"importer failed: .*lots.*\. The database is as it was"):
            bulk_load(server, config, QUIET, tmp_path, importer=ImportSettings(memory="lots"))
        assert graph_digest(graph) == before
        assert graph.read(RECORDS)[0]["count"] == 0
    assert not server.switch.begun


def test_it_equals_the_online_path_even_when_killed_after_the_import(
    server: ManagedServer, config: SyncConfig, small: Path, empty_graph: Graph, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _fill(empty_graph, small)
    online = sync(empty_graph, config, QUIET, tmp_path)
    assert {s.contract for s in online.sources if s.records.inserted} == set(CONTRACTS)
    with monkeypatch.context() as patch:
        # As if this process were killed once the imported store is whole, but not in place.
        patch.setattr(ManagedServer, "up", _killed(ManagedServer.up))
        with pytest.raises(KeyboardInterrupt):
            bulk_load(server, config, QUIET, tmp_path)
    with pytest.raises(Unavailable, match=r"load was interrupted .* Run `skillpath up`"):
        connect_settings(server.settings)
    with Graph(server.up()) as graph:
        assert connect_settings(server.settings) == server.address()
        assert not server.switch.folder.exists()
        Migrations(graph).validate()
        assert _types(graph) == _types(empty_graph)
        assert graph.read(MOMENT) == empty_graph.read(MOMENT)
        # What a kill left undone is that sources know of their end; the records are all there.
        again = sync(graph, config, QUIET, tmp_path)
        assert [s.records for s in again.sources] == [Counts(0, 0, s.records.inserted) for s in online.sources]
        assert graph_digest(graph) == graph_digest(empty_graph)
        _empty(graph)
        _fill(graph, small)
    loaded = bulk_load(server, config, QUIET, tmp_path)
    assert [s.records for s in loaded.sources] == [s.records for s in online.sources]
    assert [s.mapped for s in loaded.sources] == [s.mapped for s in online.sources]
    with Graph(server.up()) as graph:
        assert graph_digest(graph) == graph_digest(empty_graph)
        assert all(source.skipped for source in sync(graph, config, QUIET, tmp_path).sources)


def test_a_database_with_records_is_refused(server: ManagedServer, config: SyncConfig, tmp_path: Path) -> None:
    with Graph(server.up()) as graph:
        before = graph_digest(graph)
        with pytest.raises(BadInput, match=r"holds 301 posts, 60 students.*without --offline"):
            bulk_load(server, config, QUIET, tmp_path)
        assert graph_digest(graph) == before


def _empty(graph: Graph) -> None:
    with graph.driver.session() as session:
        session.run("MATCH (n) WHERE NOT n:__Neo4jMigration DETACH DELETE n").consume()


def _killed(up: object) -> object:
    calls = []

    def once(server: ManagedServer) -> object:
        calls.append(server)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return up(server)  # type: ignore[operator]

    return once
