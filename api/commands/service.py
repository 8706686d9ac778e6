"""Commands that serve: serve, schema, demo."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skillpath.api.context import AppSettings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
BACKLOG = 2048


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; loopback only.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port.")] = None,
) -> None:
    """Serve the GraphQL API until interrupted."""
    from skillpath.api.context import load_settings

    settings = load_settings()
    _serve(settings, _listen(host or settings.api.host, settings.api.port if port is None else port))


def _listen(host: str, port: int) -> socket.socket:
    """An open socket on loopback, so that a taken port is told before any work is done."""
    from skillpath.errors import BadInput

    if host not in LOOPBACK:
        raise BadInput(
            "The service has no access control yet, so it listens on loopback only",
            where=host,
            todo="Use 127.0.0.1",
        )
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=BACKLOG
        )
    except (OSError, OverflowError) as error:
        raise BadInput(
            f"Cannot listen on port {port}: {error}", where=host, todo="Choose another with --port"
        ) from error


def _serve(settings: AppSettings, listening: socket.socket) -> None:
    import threading

    import uvicorn

    from skillpath.api.app import create_app
    from skillpath.api.context import workshop_of
    from skillpath.graph.connection import Graph
    from skillpath.graph.server import connect_settings
    from skillpath.pipeline.refresh import Refresher

    graph = Graph(connect_settings(settings.graph), settings.graph.database, settings.connection)
    graph.verify()
    host, port = listening.getsockname()[:2]
    print(f"Serving http://{host}:{port}/graphql (stop with Ctrl-C)", flush=True)
    refresher, stop = Refresher(graph, settings.chains), threading.Event()
    app = create_app(graph, settings.api, workshop_of(settings, graph), refresher)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    threading.Thread(target=refresher.keep_warm, args=(stop,), daemon=True).start()
    try:
        server.run(sockets=[listening])
    finally:
        stop.set()


def schema() -> None:
    """Print the GraphQL schema."""
    from skillpath.api.schema.query import build_schema

    print(build_schema().as_str())


def demo(
    data: Annotated[
        Path | None, typer.Option(help="Folder of real data; without it a synthetic town is generated.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="End serving, or end.")] = True,
    port: Annotated[int | None, typer.Option(help="TCP port.")] = None,
) -> None:
    """Do all of it: start Neo4j, migrate, load, train, score, and serve."""
    from skillpath.api.demo import choose, prepare, things_to_try

    settings = choose("town" if data is None else "real")
    listening = _listen(settings.api.host, settings.api.port if port is None else port)
    examples = prepare(settings, data)
    address, number = listening.getsockname()[:2]
    print("\n".join(things_to_try(examples, address, number, synthetic=data is None)), flush=True)
    if serve:
        _serve(settings, listening)
