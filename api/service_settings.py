"""Settings of the service."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class MetricsSettings:
    """How ``/metrics`` is answered.

    Attributes:
        timeout: seconds that a scrape waits for the database.
        keep: seconds that what the database said is kept.
        buckets: upper ends of the histograms' buckets in seconds.
    """

    timeout: float = 1.0
    keep: float = 15.0
    buckets: tuple[float, ...] = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True)
class ApiSettings:
    """Where the service listens and what it accepts.

    Attributes:
        host: address to listen on; only loopback, as long as there are no tokens.
        port: TCP port.
        page: most items of one page.
        text: most characters of a search text.
        body: most bytes of a request.
        depth: most levels of a query.
        aliases: most aliases of a query.
        tokens: most tokens of a query.
        metrics: how ``/metrics`` is answered.
        explanations: most chains of which one request asks the evidence or the counterfactual.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    page: int = 100
    text: int = 300
    body: int = 100_000
    depth: int = 12
    aliases: int = 30
    tokens: int = 2_000
    explanations: int = 30
    metrics: MetricsSettings = field(default_factory=MetricsSettings)
