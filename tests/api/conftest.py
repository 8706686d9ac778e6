"""The service over the synthetic town."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from skillpath.api.http.app import create_app
from skillpath.graph.core import reads, runs
from skillpath.graph.core.connection import Graph

Ask = Callable[..., dict[str, Any]]


def client_of(graph: Graph) -> Iterator[TestClient]:
    """The service over a graph that stays open for other tests."""
    with Graph(graph.address) as own, TestClient(create_app(own), base_url="http://127.0.0.1") as client:
        yield client


def asker(client: TestClient) -> Ask:
    """Posts a query and returns the decoded answer."""

    def ask(query: str, **variables: Any) -> dict[str, Any]:
        answer = client.post("/graphql", json={"query": query, "variables": variables})
        return dict(answer.json())

    return ask


@pytest.fixture(scope="session")
def client(town: Graph) -> Iterator[TestClient]:
    yield from client_of(town)


@pytest.fixture(scope="session")
def ask(client: TestClient) -> Ask:
    return asker(client)


@pytest.fixture
def somebody(town: Graph) -> str:
    """Code of a student with chains."""
    run = runs.current(town)
    assert run
    return str(town.read(reads.EXAMPLES, run=run["id"], first=1)[0]["code"])
