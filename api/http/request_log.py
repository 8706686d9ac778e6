"""Gives each request an id, logs and counts it, and answers for what nobody expected."""

from __future__ import annotations

import time
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from skillpath.api.http.metrics import ServiceMetrics
from skillpath.api.services.request_context import FAILED, OK, REFUSED, RequestInfo, current, id_of
from skillpath.graph.core.timing import ms_since

log = structlog.get_logger(__name__)
HEADER = "x-request-id"
PROBES = ("healthz", "readyz", "metrics")
"""Asked every few seconds by machines: logged at debug level."""
PLACES = (*PROBES, "graphql", "console", "graphiql")


class RequestLog:
    """Middleware that comes before all others: the id is bound to all log lines and answered in ``X-Request-Id``."""

    def __init__(self, app: ASGIApp, metrics: ServiceMetrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; an unexpected error is logged with its traceback and answered with status 500."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.monotonic(), 0
        info = RequestInfo(id_of(Headers(scope=scope).get(HEADER, "")), _place(scope["path"]))

        async def marked(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER.encode(), info.id.encode())]
            await send(message)

        token = current.set(info)
        try:
            with structlog.contextvars.bound_contextvars(request=info.id):
                try:
                    await self.app(scope, receive, marked)
                except Exception:
                    log.exception("request.broken", operation=info.operation)
                    info.outcome = FAILED
                    if not status:
                        message = "Something went wrong on our side; the log has it under this request id."
                        await JSONResponse({"error": message, "requestId": info.id}, 500)(scope, receive, marked)
                self._note(info, scope["method"], status, started)
        finally:
            current.reset(token)

    def _note(self, info: RequestInfo, method: str, status: int, started: float) -> None:
        if info.outcome == OK and status >= 400:
            info.outcome = FAILED if status >= 500 else REFUSED
        self.metrics.answered(info, time.monotonic() - started)
        quiet = info.operation in PROBES and info.outcome == OK
        values = {"operation": info.operation, "method": method, "status": status, "outcome": info.outcome}
        (log.debug if quiet else log.info)("request.served", **values, ms=ms_since(started))


def _place(path: str) -> str:
    """The first part of a path if it is one of ours; everything else is ``other``."""
    first = path.strip("/").split("/")[0]
    return first if first in PLACES else "other"
