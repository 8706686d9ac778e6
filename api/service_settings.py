"""Settings of the service."""

from __future__ import annotations

from dataclasses import dataclass


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
        looks: most chains of which a request asks the evidence or the counterfactual, which are computed on demand.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    page: int = 100
    text: int = 300
    body: int = 100_000
    depth: int = 12
    aliases: int = 30
    tokens: int = 2_000
    looks: int = 30
