"""Commands that run and check the database: up, stop, status, doctor, migrate."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from skillpath.api.cli.commands.output import JsonOption, emit


def up() -> None:
    """Start the managed Neo4j, or find it running."""
    from skillpath.api.context import load_settings
    from skillpath.graph.server.server import ManagedServer
    from skillpath.pipeline.common.progress import Reporter

    settings = load_settings()
    if settings.graph.uri:
        print(f"SKILLPATH_NEO4J_URI is set, so Neo4j at {settings.graph.uri} is used and nothing is started.")
        return
    with Reporter().step("start Neo4j") as tick:
        address = ManagedServer(settings.graph).up(progress=tick)
    print(f"Neo4j is up at {address.uri} (user {address.user}, password in {settings.graph.home}).")


def stop() -> None:
    """Stop the managed Neo4j; the data stays."""
    from skillpath.api.context import load_settings
    from skillpath.graph.server.server import ManagedServer

    was_running = ManagedServer(load_settings().graph).stop()
    print("Neo4j is stopped." if was_running else "Neo4j was not running.")


def status(json: JsonOption = False) -> None:
    """Say in a sentence how the managed Neo4j is; exit code 1 unless it runs."""
    from skillpath.api.context import load_settings
    from skillpath.graph.server.server import ManagedServer

    found = ManagedServer(load_settings().graph).status()
    emit(asdict(found), [found.message], as_json=json)
    if found.state != "running":
        raise typer.Exit(1)


def doctor(json: JsonOption = False) -> None:
    """Check everything the service needs, and print each setting with its origin; exit code 1 if a check fails."""
    from skillpath.api.cli.doctor import examine
    from skillpath.api.context import load_settings

    settings = load_settings()
    checks = examine(settings)
    lines = [f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.message}" for check in checks]
    lines += ["", "settings:"]
    lines += [f"  {o.name} = {o.value}  ({o.source})" for o in settings.origins]
    data = {"checks": [asdict(c) for c in checks], "settings": [asdict(o) for o in settings.origins]}
    emit(data, lines, as_json=json)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def migrate(
    info: Annotated[bool, typer.Option("--info", help="Only show the migrations and their state.")] = False,
    validate: Annotated[bool, typer.Option("--validate", help="Only check that all are applied as they are.")] = False,
    json: JsonOption = False,
) -> None:
    """Bring the schema up to date."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.graph.core.migrate import Migrations

    with open_graph(load_settings()) as graph:
        migrations = Migrations(graph)
        if info:
            known = migrations.info()
            emit(
                [asdict(m) for m in known],
                [f"{m.version}  {m.state:8}  {m.description}" for m in known],
                as_json=json,
            )
        elif validate:
            migrations.validate()
            emit({"valid": True}, ["All migrations are applied, and none was changed since."], as_json=json)
        else:
            count = migrations.apply(lambda name: None if json else print(f"applied {name}"))
            emit({"applied": count}, [f"{count} migrations applied; the schema is up to date."], as_json=json)
