"""A refresh says of a student what a whole new score would say, of nobody else anything, and all at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from skillpath.cypher import Query
from skillpath.errors import NotFound, Unavailable
from skillpath.graph import runs
from skillpath.graph.connection import Graph
from skillpath.graph.digest import graph_digest
from skillpath.pipeline.refresh import Refresher
from tests.walks import leftovers, served, walk

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
HOLD = Query("x", "MATCH (s:Serving {name: 'current'}) REMOVE s.held")


def chains(graph: Graph) -> dict[str, Any]:
    return {row["student"]: row["chains"] for row in graph.read(CHAINS, run=served(graph))}


@pytest.fixture(scope="module")
def refresher(town: Graph) -> Iterator[Refresher]:
    yield Refresher(town)
    town.write(HOLD)


def test_without_a_change_a_refresh_changes_nothing(town: Graph, refresher: Refresher) -> None:
    before = graph_digest(town)
    students = sorted(chains(town))[:250]
    done = refresher.refresh(students)
    assert done.run == served(town) and done.took_ms > 0
    assert graph_digest(town) == before


def test_only_who_changed_is_said_anew_and_what_was_taken_is_suggested_no_more(
    town: Graph, refresher: Refresher
) -> None:
    digest, before = graph_digest(town), chains(town)
    chosen = town.read(FIRST, run=served(town))[1]
    town.write(ENROL, **chosen)
    refresher.refresh([chosen["student"]])
    after = chains(town)
    assert {student for student in before if before[student] != after.get(student)} == {chosen["student"]}
    assert chosen["resource"] not in {chain[0] for chain in after[chosen["student"]]}
    walk(town)
    assert leftovers(town) == 0
    town.write(LEAVE, student=chosen["student"])
    refresher.refresh([chosen["student"]])
    assert graph_digest(town) == digest


def test_a_run_that_is_not_served_any_more_is_not_written_to(town: Graph, refresher: Refresher) -> None:
    student = sorted(chains(town))[0]
    refresher.refresh([student])
    shared, digest = refresher._shared, graph_digest(town)
    assert shared is not None
    shared.run = "score-of-yesterday"
    with pytest.raises(runs.RunSuperseded):
        refresher._rewrite(shared, [student])
    assert graph_digest(town) == digest
    assert refresher.refresh([student]).run == served(town), "the next refresh reads the served run anew"
    assert graph_digest(town) == digest


def test_who_is_not_there_is_told_and_nobody_else_is_touched(town: Graph, refresher: Refresher) -> None:
    digest = graph_digest(town)
    with pytest.raises(NotFound, match="No such student"):
        refresher.refresh([sorted(chains(town))[0], "nobody's code"])
    assert graph_digest(town) == digest


def test_nothing_scored_yet(empty_graph: Graph) -> None:
    with pytest.raises(Unavailable, match="Nothing was scored yet"):
        Refresher(empty_graph).refresh(["x"])
