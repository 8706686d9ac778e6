"""Commands that bring data in: generate, sync."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillpath.api.commands.output import JsonOption, emit
from skillpath.errors import BadInput

if TYPE_CHECKING:
    from skillpath.pipeline.source_spec import SyncConfig
    from skillpath.pipeline.sync import SyncReport
    from skillpath.pipeline.sync_source import SourceReport

BAD_SOURCE = 2


def generate(
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    scale: Annotated[str, typer.Option(help="demo, seed (84,216 posts), or a number of posts from 10.")] = "demo",
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 7,
    json: JsonOption = False,
) -> None:
    """Write a synthetic town: vocabulary, posts, resources, students and what they do, projects, and the truth."""
    from skillpath.pipeline.town import generate_town, settings_of

    summary = generate_town(out, settings_of(scale, seed))
    lines = [f"Synthetic town ({scale}, seed {seed}) in {out}:"]
    for name, rows in summary.rows.items():
        broken = sum(summary.dirty.get(name, {}).values())
        lines.append(f"  {name}: {rows} rows" + (f", and {broken} broken ones" if broken else ""))
    emit({"scale": scale, **asdict(summary)}, lines, as_json=json)


def sync(
    config: Annotated[Path | None, typer.Argument(help="A sync configuration; skillpath.toml when left out.")] = None,
    root: Annotated[Path | None, typer.Option(help="Folder that relative paths start from.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what the first rows would be; write nothing.")
    ] = False,
    suggest: Annotated[Path | None, typer.Option(help="Propose how to read this file: a section to look over.")] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Fill an empty managed database by Neo4j's importer; it restarts.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Bring the sources of a configuration into the graph; exit code 2 if one could not be read."""
    if suggest:
        _suggest(suggest, as_json=json)
        return
    sources = _sources(config, root)
    if dry_run:
        _dry_run(sources, as_json=json)
        return
    done = _load(sources) if offline else _sync(sources)
    emit(asdict(done), [line for source in done.sources for line in source_lines(source)], as_json=json)
    if done.failed:
        raise typer.Exit(BAD_SOURCE)


def _sync(sources: SyncConfig) -> SyncReport:
    from skillpath.api.context import encoder_of, load_settings, open_graph
    from skillpath.pipeline.progress import Reporter
    from skillpath.pipeline.sync import sync as run_sync

    settings = load_settings()
    with open_graph(settings) as graph:
        return run_sync(graph, sources, Reporter(), settings.pipeline.quarantine, settings.sync, encoder_of(settings))


def _load(sources: SyncConfig) -> SyncReport:
    from skillpath.api.context import encoder_of, load_settings
    from skillpath.graph.server import ManagedServer
    from skillpath.pipeline.bulk_load import bulk_load
    from skillpath.pipeline.progress import Reporter

    settings = load_settings()
    if settings.graph.uri:
        raise BadInput(
            "The offline path writes the store of the managed Neo4j, and another one is set",
            where=settings.graph.uri,
            todo="Leave --offline, or unset SKILLPATH_NEO4J_URI",
        )
    server, quarantine = ManagedServer(settings.graph), settings.pipeline.quarantine
    encoder = encoder_of(settings)
    return bulk_load(server, sources, Reporter(), quarantine, settings.sync, encoder, connection=settings.connection)


def _sources(config: Path | None, root: Path | None) -> SyncConfig:
    from skillpath.pipeline.settings import settings_file
    from skillpath.pipeline.source_config import read_config

    return read_config(config or settings_file(os.environ), root)


def _suggest(file: Path, *, as_json: bool) -> None:
    from skillpath.pipeline.suggest import suggest

    section = suggest(file)
    emit({"file": str(file), "toml": section}, [section.rstrip()], as_json=as_json)


def _dry_run(sources: SyncConfig, *, as_json: bool) -> None:
    from skillpath.pipeline.dry_run import dry_run, lines

    done = dry_run(sources)
    emit([asdict(result) for result in done], [line for result in done for line in lines(result)], as_json=as_json)
    if any(result.failure for result in done):
        raise typer.Exit(BAD_SOURCE)


def source_lines(source: SourceReport) -> list[str]:
    """What became of one source, for people."""
    if source.failure:
        return [f"{source.source}: not read. {source.failure}"]
    records = source.records
    lines = [
        f"{source.source}: {source.rows} rows; {records.inserted} new, {records.updated} changed, "
        f"{records.unchanged} as they were, {source.quarantined} quarantined, {source.not_selected} not selected"
    ]
    if source.terms:
        lines.append(f"  terms: {source.mapped} of {source.terms} mapped, {source.terms - source.mapped} unmapped")
    if source.quarantine:
        lines.append(f"  rejected rows: {source.quarantine}")
    return lines
