"""Metrics of one running service as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from skillpath.api.http.served_run_age import ServedRunAge
from skillpath.api.service_settings import MetricsSettings
from skillpath.api.services.request_context import RequestInfo
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.exposures import ExposureLog
from skillpath.pipeline.scoring.refresh import RefreshResult


class ServiceMetrics:
    """What is counted as it happens, and what is looked up when somebody asks; one registry a service."""

    def __init__(self, graph: Graph, exposures: ExposureLog, settings: MetricsSettings) -> None:
        self.registry = CollectorRegistry()
        self.age = ServedRunAge(graph, settings)
        self._seconds = Histogram(
            "skillpath_request_seconds",
            "Time to answer a request, by operation.",
            ["operation"],
            buckets=settings.buckets,
            registry=self.registry,
        )
        self._requests = Counter(
            "skillpath_requests",
            "Requests by operation and outcome (ok, refused, failed).",
            ["operation", "outcome"],
            registry=self.registry,
        )
        self._refreshes = Histogram(
            "skillpath_refresh_seconds",
            "Time to compute some students anew and write what differs.",
            buckets=settings.buckets,
            registry=self.registry,
        )
        self.registry.register(_Live(graph, exposures, self.age))
        ProcessCollector(registry=self.registry)

    def answered(self, info: RequestInfo, seconds: float) -> None:
        """Count a request."""
        self._seconds.labels(info.operation).observe(seconds)
        self._requests.labels(info.operation, info.outcome).inc()

    def refreshed(self, done: RefreshResult) -> None:
        """Count a refresh."""
        self._refreshes.observe(done.took_ms / 1000)

    def page(self) -> bytes:
        """All metrics in Prometheus' text format; waits for the database no longer than the settings say."""
        return generate_latest(self.registry)


class _Live(Collector):
    """What is looked up at each scrape."""

    def __init__(self, graph: Graph, exposures: ExposureLog, age: ServedRunAge) -> None:
        self.graph, self.exposures, self.age = graph, exposures, age

    def describe(self) -> Iterator[Metric]:
        """Nothing, so that registering it asks no database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Connections, exposures, and the served run's age where they are known."""
        if pool := self.graph.pool():
            family = GaugeMetricFamily("skillpath_database_connections", "Open connections to Neo4j.", labels=["state"])
            family.add_metric(["in_use"], pool.in_use)
            family.add_metric(["idle"], pool.idle)
            yield family
        counts = self.exposures.counts
        written = CounterMetricFamily("skillpath_exposures", "Exposures by what became of them.", labels=["outcome"])
        for outcome in ("logged", "dropped", "failed"):
            written.add_metric([outcome], counts[outcome])
        yield written
        yield GaugeMetricFamily("skillpath_exposures_waiting", "Exposures not written yet.", value=counts["waiting"])
        seconds = self.age.seconds()
        answers = GaugeMetricFamily("skillpath_database_up", "Whether Neo4j answered when it was last asked.")
        answers.add_metric([], float(self.age.answered))
        yield answers
        if seconds is not None:
            text = "Seconds since the served scores began to be computed."
            yield GaugeMetricFamily("skillpath_served_run_age_seconds", text, value=seconds)
