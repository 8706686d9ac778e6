"""What the API says of a chain adds up and stands in the graph, edge by edge."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from skillpath.chains.model.coverage import REASONS
from skillpath.chains.model.ranking import TERMS
from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from tests.api.conftest import Ask
from tests.api.documents import text_of

FIRST = """query ($s: String!, $p: Path!) { student(code: $s) { recommendations(path: $p, first: 100) {
    edges { node { id score explanation { match heat stage redundancy text weights { name value term contribution } }
                   closes { gain } because { support } } } } } }"""
EDGE = Query(
    "x",
    """MATCH (a {code: $source})-[e]->(b {code: $target})
    WHERE type(e) = $type AND (e.run IS NULL OR e.run = $run OR type(e) IN ['FOLLOWED_BY', 'SIMILAR_TO'])
    RETURN properties(e) AS properties""",
)
STAGE_STATES = Query(
    "x",
    """MATCH (s:Student)-[:HAS_STAGE]->(n:StageState {run: $run}) WITH s.code AS code, n ORDER BY code
    RETURN n.reason AS reason, collect(code)[0] AS student, collect(properties(n))[0] AS n""",
)
JOBS = Query(
    "x",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation {run: $run, path: 'JOB'})
    WITH s, r ORDER BY s.code, r.rank
    RETURN EXISTS { (r)-[:CLOSES]->() } AS closes, collect(r.id)[..3] AS ids""",
)


def served(graph: Graph) -> str:
    run = runs.current(graph)
    assert run
    return str(run["id"])


def chains(ask: Ask, student: str) -> list[dict[str, Any]]:
    found = []
    for path in ("JOB", "TRAINING", "VENTURE"):
        answer = ask(FIRST, s=student, p=path)
        assert "errors" not in answer
        found += [edge["node"] for edge in answer["data"]["student"]["recommendations"]["edges"]]
    return found


def test_contributions_are_weight_times_term_and_add_up_to_the_score(ask: Ask, somebody: str) -> None:
    found = chains(ask, somebody)
    assert len(found) > 5
    for chain in found:
        weights = chain["explanation"]["weights"]
        assert [w["name"] for w in weights] == list(TERMS)
        assert sum(w["contribution"] for w in weights) == pytest.approx(chain["score"], abs=1e-9)
        for w in weights:
            assert w["contribution"] == pytest.approx(w["value"] * w["term"], abs=1e-9)
            if w["name"] in ("match", "heat", "stage", "redundancy"):
                assert w["term"] == chain["explanation"][w["name"]]
    assert any(chain["explanation"]["stage"] > 0 for chain in found)


def _check_path(path: dict[str, Any], why: dict[str, Any], town: Graph) -> None:
    nodes, edges = path["nodes"], path["relationships"]
    assert nodes[0] == {"__typename": "Student", "code": why["student"]["code"], "label": why["student"]["code"]}
    assert why["suggests"] in nodes
    linked = {frozenset((edge["from"], edge["to"])) for edge in edges}
    for left, right in pairwise(nodes):
        assert frozenset((left["code"], right["code"])) in linked
    for edge in edges:
        stored = town.read(EDGE, source=edge["from"], target=edge["to"], type=edge["type"], run=served(town))
        properties = {p["name"]: p["value"] for p in edge["properties"]}
        assert any(all(row["properties"].get(k) == v for k, v in properties.items()) for row in stored)


def test_an_advisor_follows_a_chain_edge_by_edge(ask: Ask, contract: Path, town: Graph, somebody: str) -> None:
    document = text_of(contract, "advisor_why")
    for chain in chains(ask, somebody)[::5]:
        answer = ask(document, id=chain["id"])
        assert "errors" not in answer
        why = answer["data"]["node"]
        assert why["student"]["code"] == somebody and why["feedback"] == []
        assert why["run"]["id"] == served(town) and why["run"]["kind"] == "score"
        assert why["run"]["finishedAt"] >= why["run"]["startedAt"]
        assert {m["name"]: m["value"] for m in why["run"]["metrics"]}["students"] > 0
        assert len(why["paths"]) == min(5, max(1, len(chain["closes"]) + len(chain["because"])))
        for path in why["paths"]:
            _check_path(path, why, town)


def test_a_post_that_closes_nothing_is_walked_over_what_it_asks_for(ask: Ask, town: Graph) -> None:
    from strawberry.relay import GlobalID

    query = "query ($id: ID!) { node(id: $id) { ... on Recommendation { paths { nodes { __typename code } } } } }"
    orders = {
        True: ["Student", "JobCluster", "Skill", "Job"],
        False: ["Student", "Skill", "Job", "JobCluster"],
    }
    rows = town.read(JOBS, run=served(town))
    assert rows
    for row in rows:
        for key in row["ids"]:
            paths = ask(query, id=str(GlobalID("Recommendation", key)))["data"]["node"]["paths"]
            assert [n["__typename"] for n in paths[0]["nodes"]] == orders[row["closes"]]


def test_stage_and_reason_are_those_of_the_run(ask: Ask, town: Graph) -> None:
    query = """query ($s: String!) { student(code: $s) {
        stage { enrol learn work startUp job training venture } withoutChain } }"""
    rows = town.read(STAGE_STATES, run=served(town))
    assert REASONS[0] in {row["reason"] for row in rows}
    for row in rows:
        found = ask(query, s=row["student"])["data"]["student"]
        assert found["stage"] == {name: row["n"][name] for name in found["stage"]}
        assert found["withoutChain"] == (None if row["reason"] == REASONS[0] else row["reason"])
        assert sum(found["stage"][name] for name in ("job", "training", "venture")) == pytest.approx(1)


def test_too_many_paths_are_refused(ask: Ask, somebody: str) -> None:
    chain = chains(ask, somebody)[0]
    query = "query ($id: ID!) { node(id: $id) { ... on Recommendation { paths(limit: 0) { nodes { code } } } } }"
    assert ask(query, id=chain["id"])["errors"][0]["extensions"]["code"] == "BAD_INPUT"
