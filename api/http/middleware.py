"""Middlewares of the service: host names, size of bodies, and headers by which browsers load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TRUSTED = "skillpath.trusted_host"
"""Key of a request's scope once its host name was found to be ours."""
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"
)


class HostMiddleware(TrustedHostMiddleware):
    """Starlette's check of host names, which answers 421 (misdirected request) where that says 400.

    A page elsewhere may make its own name point here, and would then be let in as if it were ours.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str]) -> None:
        async def trusted(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRUSTED] = True
            await app(scope, receive, send)

        super().__init__(trusted, allowed_hosts, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""

        async def misdirected(message: Message) -> None:
            if message["type"] == "http.response.start" and TRUSTED not in scope:
                message["status"] = 421
            await send(message)

        await super().__call__(scope, receive, misdirected)


class BodyLimitMiddleware:
    """Answers 413 to bodies that are too large, or that do not say how large they are.

    Args:
        limit: most bytes of a body.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            length = headers.get("content-length", "0")
            # isdecimal alone would take digits of other scripts, which int reads but no server sends.
            counted = length.isascii() and length.isdecimal() and int(length) <= self.limit
            if "transfer-encoding" in headers or not counted:
                await PlainTextResponse(f"At most {self.limit} bytes.", 413)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SecurityHeadersMiddleware:
    """Adds the content security policy, and forbids guessing the kind of content, to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the headers go with what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = POLICY
                headers["x-content-type-options"] = "nosniff"
            await send(message)

        await self.app(scope, receive, send_with_headers)
