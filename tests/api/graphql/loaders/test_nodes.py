"""However many nodes one request asks for by their ids, each kind costs one query."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from strawberry import relay

from skillpath.api.graphql.schema import build_schema
from skillpath.chains.model.ranking import TERMS
from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph, Row
from tests.api.conftest import asker, client_of
from tests.graph.tiny import fill

COUNT = 5
MAKE = Query(
    "x",
    """UNWIND range(1, 5) AS i
    MATCH (x:Resource {code: 'r:course'}), (c:JobCluster {code: 'c:analyst'})
    CREATE (:Skill {code: 'k:' + i, label: 'skill', kind: 'skill'}), (s:Student {code: 'made:' + i}),
      (:Term {code: 't:' + i, text: 'term', status: 'unmapped', mentions: 1, source: 't'}),
      (:Proposal {code: 'p:' + i, kind: 'DEPRECATE', status: 'OPEN', by: 'ann',
        at: '2025-01-01T00:00:00', payload: '{}'})
    CREATE (s)-[:RECEIVED]->(r:Recommendation {id: 'made|' + i, run: $run, rank: 1, leads: true, score: 0.5,
      path: 'TRAINING', match: 0.5, gap: 0.5, gain: 0.5, bridging: 0.5, weights: $zeros, contributions: $zeros})
    CREATE (r)-[:SUGGESTS]->(x) CREATE (r)-[:TOWARD]->(c)""",
)
KINDS = {"Skill": "k:%d", "Student": "made:%d", "Term": "t:%d", "Proposal": "p:%d", "Recommendation": "made|%d"}


@pytest.fixture
def made(empty_graph: Graph) -> Graph:
    """The tiny graph with five nodes of each kind, a run served among them."""
    fill(empty_graph)
    run = runs.open_run(empty_graph, "score", {})
    empty_graph.write(MAKE, run=run.id, zeros=[0.0] * len(TERMS))
    runs.serve(empty_graph, run, {})
    return empty_graph


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each query was run."""
    found, read = Counter[str](), Graph.read

    def counting(self: Graph, query: Query, **parameters: Any) -> list[Row]:
        found[query.name] += 1
        return read(self, query, **parameters)

    monkeypatch.setattr(Graph, "read", counting)
    return found


def test_every_kind_that_has_a_global_id_is_tried() -> None:
    declared = re.findall(r"^type (\w+) implements .*\bNode\b", build_schema().as_str(), re.MULTILINE)
    assert set(declared) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_many_nodes_cost_as_many_queries_as_one(made: Graph, asked: Counter[str], kind: str) -> None:
    costs = []
    for client in client_of(made):
        for count in (1, COUNT):
            ids = [relay.to_base64(kind, KINDS[kind] % i) for i in range(1, count + 1)]
            # The last one is not there: it costs no more, and does not hide the others.
            ids.append(relay.to_base64(kind, "nobody"))
            parts = [f"n{i}: node(id: {json.dumps(id_)}) {{ id }}" for i, id_ in enumerate(ids)]
            asked.clear()
            answer = asker(client)("{ " + " ".join(parts) + " }")
            assert "errors" not in answer, answer
            assert answer["data"] == {f"n{i}": {"id": id_} for i, id_ in enumerate(ids[:-1])} | {f"n{count}": None}
            costs.append(dict(asked))
    assert costs[0] == costs[1]
    assert sum(costs[0].values()) <= 2


def test_an_only_chain_to_go_on_with_costs_one_query_for_all_students(made: Graph, asked: Counter[str]) -> None:
    costs = []
    for client in client_of(made):
        for count in (1, COUNT):
            parts = [f's{i}: student(code: "made:{i}") {{ next {{ id }} }}' for i in range(1, count + 1)]
            asked.clear()
            answer = asker(client)("{ " + " ".join(parts) + " }")
            assert "errors" not in answer, answer
            assert all(student["next"]["id"] for student in answer["data"].values())
            costs.append(dict(asked))
    assert costs[0] == costs[1]
