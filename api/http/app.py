"""The web service: GraphQL, health, the console and an explorer, all without internet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL

from skillpath.api.graphql.loaders.loaders import Loaders, in_thread
from skillpath.api.graphql.schema import build_schema
from skillpath.api.http.metrics import ServiceMetrics
from skillpath.api.http.middleware import BodyLimitMiddleware, HostMiddleware, SecurityHeadersMiddleware
from skillpath.api.http.request_log import RequestLog
from skillpath.api.service_settings import ApiSettings
from skillpath.api.services.student_chains import served_run
from skillpath.errors import SkillpathError
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.migrate import Migrations
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.scores.exposures import ExposureLog
from skillpath.pipeline.scoring.refresh import Refresher

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
USER_HEADER, USER_LENGTH = "x-skillpath-user", 100
"""Who decides, as long as there are no tokens: a name for the revision log, no proof of identity."""
STATIC = Path(str(files("skillpath.api").joinpath("static")))


class Service(GraphQL[Loaders, None]):
    """GraphQL over HTTP; each request gets loaders of its own."""

    def __init__(
        self,
        graph: Graph,
        settings: ApiSettings,
        curation: CurationService,
        refresher: Refresher,
        exposures: ExposureLog,
    ) -> None:
        super().__init__(build_schema(settings), graphql_ide=None)
        self.graph, self.settings, self.curation, self.refresher = graph, settings, curation, refresher
        self.exposures = exposures

    async def get_context(self, request: Any, response: Any) -> Loaders:
        """Fresh loaders, so that nothing outlives the request."""
        user = request.headers.get(USER_HEADER, "").strip()[:USER_LENGTH]
        return Loaders(self.graph, self.settings, self.curation, self.refresher, self.exposures, user or "local")


def create_app(
    graph: Graph,
    settings: ApiSettings | None = None,
    curation: CurationService | None = None,
    refresher: Refresher | None = None,
) -> Starlette:
    """The service over an open graph, which it closes when it stops."""
    chosen, exposures = settings or ApiSettings(), ExposureLog(graph)
    refreshing, metrics = refresher or Refresher(graph), ServiceMetrics(graph, exposures, chosen.metrics)
    refreshing.observer = metrics.refreshed

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        exposures.start()
        yield
        await in_thread(exposures.stop)
        metrics.age.close()
        graph.close()

    async def ready(_: Request) -> Response:
        try:
            run = await in_thread(_ready, graph)
        except SkillpathError as error:
            return JSONResponse({"ready": False, "reason": str(error)}, 503)
        return JSONResponse({"ready": True, "run": run, "exposures": exposures.counts})

    async def scrape(_: Request) -> Response:
        return Response(await in_thread(metrics.page), media_type=CONTENT_TYPE_LATEST)

    service = Service(graph, chosen, curation or CurationService(graph), refreshing, exposures)
    return Starlette(
        routes=[*_routes(service, ready), Route("/metrics", scrape)],
        lifespan=lifespan,
        middleware=[
            Middleware(RequestLog, metrics=metrics),
            Middleware(HostMiddleware, allowed_hosts=LOOPBACK),
            Middleware(BodyLimitMiddleware, limit=chosen.body),
            Middleware(SecurityHeadersMiddleware),
        ],
    )


def _ready(graph: Graph) -> str:
    graph.verify()
    Migrations(graph).validate()
    return served_run(graph)


def _routes(service: Service, ready: Any) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route("/healthz", _alive),
        Route("/readyz", ready),
        Route("/graphql", _Explorer(service), methods=["GET", "POST", "OPTIONS"]),
        Route("/", lambda _: RedirectResponse("/console/" if (STATIC / "console").is_dir() else "/graphql")),
    ]
    for name in ("console", "graphiql"):
        if (STATIC / name).is_dir():
            routes.append(Mount(f"/{name}", StaticFiles(directory=STATIC / name, html=True)))
    return routes


def _alive(_: Request) -> Response:
    return JSONResponse({"alive": True})


class _Explorer:
    """Serves the query explorer to browsers, and GraphQL to everything else, at one address."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if not wants_page or "query" in request.query_params:
            await self.service(scope, receive, send)
            return
        page = STATIC / "graphiql" / "index.html"
        response: Response = PlainTextResponse("The explorer is not built. Run `make console`.", 404)
        if page.is_file():
            response = FileResponse(page) if request.url.path.endswith("/") else RedirectResponse("/graphiql/")
        await response(scope, receive, send)
