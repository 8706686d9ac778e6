"""A refresh says of a student what a whole new score would say, at once and of nobody else, and writes no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from skillpath.cypher import Query
from skillpath.errors import NotFound, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.pipeline.scoring.refresh import Refresher
from tests.walks import check_chains, leftovers, served

CHAINS = Query(
    "x",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation {run: $run})-[:SUGGESTS]->(x)
    WITH s, r, x ORDER BY r.path, r.rank
    RETURN s.code AS student, collect([x.code, r.rank, r.score, r.contributions]) AS chains""",
)
ENROL = Query(
    "x",
    """MATCH (s:Student {code: $student}) MATCH (r:Resource {code: $resource})
    MERGE (s)-[e:ENROLLED_IN {code: 'test'}]->(r) SET e.progress = 1.0, e.at = date('2025-06-01')""",
)
LEAVE = Query("x", "MATCH (:Student {code: $student})-[e:ENROLLED_IN {code: 'test'}]->() DELETE e")
FIRST = Query(
    "x",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation {run: $run, path: 'TRAINING', rank: 1})-[:SUGGESTS]->(x)
    RETURN s.code AS student, x.code AS resource ORDER BY student LIMIT 3""",
)
UNLOCK = Query("x", "MATCH (s:Serving {name: 'current'}) REMOVE s.locked")
WRITTEN = Query("x", "MATCH (r:Recommendation {run: $run}) RETURN toString(max(r.updatedAt)) AS at, count(r) AS count")
LEARN = Query(
    "x",
    """UNWIND $students AS code
    MATCH (s:Student {code: code})-[l:LACKS {run: $run}]->(k) WITH s, k ORDER BY l.gap DESC, k.code
    WITH s, collect(k)[0] AS k CREATE (s)-[:HAS {level: 0.5, evidence: ['admission'], test: true}]->(k)""",
)
FORGET = Query("x", "UNWIND $students AS code MATCH (:Student {code: code})-[h:HAS {test: true}]->() DELETE h")
UNHASHED = Query("x", "MATCH (n:StageState {run: $run}) WHERE n.id IN $students REMOVE n.rowHashes")
COME = Query(
    "x",
    """MATCH (like:Student)-[h:HAS]->(k) WHERE h.run IS NULL AND EXISTS { (like)-[:RECEIVED]->() }
    WITH like, collect([properties(h), k]) AS stated ORDER BY size(stated) DESC, like.code LIMIT 1
    CREATE (s:Student {code: 'newcomer'}) SET s += like {.*, code: 'newcomer'}
    WITH s, stated UNWIND stated AS one
    WITH s, one[0] AS level, one[1] AS k
    CREATE (s)-[n:HAS]->(k) SET n = level""",
)
STORED = Query(
    "x",
    """UNWIND $students AS code
    MATCH (s:Student {code: code})-[r]->(n) WHERE r.run = $run OR n.run = $run
    RETURN code, type(r) AS type, coalesce(n.code, n.id) AS what, properties(r) AS properties,
      CASE WHEN n.run = $run THEN n {.*, seen: null, updatedAt: null} END AS node,
      COLLECT { MATCH (n)-[step]->(k) WHERE n.run = $run
                RETURN [type(step), k.code, properties(step)] ORDER BY type(step), k.code } AS steps
    ORDER BY code, type, what""",
)
GO = Query("x", "MATCH (s:Student {code: 'newcomer'}) OPTIONAL MATCH (s)-[:RECEIVED|HAS_STAGE]->(n) DETACH DELETE s, n")


def chains(graph: Graph) -> dict[str, Any]:
    return {row["student"]: row["chains"] for row in graph.read(CHAINS, run=served(graph))}


def read_stored(graph: Graph, students: list[str]) -> list[dict[str, Any]]:
    """All that the served run says of some students."""
    return graph.read(STORED, students=students, run=served(graph))


@pytest.fixture(scope="module")
def refresher(town: Graph) -> Iterator[Refresher]:
    yield Refresher(town)
    town.write(UNLOCK)


def test_without_a_change_a_refresh_changes_nothing(town: Graph, refresher: Refresher) -> None:
    students = sorted(chains(town))[:120]
    before, written = read_stored(town, students), town.read(WRITTEN, run=served(town))
    done = refresher.refresh(students)
    assert done.run == served(town) and done.took_ms > 0
    assert read_stored(town, students) == before
    assert town.read(WRITTEN, run=served(town)) == written, "no chain was touched"


def test_who_learned_something_gets_new_numbers(town: Graph, refresher: Refresher) -> None:
    before = chains(town)
    students = sorted(before)[10:130]
    expected = read_stored(town, students)
    town.write(LEARN, students=students, run=served(town))
    refresher.refresh(students)
    after = chains(town)
    assert {student for student in before if before[student] != after.get(student)} <= set(students)
    assert sum(before[student] != after.get(student) for student in students) > len(students) // 2
    check_chains(town)
    town.write(FORGET, students=students)
    refresher.refresh(students)
    assert chains(town) == before
    assert read_stored(town, students) == expected


def test_what_stands_without_its_hashes_is_written_anew(town: Graph, refresher: Refresher) -> None:
    students = sorted(chains(town))[:3]
    expected = read_stored(town, students)
    town.write(UNHASHED, students=students, run=served(town))
    assert read_stored(town, students) != expected
    refresher.refresh(students)
    assert read_stored(town, students) == expected


def test_who_came_after_the_run_gets_chains_too(town: Graph, refresher: Refresher) -> None:
    before = chains(town)
    town.write(COME)
    refresher.refresh(["newcomer"])
    after = chains(town)
    assert len(after.pop("newcomer")) > 3
    assert after == before
    check_chains(town)
    town.write(GO)


def test_only_who_changed_is_said_anew_and_what_was_taken_is_suggested_no_more(
    town: Graph, refresher: Refresher
) -> None:
    before = chains(town)
    chosen = town.read(FIRST, run=served(town))[1]
    town.write(ENROL, **chosen)
    refresher.refresh([chosen["student"]])
    after = chains(town)
    assert {student for student in before if before[student] != after.get(student)} == {chosen["student"]}
    assert chosen["resource"] not in {chain[0] for chain in after[chosen["student"]]}
    check_chains(town)
    assert leftovers(town) == 0
    town.write(LEAVE, student=chosen["student"])
    refresher.refresh([chosen["student"]])
    assert chains(town) == before


def test_a_run_that_is_not_served_any_more_is_not_written_to(town: Graph, refresher: Refresher) -> None:
    student = sorted(chains(town))[0]
    refresher.refresh([student])
    shared, expected = refresher._shared, read_stored(town, [student])
    assert shared is not None
    shared.run = "score-of-yesterday"
    with pytest.raises(runs.RunSuperseded):
        refresher._rewrite(shared, [student])
    assert read_stored(town, [student]) == expected
    assert refresher.refresh([student]).run == served(town), "the next refresh reads the served run anew"
    assert read_stored(town, [student]) == expected


def test_who_is_not_there_is_told_and_nobody_else_is_touched(town: Graph, refresher: Refresher) -> None:
    student = sorted(chains(town))[0]
    expected = read_stored(town, [student])
    with pytest.raises(NotFound, match="No such student"):
        refresher.refresh([student, "nobody's code"])
    assert read_stored(town, [student]) == expected


def test_what_students_share_is_read_before_anybody_asks(town: Graph) -> None:
    refresher, stop = Refresher(town), threading.Event()
    watching = threading.Thread(target=refresher.keep_warm, args=(stop,))
    watching.start()
    deadline = time.monotonic() + 60
    while refresher._shared is None and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    watching.join(60)
    assert refresher._shared is not None
    assert refresher._shared.run == served(town)


def test_nothing_scored_yet(empty_graph: Graph) -> None:
    with pytest.raises(Unavailable, match="Nothing was scored yet"):
        Refresher(empty_graph).refresh(["x"])
