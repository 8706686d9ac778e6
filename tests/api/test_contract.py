"""The documents that others rely on, run unchanged over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skillpath.graph import reads, runs
from skillpath.graph.connection import Graph

from .conftest import Ask, asker, client_of


def _text(contract: Path, name: str) -> str:
    return (contract / f"{name}.graphql").read_text("utf-8")


def _check_home(data: dict[str, Any], student: str) -> None:
    found = data["student"]
    assert found["code"] == student
    assert set(found["stage"]) == {"enrol", "learn", "work", "startUp"}
    targets = [edge["node"] for edge in found["targets"]["edges"]]
    assert targets and all(0 <= t["match"] <= 1 and t["gap"] > 0 for t in targets)
    diagnosis = found["diagnosis"]
    assert 0 <= diagnosis["coverage"] < 1
    assert sum(d["gap"] for d in diagnosis["dimensions"]) == pytest.approx(targets[0]["gap"])
    required = sum(d["required"] for d in diagnosis["dimensions"])
    assert diagnosis["coverage"] == pytest.approx(1 - targets[0]["gap"] / required)
    gaps = [lack["gap"] for lack in diagnosis["lacking"]]
    assert gaps == sorted(gaps, reverse=True)
    training = found["training"]
    assert training["totalCount"] >= len(training["edges"]) > 0
    for edge in training["edges"]:
        chain = edge["node"]
        assert chain["suggests"]["__typename"] == "Resource"
        assert chain["closes"] and all(0 < s["gain"] <= s["required"] - s["have"] + 1e-9 for s in chain["closes"])
        assert chain["suggests"]["label"] in chain["explanation"]["text"]


def test_student_home(ask: Ask, contract: Path, somebody: str) -> None:
    answer = ask(_text(contract, "student_home"), student=somebody, first=3)
    assert "errors" not in answer
    _check_home(answer["data"], somebody)


def test_skill_search(ask: Ask, contract: Path) -> None:
    answer = ask(_text(contract, "skill_search"), text="sql")
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


@pytest.fixture(scope="module")
def ask_real(real: Graph) -> Iterator[Ask]:
    for client in client_of(real):
        yield asker(client)


@pytest.mark.realdata
def test_the_documents_on_the_real_graph(ask_real: Ask, real: Graph, contract: Path) -> None:
    run = runs.current(real)
    assert run
    student = real.read(reads.EXAMPLES, run=run["id"], first=1)[0]["code"]
    answer = ask_real(_text(contract, "student_home"), student=student)
    assert "errors" not in answer
    _check_home(answer["data"], student)
    hits = ask_real(_text(contract, "skill_search"), text="python")["data"]["skillSearch"]
    assert hits[0]["skill"]["code"].startswith("esco:skill/")
    assert "python" in hits[0]["skill"]["label"].casefold()
