"""Metrics: what Prometheus reads, and a scrape that no database can hold up."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from skillpath.api.http.app import create_app
from skillpath.api.service_settings import ApiSettings, MetricsSettings
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.database_settings import Address
from tests.api.conftest import Ask, client_of

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def service(empty_graph: Graph) -> Iterator[TestClient]:
    yield from client_of(empty_graph)


def scrape(service: TestClient) -> Samples:
    answer = service.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = list(text_string_to_metric_families(answer.text))
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def requests(samples: Samples, operation: str, outcome: str) -> float:
    return samples.get(("skillpath_requests_total", (("operation", operation), ("outcome", outcome))), 0.0)


def test_requests_are_counted_by_operation_and_outcome(service: TestClient) -> None:
    for query in ("{ vocabulary { revision } }", "{ vocabulary { revision } }", "{ nonsense }"):
        service.post("/graphql", json={"query": query})
    service.get("/nowhere/at/all")
    samples = scrape(service)
    assert requests(samples, "vocabulary", "ok") == 2
    assert requests(samples, "graphql", "refused") == 1
    assert requests(samples, "other", "refused") == 1
    assert samples["skillpath_request_seconds_count", (("operation", "vocabulary"),)] == 2
    assert samples["skillpath_request_seconds_sum", (("operation", "vocabulary"),)] > 0


def test_names_of_clients_make_no_series(service: TestClient) -> None:
    for number in range(5):
        service.post(
            "/graphql", json={"query": f"query Q{number} {{ a{number}: vocabulary {{ revision }} x{number} }}"}
        )
        service.get(f"/page{number}")
    operations = {dict(labels)["operation"] for name, labels in scrape(service) if name == "skillpath_requests_total"}
    assert operations == {"several", "other"}


def test_the_pool_exposures_and_the_database_are_told(service: TestClient) -> None:
    service.post("/graphql", json={"query": "{ vocabulary { revision } }"})
    samples = scrape(service)
    connections = {
        labels: value for (name, labels), value in samples.items() if name == "skillpath_database_connections"
    }
    assert set(connections) == {(("state", "in_use"),), (("state", "idle"),)}
    assert sum(connections.values()) >= 1
    assert samples["skillpath_exposures_total", (("outcome", "logged"),)] == 0
    assert samples["skillpath_database_up", ()] == 1


def test_the_age_of_the_served_run(empty_graph: Graph) -> None:
    settings = ApiSettings(metrics=MetricsSettings(timeout=20, keep=0))
    with (
        Graph(empty_graph.address) as own,
        TestClient(create_app(own, settings), base_url="http://localhost") as service,
    ):
        assert ("skillpath_served_run_age_seconds", ()) not in scrape(service), "nothing was scored yet"
        runs.serve(empty_graph, runs.open_run(empty_graph, "score", {}), {})
        time.sleep(0.1)
        first = scrape(service)["skillpath_served_run_age_seconds", ()]
        assert 0.1 <= first < 60
        assert scrape(service)["skillpath_served_run_age_seconds", ()] > first


def test_a_database_that_hangs_holds_no_scrape_up() -> None:
    """The listener takes connections and never says a word."""
    settings = ApiSettings(metrics=MetricsSettings(timeout=0.3))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        graph = Graph(Address(f"bolt://127.0.0.1:{silent.getsockname()[1]}", "neo4j", "x"))
        # Without its lifespan: writing exposures at the end would wait for the same database.
        service = TestClient(create_app(graph, settings), base_url="http://localhost")
        before = time.monotonic()
        for _ in range(3):
            assert scrape(service)["skillpath_database_up", ()] == 0
        assert time.monotonic() - before < 5
        graph.close()


def test_metrics_are_for_loopback_names_alone(service: TestClient) -> None:
    assert service.get("/metrics", headers={"host": "evil.example"}).status_code == 421


def test_refreshes_are_timed(client: TestClient, ask: Ask, somebody: str) -> None:
    before = scrape(client)["skillpath_refresh_seconds_count", ()]
    ask("mutation ($s: String!) { refreshRecommendations(input: {student: $s}) { tookMs } }", s=somebody)
    after = scrape(client)
    assert after["skillpath_refresh_seconds_count", ()] == before + 1
    assert requests(after, "refreshRecommendations", "ok") >= 1
