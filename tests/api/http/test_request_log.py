"""Requests: an id for each, one line for each, tracebacks of what nobody expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from skillpath.graph.core.connection import Graph
from tests.api.conftest import client_of
from tests.conftest import LogLines

SEARCH = '{ skillSearch(text: "Ada Lovelace") { score } }'


@pytest.fixture
def service(empty_graph: Graph) -> Iterator[TestClient]:
    yield from client_of(empty_graph)


def post(service: TestClient, query: str, **headers: str) -> Any:
    return service.post("/graphql", json={"query": query}, headers=headers)


def named(lines: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == event]


def test_each_request_leaves_one_line(service: TestClient, log_lines: LogLines) -> None:
    answer = post(service, SEARCH)
    lines = log_lines()
    (line,) = named(lines, "request.served")
    assert line["request"] == answer.headers["x-request-id"]
    assert (line["operation"], line["status"], line["outcome"]) == ("skillSearch", 200, "ok")
    assert line["ms"] > 0
    assert "Lovelace" not in str(lines)


def test_a_well_formed_id_is_taken(service: TestClient, log_lines: LogLines) -> None:
    answer = post(service, "{ nonsense }", **{"x-request-id": "trace-0001.a"})
    assert answer.headers["x-request-id"] == "trace-0001.a"
    assert answer.json()["errors"][0]["extensions"]["requestId"] == "trace-0001.a"
    assert {line["request"] for line in log_lines()} == {"trace-0001.a"}


@pytest.mark.parametrize("sent", ["short", "two words here", "x" * 129, "a\\nb-forged-line", "<script>alert"])
def test_another_id_is_made_for_an_odd_one(service: TestClient, sent: str) -> None:
    answered = post(service, SEARCH, **{"x-request-id": sent}).headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}", answered)


def test_every_answer_has_an_id(service: TestClient) -> None:
    assert service.get("/healthz").headers["x-request-id"]
    assert service.get("/nowhere").headers["x-request-id"]
    assert service.get("/healthz", headers={"host": "evil.example"}).headers["x-request-id"]


@pytest.mark.parametrize(
    ("query", "operation", "outcome"),
    [
        ("{ vocabulary { revision } }", "vocabulary", "ok"),
        ("query Any { again: vocabulary { revision } }", "vocabulary", "ok"),
        ('{ vocabulary { revision } skill(code: "x") { code } }', "several", "ok"),
        ("{ ...on Query { vocabulary { revision } } }", "several", "ok"),
        ("{ __schema { queryType { name } } }", "introspection", "ok"),
        ("{ jane_doe_born_1990 }", "graphql", "refused"),
        ("{ syntax(", "graphql", "refused"),
        ("mutation { undo(revision: 1) { revision } }", "undo", "refused"),
    ],
)
def test_operations_have_names_of_ours(
    service: TestClient, log_lines: LogLines, query: str, operation: str, outcome: str
) -> None:
    post(service, query)
    lines = log_lines()
    (line,) = named(lines, "request.served")
    assert (line["operation"], line["outcome"]) == (operation, outcome)
    assert "jane" not in str(lines)


def test_probes_are_not_in_the_way(service: TestClient, log_lines: LogLines) -> None:
    service.get("/healthz")
    assert [line["level"] for line in named(log_lines(), "request.served")] == ["debug"]


def test_an_unexpected_failure_of_a_query_is_in_the_log(
    service: TestClient, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a broken part")

    monkeypatch.setattr("skillpath.graph.core.reads.search_skills", broken)
    answer = post(service, SEARCH)
    lines = log_lines()
    (failed,) = named(lines, "request.failed")
    assert "in broken" in failed["exception"]
    assert "RuntimeError: a broken part" in failed["exception"]
    assert failed["request"] == answer.json()["errors"][0]["extensions"]["requestId"]
    assert failed["request"] == answer.headers["x-request-id"]
    assert named(lines, "request.served")[0]["outcome"] == "failed"


def test_an_expected_failure_has_no_traceback(service: TestClient, log_lines: LogLines) -> None:
    post(service, '{ skillSearch(text: "x", first: 0) { score } }')
    lines = log_lines()
    assert [line["codes"] for line in named(lines, "request.errors")] == [["BAD_INPUT"]]
    assert not [line for line in lines if "exception" in line]


def test_an_unexpected_failure_outside_graphql_is_answered_and_logged(
    service: TestClient, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a broken part")

    monkeypatch.setattr("skillpath.api.http.app._ready", broken)
    answer = service.get("/readyz")
    assert answer.status_code == 500
    assert "broken" not in answer.text
    lines = log_lines()
    (failed,) = named(lines, "request.broken")
    assert "RuntimeError: a broken part" in failed["exception"]
    assert failed["request"] == answer.json()["requestId"] == answer.headers["x-request-id"]
    assert [line["status"] for line in named(lines, "request.served")] == [500]
