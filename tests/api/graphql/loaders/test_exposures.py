"""Who is shown a first place has seen it, and is told its chance; looking elsewhere is no exposure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from tests.api.conftest import Ask, asker, client_of

SAW = Query(
    "x",
    """MATCH (s:Student {code: $student})-[:SAW]->(e:Exposure)
    RETURN e.slot AS slot, e.chosen AS chosen, e.propensity AS chance ORDER BY slot""",
)
FORGET = Query("x", "MATCH (e:Exposure) DETACH DELETE e")
LISTS = """query ($s: String!, $after: String) { student(code: $s) {
  next { id path rank propensity }
  recommendations(path: TRAINING, first: 3) { pageInfo { endCursor } edges { node { id rank propensity } } }
  more: recommendations(path: JOB, first: 3, after: $after) { edges { node { rank propensity } } } } }"""
LATER = """query ($s: String!, $after: String) { student(code: $s) {
  recommendations(path: TRAINING, first: 3, after: $after) { edges { node { id rank } } } } }"""


@pytest.fixture
def client(town: Graph) -> Iterator[TestClient]:
    """A service of its own, which remembers nobody."""
    yield from client_of(town)


@pytest.fixture
def ask(client: TestClient) -> Ask:
    return asker(client)


@pytest.fixture(autouse=True)
def forgotten(town: Graph) -> Iterator[None]:
    town.write(FORGET)
    yield
    town.write(FORGET)


def logged(town: Graph, student: str, count: int) -> list[dict[str, Any]]:
    """What was seen, once it was written."""
    for _ in range(100):
        if len(found := town.read(SAW, student=student)) >= count:
            return found
        time.sleep(0.05)
    return found


def test_who_looks_has_seen_the_first_places(ask: Ask, client: TestClient, town: Graph, somebody: str) -> None:
    before = client.get("/readyz").json()["exposures"]
    answer = ask(LISTS, s=somebody)["data"]["student"]
    first = answer["recommendations"]["edges"][0]["node"]
    assert first["rank"] == 1 and 0 < first["propensity"] <= 1
    assert answer["next"]["rank"] == 1
    seen = {row["slot"]: row for row in logged(town, somebody, 3)}
    assert {"NEXT", "TRAINING"} <= set(seen)
    assert seen["TRAINING"]["chance"] == first["propensity"] and 0 < seen["NEXT"]["chance"] <= 1
    assert seen["NEXT"]["chosen"].split("|")[1] == answer["next"]["path"]
    ask(LISTS, s=somebody)
    time.sleep(1.2)
    assert len(town.read(SAW, student=somebody)) == len(seen)
    after = client.get("/readyz").json()["exposures"]
    assert after["logged"] - before["logged"] == len(seen) and after["dropped"] == after["failed"] == 0


def test_a_later_page_is_no_exposure(ask: Ask, town: Graph, somebody: str) -> None:
    page = ask(LISTS, s=somebody)["data"]["student"]["recommendations"]["pageInfo"]["endCursor"]
    logged(town, somebody, 3)
    town.write(FORGET)
    assert ask(LATER, s=somebody, after=page)["data"]["student"]["recommendations"]["edges"][0]["node"]["rank"] == 4
    time.sleep(1.2)
    assert town.read(SAW, student=somebody) == []
