"""The digest sees every visible change, and nothing else."""

from __future__ import annotations

import pytest

from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from tests.graph.learning.test_forecasts import publish
from tests.graph.tiny import fill


def clear(graph: Graph) -> None:
    graph.write(Query("x", "MATCH (n) WHERE NOT n:__Neo4jMigration DETACH DELETE n"))


def test_order_and_times_do_not_matter(empty_graph: Graph) -> None:
    fill(empty_graph)
    first = graph_digest(empty_graph)
    clear(empty_graph)
    assert graph_digest(empty_graph) != first
    fill(empty_graph, backwards=True)
    assert graph_digest(empty_graph) == first


@pytest.mark.parametrize(
    "change",
    [
        "MATCH (k:Skill {code: 'k:sql'}) SET k.label = 'sql'",
        "MATCH (k:Skill {code: 'k:sql'}) SET k:Old",
        "MATCH (k:Skill {code: 'k:sql'}) SET k.extra = 1",
        "MATCH ()-[i:IMPROVES]->() SET i.gain = i.gain + 0.000000001",
        "MATCH ()-[i:ENROLLED_IN]->() SET i.at = date('2024-01-01')",
        "MATCH ()-[i:IMPROVES]->() DELETE i",
        "MATCH (a:Skill {code: 'k:sql'}), (b:Skill {code: 'k:git'}) CREATE (a)-[:BROADER]->(b)",
        "MATCH (u:Student {code: 'u:2'})-[h:HAS]->(k) CREATE (k)-[r:HAS]->(u) SET r = properties(h) DELETE h",
        "CREATE (:Region {code: 'Dale'})",
    ],
)
def test_every_change_shows(empty_graph: Graph, change: str) -> None:
    fill(empty_graph)
    before = graph_digest(empty_graph)
    empty_graph.write(Query("x", change))
    assert graph_digest(empty_graph) != before


def test_runs_that_found_the_same_are_the_same(empty_graph: Graph) -> None:
    fill(empty_graph)
    write = Query(
        "x", "MATCH (u:Student {code: 'u:1'}), (k:Skill {code: 'k:sql'}) CREATE (u)-[:HAS {level: 0.5, run: $run}]->(k)"
    )
    digests = set()
    for _ in range(2):
        run = runs.open_run(empty_graph, "score", {})
        unseen = graph_digest(empty_graph)
        empty_graph.write(write, run=run.id)
        assert graph_digest(empty_graph) == unseen, "an unserved run is not visible"
        runs.serve(empty_graph, run, {})
        runs.sweep(empty_graph, keep=run.id)
        digests.add(graph_digest(empty_graph))
    assert len(digests) == 1


def test_forecasts_count_by_what_they_say(empty_graph: Graph) -> None:
    fill(empty_graph)
    digests = []
    for value in (0.25, 0.25, 0.75):
        publish(empty_graph, value, ("c:analyst",))
        digests.append(graph_digest(empty_graph))
    assert digests[0] == digests[1] != digests[2]
    empty_graph.write(Query("x", "MATCH (f:Forecast) SET f.trend = f.trend + 0.001"))
    assert graph_digest(empty_graph) != digests[2]
