"""The middlewares alone, over a small service: which bodies pass, and what every answer carries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from skillpath.api.http.middleware import POLICY, BodyLimitMiddleware, HostMiddleware, SecurityHeadersMiddleware


async def size(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())), headers={"x-content-type-options": "other"})


@pytest.fixture
def client() -> TestClient:
    parts = [Middleware(HostMiddleware, allowed_hosts=["testserver", "[::1]"])]
    parts += [Middleware(BodyLimitMiddleware, limit=10), Middleware(SecurityHeadersMiddleware)]
    return TestClient(Starlette(routes=[Route("/", size, methods=["GET", "POST"])], middleware=parts))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("testserver", 200),
        ("TestServer:8765", 200),
        ("[::1]:8765", 200),
        ("testserver.evil.example", 421),
        ("evil.example:80", 421),
        ("[::1", 421),
        ("::1", 421),
        ("", 421),
    ],
)
def test_foreign_names_are_misdirected(client: TestClient, host: str, status: int) -> None:
    assert client.get("/", headers={"host": host}).status_code == status


def test_an_error_of_the_service_keeps_its_status() -> None:
    def refuse(_: Request) -> Response:
        return PlainTextResponse("no", 400)

    parts = [Middleware(HostMiddleware, allowed_hosts=["testserver"])]
    assert TestClient(Starlette(routes=[Route("/", refuse)], middleware=parts)).get("/").status_code == 400


@pytest.mark.parametrize(("count", "status"), [(0, 200), (10, 200), (11, 413)])
def test_bodies_up_to_the_limit_pass(client: TestClient, count: int, status: int) -> None:
    assert client.post("/", content=b"x" * count).status_code == status


def test_a_body_in_pieces_is_refused_since_nobody_knows_its_size(client: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"x"

    assert client.post("/", content=pieces()).status_code == 413


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"ten", "\u0663".encode()])
def test_a_length_that_is_no_number_is_refused(client: TestClient, length: bytes) -> None:
    assert client.get("/", headers={b"content-length": length}).status_code == 413


@pytest.mark.parametrize("path", ["/", "/nowhere"])
def test_every_answer_carries_the_headers_once(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers.get_list("content-security-policy") == [POLICY]
    assert headers.get_list("x-content-type-options") == ["nosniff"]
