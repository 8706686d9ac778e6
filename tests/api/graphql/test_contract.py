"""The documents that others rely on, run unchanged over HTTP."""

from __future__ import annotations

from pathlib import Path

from tests.api.conftest import Ask
from tests.api.documents import check_home, text_of


def test_student_home(ask: Ask, contract: Path, somebody: str) -> None:
    answer = ask(text_of(contract, "student_home"), student=somebody, first=3)
    assert "errors" not in answer
    check_home(answer["data"], somebody)


def test_skill_search(ask: Ask, contract: Path) -> None:
    answer = ask(text_of(contract, "skill_search"), text="sql")
    assert "errors" not in answer
    hits = answer["data"]["skillSearch"]
    assert "sql" in (hits[0]["skill"]["label"] + " ".join(hits[0]["skill"]["altLabels"])).casefold()
    assert [h["score"] for h in hits] == sorted((h["score"] for h in hits), reverse=True)
    assert hits[0]["skill"]["broader"][0]["label"]


def test_pages_are_whole_and_without_overlap(ask: Ask, somebody: str) -> None:
    query = """query ($s: String!, $after: String) { student(code: $s) {
        recommendations(path: TRAINING, first: 2, after: $after) {
            totalCount edges { cursor node { rank id } } pageInfo { hasNextPage endCursor } } } }"""
    seen: list[int] = []
    after = None
    for _ in range(10):
        page = ask(query, s=somebody, after=after)["data"]["student"]["recommendations"]
        seen += [edge["node"]["rank"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == list(range(1, page["totalCount"] + 1))


def test_a_chain_is_found_again_by_its_global_id(ask: Ask, somebody: str) -> None:
    query = (
        "query ($s: String!) { student(code: $s) { recommendations(path: TRAINING) { edges { node { id rank } } } } }"
    )
    edges = ask(query, s=somebody)["data"]["student"]["recommendations"]["edges"]
    again = ask(
        "query ($id: ID!) { node(id: $id) { id ... on Recommendation { rank suggests { label } } } }",
        id=edges[1]["node"]["id"],
    )
    assert again["data"]["node"]["id"] == edges[1]["node"]["id"]
    assert again["data"]["node"]["rank"] == edges[1]["node"]["rank"]


def test_because(ask: Ask, contract: Path, somebody: str) -> None:
    document = (contract.parent / "contract-next" / "because.graphql").read_text("utf-8")
    answer = ask(document, student=somebody)
    assert "errors" not in answer
    nodes = [edge["node"] for edge in answer["data"]["student"]["recommendations"]["edges"]]
    assert any(node["because"] for node in nodes)
    for node in nodes:
        affinity = next(w for w in node["explanation"]["weights"] if w["name"] == "affinity")
        parts = [reason["contribution"] for reason in node["because"]]
        assert abs(sum(parts) - affinity["contribution"]) < 1e-9 and parts == sorted(parts, reverse=True)
        for reason in node["because"]:
            assert reason["support"] == 0 or reason["support"] >= 5
            # Three at most are told by name.
            if reason in node["because"][:3]:
                assert reason["resource"]["label"] in node["explanation"]["text"]
