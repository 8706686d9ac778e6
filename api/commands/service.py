"""Commands that serve: serve, schema, demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from skillpath.api.context import AppSettings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; loopback only.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port.")] = None,
) -> None:
    """Serve the GraphQL API until interrupted."""
    from skillpath.api.context import load_settings

    _serve(load_settings(), host, port)


def _serve(settings: AppSettings, host: str | None = None, port: int | None = None) -> None:
    import uvicorn

    from skillpath.api.app import create_app
    from skillpath.errors import BadInput
    from skillpath.graph.connection import Graph
    from skillpath.graph.server import connect_settings

    address = host or settings.api.host
    if address not in LOOPBACK:
        raise BadInput(
            "The service has no access control yet, so it listens on loopback only",
            where=address,
            todo="Use 127.0.0.1",
        )
    graph = Graph(connect_settings(settings.graph), settings.graph.database, settings.connection)
    graph.verify()
    listen = settings.api.port if port is None else port
    print(f"Serving http://{address}:{listen}/graphql (stop with Ctrl-C)", flush=True)
    uvicorn.run(create_app(graph, settings.api), host=address, port=listen, log_level="warning")


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
    examples = prepare(settings, data)
    listen = settings.api.port if port is None else port
    print("\n".join(things_to_try(examples, settings.api.host, listen, synthetic=data is None)), flush=True)
    if serve:
        _serve(settings, port=port)
