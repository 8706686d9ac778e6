"""Migrations on the real server: applied once, verified, refused when changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from skillpath.cypher import Query, query
from skillpath.errors import SkillpathError, Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.migrate import MigrationRefused, Migrations


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with as_file(files("skillpath.migrations")) as packaged:
        shutil.copytree(packaged, tmp_path / "migrations", ignore=shutil.ignore_patterns("*.py*"))
    return tmp_path / "migrations"


@pytest.fixture
def unmigrated(scratch: Graph) -> Iterator[Graph]:
    """The scratch server as if it had never been migrated; migrated again afterwards."""
    with scratch.driver.session() as session:
        session.run("MATCH (m:__Neo4jMigration) DETACH DELETE m").consume()
    yield scratch
    with scratch.driver.session() as session:
        session.run("MATCH (m:__Neo4jMigration) DETACH DELETE m").consume()
    Migrations(scratch).apply()


def test_applied_once_and_then_never_again(unmigrated: Graph) -> None:
    migrations = Migrations(unmigrated)
    assert {m.state for m in migrations.info()} == {"pending"}
    with pytest.raises(Unavailable, match="skillpath migrate"):
        migrations.validate()
    names: list[str] = []
    assert migrations.apply(names.append) == len(names) == len(migrations.info()) >= 4
    assert {m.state for m in migrations.info()} == {"applied"}
    migrations.validate()
    assert migrations.apply() == 0


def test_a_changed_applied_file_is_refused(unmigrated: Graph, folder: Path) -> None:
    Migrations(unmigrated, folder).apply()
    changed = folder / "V0001__Create_constraints.cypher"
    changed.write_text(changed.read_text("utf-8").replace("n.code IS UNIQUE", "n.uri IS UNIQUE", 1), "utf-8")
    for call in (Migrations(unmigrated, folder).validate, Migrations(unmigrated, folder).apply):
        with pytest.raises(MigrationRefused, match=r"0001 .* was changed after it was applied"):
            call()


def test_a_vanished_applied_file_is_refused(unmigrated: Graph, folder: Path) -> None:
    Migrations(unmigrated, folder).apply()
    (folder / "V0002__Create_full_text_indexes.cypher").unlink()
    with pytest.raises(MigrationRefused, match="its file is gone"):
        Migrations(unmigrated, folder).validate()


@pytest.mark.parametrize("label", ["Skill", "Job", "JobCluster", "Student", "Resource", "Project", "Term"])
def test_a_code_stands_once(empty_graph: Graph, label: str) -> None:
    from skillpath.cypher import Query

    create = Query("x", f"CREATE (:{label} {{code: $code}})")
    empty_graph.write(create, code="same")
    with pytest.raises(SkillpathError, match="already exists"):
        empty_graph.write(create, code="same")


OLD = Query(
    "x",
    """CREATE (s:Student {code: 'old'})
    CREATE (s)-[:STANDS]->(n:Standing {id: 'old', run: 'r', said: $hashes, enrol: 0.25, seen: 's'})
    CREATE (:Serving {name: 'current', held: datetime('2026-01-01T00:00:00Z')})-[:USES]->(:Run {id: 'r'})""",
)
NEW = Query(
    "x",
    """MATCH (:Student {code: 'old'})-[r]->(n) MATCH (v:Serving {name: 'current'})
    RETURN type(r) AS type, labels(n) AS labels, properties(n) AS stage, properties(v) AS serving""",
)
INDEXES = Query("x", "SHOW INDEXES YIELD name, labelsOrTypes WHERE 'Standing' IN labelsOrTypes RETURN name")


def test_a_graph_of_version_0_1_is_upgraded(
    empty_graph: Graph, unmigrated: Graph, folder: Path, tmp_path: Path
) -> None:
    unmigrated.write(Query("x", "DROP INDEX stage_state_run IF EXISTS"))
    for file in sorted(folder.glob("V00*.cypher")):
        if file.name > "V0012":
            shutil.move(file, tmp_path / file.name)
    assert Migrations(unmigrated, folder).apply() == 11
    unmigrated.write(OLD, hashes=b"0123456789abcdef")
    assert unmigrated.read(INDEXES)
    for applied in (5, 16):
        assert Migrations(unmigrated).apply() == applied
        stage = {"id": "old", "run": "r", "rowHashes": b"0123456789abcdef", "enrol": 0.25, "seen": "s"}
        [found] = unmigrated.read(NEW)
        assert (found["type"], found["labels"], found["stage"]) == ("HAS_STAGE", ["StageState"], stage)
        assert "locked" in found["serving"] and "held" not in found["serving"]
        assert not unmigrated.read(INDEXES)
        with unmigrated.driver.session() as session:  # as after a crash before it was noted
            session.run("MATCH (m:__Neo4jMigration) DETACH DELETE m").consume()
    rows = unmigrated.write(
        query("scores/lock_run", "serving", "run", "codes"), run="r", serving="current", codes=["old"]
    )
    assert [(row["student"], row["stored"], row["rowHashes"]) for row in rows] == [("old", True, b"0123456789abcdef")]
