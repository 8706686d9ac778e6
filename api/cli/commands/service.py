"""Commands that serve: serve, schema, demo."""

from __future__ import annotations

import socket
from collections.abc import Callable
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
    where = host or settings.api.host, settings.api.port if port is None else port
    check_free(*where)
    _serve(settings, *where)


def check_free(host: str, port: int) -> None:
    """Refuse a port that is taken before any work is done; the port stays closed, so clients are refused meanwhile.

    Raises:
        BadInput: somebody listens there, or the address is not loopback.
    """
    _listen(host, port).close()


def _listen(host: str, port: int) -> socket.socket:
    """Open a socket on loopback; from here on clients wait for an answer, so only who serves at once calls it."""
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


def _serve(settings: AppSettings, host: str, port: int, before: Callable[[str, int], None] | None = None) -> None:
    """Listen and serve until interrupted; ``before`` gets the address once it is open."""
    import threading

    import uvicorn

    from skillpath.api.context import open_curation
    from skillpath.api.http.app import create_app
    from skillpath.graph.core.connection import Graph
    from skillpath.graph.server.server import connect_settings
    from skillpath.pipeline.common.logging_setup import configure_logging
    from skillpath.pipeline.scoring.refresh import Refresher

    configure_logging(settings.logging, default="info")
    graph = Graph(connect_settings(settings.graph), settings.graph.database, settings.connection)
    graph.verify()
    refresher, stop = Refresher(graph, settings.chains), threading.Event()
    app = create_app(graph, settings.api, open_curation(settings, graph), refresher)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", log_config=None, access_log=False))
    listening = _listen(host, port)
    host, port = listening.getsockname()[:2]
    if before:
        before(host, port)
    print(f"Serving http://{host}:{port}/graphql (stop with Ctrl-C)", flush=True)
    threading.Thread(target=refresher.keep_warm, args=(stop,), daemon=True).start()
    try:
        server.run(sockets=[listening])
    finally:
        stop.set()


def schema() -> None:
    """Print the GraphQL schema."""
    from skillpath.api.graphql.schema import build_schema

    print(build_schema().as_str())


def demo(
    data: Annotated[
        Path | None, typer.Option(help="Folder of real data; without it a synthetic town is generated.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="End serving, or end.")] = True,
    port: Annotated[int | None, typer.Option(help="TCP port.")] = None,
) -> None:
    """Do all of it: start Neo4j, migrate, load, train, score, and serve."""
    from skillpath.api.cli.demo import choose, prepare, render_examples

    settings = choose("town" if data is None else "real")
    where = settings.api.host, settings.api.port if port is None else port
    if serve:
        check_free(*where)
    examples = prepare(settings, data)

    def announce(host: str, port: int) -> None:
        print("\n".join(render_examples(examples, host, port, synthetic=data is None)), flush=True)

    if serve:
        _serve(settings, *where, announce)
    else:
        announce(*where)
