"""The service: health, errors, limits, pages that need no internet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from skillpath.api.http.app import create_app
from skillpath.graph.core.connection import Graph
from tests.api.conftest import Ask


def test_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"alive": True}
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["run"].startswith("score-")


def test_not_ready_without_scores_says_why(empty_graph: Graph) -> None:
    with Graph(empty_graph.address) as own, TestClient(create_app(own), base_url="http://localhost") as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "skillpath score" in answer.json()["reason"]
        body = client.post("/graphql", json={"query": '{ skillSearch(text: "x") { score } }'}).json()
        assert body["data"]["skillSearch"] == []


def test_an_unknown_student_is_null(ask: Ask) -> None:
    assert ask('{ student(code: "nobody") { code } }') == {"data": {"student": None}}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nonsense }", "BAD_INPUT"),
        ("{ student(code: }", "BAD_INPUT"),
        ('{ skillSearch(text: "x", first: 0) { score } }', "BAD_INPUT"),
        ('{ skillSearch(text: "x", first: 1000000) { score } }', "BAD_INPUT"),
        ('{ skillSearch(text: "' + "x" * 301 + '") { score } }', "BAD_INPUT"),
        ("{ " + " ".join(f'a{i}: student(code: "x") {{ code }}' for i in range(31)) + " }", "TOO_COMPLEX"),
        ('{ skill(code: "x") ' + "{ broader " * 15 + "{ code }" + " }" * 15 + " }", "TOO_COMPLEX"),
        ("{ " + "__typename " * 2_000 + "}", "TOO_COMPLEX"),
    ],
)
def test_errors_carry_a_code_and_a_request_id(ask: Ask, query: str, code: str) -> None:
    error = ask(query)["errors"][0]
    assert error["extensions"]["code"] == code
    assert re.fullmatch(r"[0-9a-f]{16}", error["extensions"]["requestId"])


def test_a_cursor_that_is_none_of_ours(ask: Ask, somebody: str) -> None:
    query = 'query ($s: String!) { student(code: $s) { recommendations(path: JOB, after: "zzz") { totalCount } } }'
    assert ask(query, s=somebody)["errors"][0]["extensions"]["code"] == "BAD_INPUT"


def test_an_unexpected_failure_tells_nothing_of_our_insides(
    client: TestClient, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("skillpath.graph.core.reads.search_skills", broken)
    error = ask('{ skillSearch(text: "x") { score } }')["errors"][0]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(error)


def test_a_body_that_is_too_large(client: TestClient) -> None:
    assert client.post("/graphql", content=b"x" * 100_001).status_code == 413


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_text_can_be_searched(ask: Ask, text: str) -> None:
    answer = ask("query ($t: String!) { skillSearch(text: $t) { score } }", t=text)
    assert "errors" not in answer
    assert all(0 < hit["score"] <= 1 for hit in answer["data"]["skillSearch"])


def test_pages_tell_browsers_to_load_nothing_from_elsewhere(client: TestClient) -> None:
    assert "default-src 'self'" in client.get("/healthz").headers["content-security-policy"]


def test_a_browser_gets_the_explorer(client: TestClient) -> None:
    answer = client.get("/graphql", headers={"accept": "text/html"})
    assert answer.status_code == 200, "not built: make console"
    sources = [s for s in re.findall(r'(?:src|href)="([^"]+)"', answer.text) if not s.startswith("data:")]
    assert any(source.endswith(".js") for source in sources)
    for source in sources:
        assert client.get(source).status_code == 200


def test_the_schema_is_the_one_that_was_reviewed() -> None:
    from skillpath.api.graphql.schema import build_schema

    snapshot = Path(__file__).with_name("schema.graphql")
    assert build_schema().as_str() + "\n" == snapshot.read_text("utf-8"), (
        "run: skillpath schema > tests/api/http/schema.graphql"
    )


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1"])
def test_a_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    answer = client.post("/graphql", json={"query": "{ vocabulary { revision } }"}, headers={"host": host})
    assert answer.status_code in (400, 421)


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "[::1]:8765"])
def test_loopback_names_are_answered(client: TestClient, host: str) -> None:
    answer = client.post("/graphql", json={"query": "{ vocabulary { revision } }"}, headers={"host": host})
    assert answer.status_code == 200


def test_a_form_cannot_decide(client: TestClient) -> None:
    body = '{"query": "mutation { undo(revision: 1) { revision } }"}'
    answer = client.post("/graphql", content=body, headers={"content-type": "text/plain"})
    assert answer.status_code in (400, 415)
    assert client.get("/graphql", params={"query": "mutation { undo(revision: 1) { revision } }"}).status_code == 400
