"""A steward's work over GraphQL: the contract document, conflicts, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import parse
from starlette.testclient import TestClient

from skillpath.graph.core.connection import Graph
from skillpath.pipeline.ingest.sync import SyncReport
from tests.api.conftest import client_of
from tests.api.documents import text_of

Steward = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def own_town(scratch: Graph, load_town: Callable[[Graph], SyncReport]) -> Graph:
    with scratch.driver.session() as session:
        session.run(
            "MATCH (n) WHERE NOT n:__Neo4jMigration CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
        ).consume()
    load_town(scratch)
    return scratch


@pytest.fixture(scope="module")
def http(own_town: Graph) -> Iterator[TestClient]:
    yield from client_of(own_town)


@pytest.fixture
def steward(http: TestClient) -> Steward:
    def ask(query: str, user: str = "ann", operation: str | None = None, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables, "operationName": operation}
        return dict(http.post("/graphql", json=body, headers={"x-skillpath-user": user}).json())

    return ask


def _skills(steward: Steward, *texts: str) -> list[str]:
    query = "query ($t: String!) { skillSearch(text: $t, first: 1) { skill { code } } }"
    return [steward(query, t=text)["data"]["skillSearch"][0]["skill"]["code"] for text in texts]


def test_the_stewards_day_of_the_contract(steward: Steward, contract: Path) -> None:
    text = text_of(contract, "steward_queue")
    assert len(parse(text).definitions) == 6

    def run(operation: str, user: str = "ann", **variables: Any) -> Any:
        answer = steward(text, user, operation, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    queue = run("Queue", first=5)
    nodes = [edge["node"] for edge in queue["termQueue"]["edges"]]
    assert queue["termQueue"]["totalCount"] >= len(nodes) > 0
    assert nodes[0]["examples"] and nodes[0]["candidates"]
    assert queue["vocabulary"]["terms"] == sum(
        steward("{ vocabulary { mapped unmapped review rejected } }")["data"]["vocabulary"].values()
    )
    skill = nodes[0]["candidates"][0]["skill"]["code"]
    mapped = run("MapTerm", term=nodes[0]["id"], skill=skill)["mapTerm"]
    assert mapped["term"]["mapping"]["by"] == "ann"
    assert mapped["term"]["mapping"]["skill"]["code"] == skill
    proposal = run("Propose", input={"kind": "NEW_SKILL", "label": "Juggling of priorities", "reason": "seen"})
    code = proposal["propose"]["proposal"]["id"]
    assert run("Queue")["proposals"]["edges"][0]["node"]["payload"]["label"] == "Juggling of priorities"
    decided = run("Decide", "bob", id=code, decision="APPROVE", note="yes")["decide"]
    assert decided["proposal"]["status"] == "APPROVED"
    one, other = _skills(steward, "SQL", "Git")
    merged = run("Merge", **{"from": other, "into": one, "reason": "a test"})["mergeSkills"]
    assert merged["redirected"] == {"code": other, "status": "deprecated", "replacedBy": {"code": one}}
    assert merged["moved"]["requirements"] > 0
    revision_log = run("History", code=one)["skill"]["history"]["edges"]
    assert revision_log[0]["node"]["revision"] == merged["revision"]
    assert revision_log[0]["node"]["action"] == "merge"


def test_nobody_decides_a_proposal_of_their_own(steward: Steward) -> None:
    asked = steward('mutation { propose(input: {label: "Kite repair"}) { proposal { id } } }')
    decide = "mutation ($id: ID!) { decide(input: {proposal: $id, decision: REJECT}) { revision } }"
    answer = steward(decide, id=asked["data"]["propose"]["proposal"]["id"])
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_a_proposal_is_decided_once(steward: Steward) -> None:
    asked = steward('mutation { propose(input: {label: "Kite mending"}) { proposal { id } } }')
    decide = "mutation ($id: ID!, $d: Decision!) { decide(input: {proposal: $id, decision: $d}) { revision } }"
    proposal = asked["data"]["propose"]["proposal"]["id"]
    assert "errors" not in steward(decide, "bob", id=proposal, d="REJECT")
    again = steward(decide, "eve", id=proposal, d="APPROVE")
    assert again["errors"][0]["extensions"]["code"] == "CONFLICT"
    assert "rejected already" in again["errors"][0]["message"]


def test_a_split_a_successor_and_a_rejection(steward: Steward) -> None:
    term = steward("{ termQueue(first: 1) { edges { node { id text candidates { skill { code } } } } } }")["data"][
        "termQueue"
    ]
    node = term["edges"][0]["node"]
    skill = node["candidates"][0]["skill"]["code"]
    assert "errors" not in steward(
        "mutation ($t: ID!, $s: String!) { mapTerm(input: {term: $t, skill: $s}) { revision } }", t=node["id"], s=skill
    )
    split = """mutation ($s: String!, $t: ID!) { splitSkill(input: {skill: $s, reason: "two things", parts: [
        {label: "One of two"}, {label: "Two of two", terms: [$t]}]}) {
        skill { code label } redirected { status replacedBy { code } } moved { terms } revision } }"""
    done = steward(split, s=skill, t=node["id"])["data"]["splitSkill"]
    assert done["skill"] == {"code": "local:skill/one-of-two", "label": "One of two"}
    assert done["redirected"] == {"status": "deprecated", "replacedBy": {"code": "local:skill/one-of-two"}}
    assert done["moved"]["terms"] >= 1
    mapped = """query ($text: String!) { termQueue(status: MAPPED, contains: $text) {
        edges { node { id mapping { skill { code } } } } } }"""
    found = steward(mapped, text=node["text"])["data"]["termQueue"]["edges"]
    means = {edge["node"]["id"]: edge["node"]["mapping"]["skill"]["code"] for edge in found}
    assert means[node["id"]] == "local:skill/two-of-two", "the term went where it was assigned"
    end = """mutation { deprecateSkill(input: {skill: "local:skill/two-of-two", successor: "local:skill/one-of-two"}) {
        skill { code } redirected { status } moved { terms } } }"""
    ended = steward(end)["data"]["deprecateSkill"]
    assert ended["redirected"]["status"] == "deprecated" and ended["moved"]["terms"] == 1
    reject = (
        'mutation ($t: ID!) { rejectTerm(input: {term: $t, reason: "no"}) { term { mapping { skill { code } } } } }'
    )
    assert steward(reject, t=node["id"])["data"]["rejectTerm"]["term"]["mapping"] in (None, {"skill": None})


def test_two_stewards_at_once(steward: Steward) -> None:
    query = "{ vocabulary { revision } termQueue(first: 1) { edges { node { id candidates { skill { code } } } } } }"
    seen = steward(query)["data"]
    term = seen["termQueue"]["edges"][0]["node"]
    mutation = """mutation ($t: ID!, $s: String!, $r: Int) {
        mapTerm(input: {term: $t, skill: $s, seenRevision: $r}) { revision } }"""
    skills = [c["skill"]["code"] for c in term["candidates"]]
    assert "errors" not in steward(mutation, "ann", t=term["id"], s=skills[0], r=seen["vocabulary"]["revision"])
    late = steward(mutation, "bob", t=term["id"], s=skills[1], r=seen["vocabulary"]["revision"])
    assert late["errors"][0]["extensions"]["code"] == "CONFLICT"
    blind = steward(mutation, "bob", t=term["id"], s=skills[1])
    assert blind["errors"][0]["extensions"]["code"] == "CONFLICT"


def test_a_bulk_decision_is_counted_first_and_can_be_undone(steward: Steward) -> None:
    mutation = """mutation ($p: Boolean!) {
        decideTerms(input: {decision: REJECT, status: UNMAPPED, preview: $p}) { count revision } }"""
    total = "{ termQueue { totalCount } }"
    before = steward(total)["data"]["termQueue"]["totalCount"]
    preview = steward(mutation, p=True)["data"]["decideTerms"]
    assert preview == {"count": before, "revision": None}
    done = steward(mutation, p=False)["data"]["decideTerms"]
    assert done["count"] == before > 1
    assert steward(total)["data"]["termQueue"]["totalCount"] == 0
    steward("mutation ($r: Int!) { undo(revision: $r) { revision } }", r=done["revision"])
    assert steward(total)["data"]["termQueue"]["totalCount"] == before


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('mutation { mapTerm(input: {term: "none", skill: "none"}) { revision } }', "NOT_FOUND"),
        ('mutation { mergeSkills(input: {from: "a", into: "a"}) { revision } }', "BAD_INPUT"),
        ('mutation { propose(input: {label: "\\u0007"}) { revision } }', "BAD_INPUT"),
        ("mutation { undo(revision: 123456) { revision } }", "NOT_FOUND"),
        ("{ termQueue(first: 0) { totalCount } }", "BAD_INPUT"),
    ],
)
def test_what_cannot_be_is_told(steward: Steward, query: str, code: str) -> None:
    answer = steward(query)
    assert answer["errors"][0]["extensions"]["code"] == code
