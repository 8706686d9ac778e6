"""Commands that bring data in: generate, sync."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillpath.api.cli.commands.output import JsonOption, emit
from skillpath.errors import BadInput

if TYPE_CHECKING:
    from skillpath.pipeline.ingest.source_spec import SyncConfig
    from skillpath.pipeline.ingest.sync import SyncReport
    from skillpath.pipeline.ingest.sync_source import SourceReport

BAD_SOURCE = 2


def generate(
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    scale: Annotated[str, typer.Option(help="demo, seed (84,216 posts), or a number of posts from 10.")] = "demo",
    seed: Annotated[int, typer.Option(help="Same seed, same files.")] = 7,
    json: JsonOption = False,
) -> None:
    """Write a synthetic town: vocabulary, postings, resources, students and what they do, projects, and the truth."""
    from skillpath.synthetic import generate_town, settings_of

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
    retry: Annotated[
        bool, typer.Option("--retry", help="Play the rejected rows again, as people mended them in the quarantine.")
    ] = False,
    rejected: Annotated[bool, typer.Option("--rejected", help="Show the rows that were rejected last time.")] = False,
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
    if rejected:
        _rejected(sources, as_json=json)
        return
    done = _load(sources) if offline else _sync(sources, retry=retry)
    emit(
        asdict(done),
        [*(line for source in done.sources for line in source_lines(source)), *_demand(done)],
        as_json=json,
    )
    if done.failed:
        raise typer.Exit(BAD_SOURCE)


def _sync(sources: SyncConfig, *, retry: bool) -> SyncReport:
    from skillpath.api.context import build_encoder, load_settings, open_graph
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.ingest.sync import sync as run_sync

    settings = load_settings()
    quarantine = settings.pipeline.quarantine
    with open_graph(settings) as graph:
        return run_sync(graph, sources, Reporter(), quarantine, settings.sync, build_encoder(settings), retry=retry)


def _load(sources: SyncConfig) -> SyncReport:
    from skillpath.api.context import build_encoder, load_settings
    from skillpath.graph.server.server import ManagedServer
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.ingest.bulk_load import bulk_load

    settings = load_settings()
    if settings.graph.uri:
        raise BadInput(
            "The offline path writes the store of the managed Neo4j, and another one is set",
            where=settings.graph.uri,
            todo="Leave --offline, or unset SKILLPATH_NEO4J_URI",
        )
    server, quarantine = ManagedServer(settings.graph), settings.pipeline.quarantine
    encoder = build_encoder(settings)
    return bulk_load(server, sources, Reporter(), quarantine, settings.sync, encoder, connection=settings.connection)


def _sources(config: Path | None, root: Path | None) -> SyncConfig:
    from skillpath.pipeline.common.settings import settings_file
    from skillpath.pipeline.ingest.source_config import read_config

    return read_config(config or settings_file(os.environ), root)


def _suggest(file: Path, *, as_json: bool) -> None:
    from skillpath.pipeline.ingest.suggesting.suggest import suggest

    section = suggest(file)
    emit({"file": str(file), "toml": section}, [section.rstrip()], as_json=as_json)


def _dry_run(sources: SyncConfig, *, as_json: bool) -> None:
    from skillpath.pipeline.ingest.dry_run import dry_run, lines

    done = dry_run(sources)
    emit([asdict(result) for result in done], [line for result in done for line in lines(result)], as_json=as_json)
    if any(result.failure for result in done):
        raise typer.Exit(BAD_SOURCE)


def _rejected(sources: SyncConfig, *, as_json: bool) -> None:
    from skillpath.api.context import load_settings
    from skillpath.pipeline.ingest.quarantine import read_quarantine
    from skillpath.pipeline.ingest.replay import rows_path, table_lines

    folder = load_settings().pipeline.quarantine
    shown = {spec.name: read_quarantine(folder, spec.name).to_dicts() for spec in sources.sources}
    lines = []
    for name, rows in shown.items():
        lines += [f"{name}: {len(rows)} reasons", *(f"  {line}" for line in table_lines(folder, name))]
        if rows:
            lines.append(f"  mend them in {rows_path(folder, name)}, then run it with --retry")
    emit(shown, lines, as_json=as_json)


def source_lines(source: SourceReport) -> list[str]:
    """What became of one source, for people."""
    if source.failure:
        return [f"{source.source}: not read. {source.failure}"]
    records = source.records
    lines = [
        f"{source.source}: {source.rows} rows; {records.inserted} new, {records.updated} changed, "
        f"{records.unchanged} as they were, {source.removed} gone, {source.quarantined} quarantined, "
        f"{source.not_selected} not selected" + (" (the same file as last time)" if source.skipped else "")
    ]
    if source.kept_unlisted:
        lines.append(
            f"  {source.kept_unlisted} records are not listed, and as many rows lost their codes: these were left alone"
        )
    if source.terms:
        lines.append(f"  terms: {source.mapped} of {source.terms} mapped, {source.terms - source.mapped} unmapped")
    if source.reposts:
        lines.append(f"  reposts: {source.reposts} ads repeat an earlier one")
    if source.quarantine:
        lines.append(f"  rejected rows: {source.quarantine}")
    return lines


def _demand(done: SyncReport) -> list[str]:
    if done.demand is None:
        return []
    loose = sum(done.demand.unclustered.values())
    return [
        f"demand: {done.demand.postings} posts counted, {loose} of them in no job cluster; "
        f"{done.demand.inserted} months new, {done.demand.updated} changed, {done.demand.removed} gone"
    ]
