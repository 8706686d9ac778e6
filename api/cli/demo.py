"""The demo: everything from an empty machine to a served graph, safe to run again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from skillpath.api.cli.commands.data import source_lines
from skillpath.api.context import (
    AppSettings,
    choose_world,
    load_settings,
    open_graph,
    read_settings,
    use_world,
)
from skillpath.api.services.student_chains import served_run
from skillpath.errors import SkillpathError
from skillpath.graph.core import reads, runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.migrate import Migrations
from skillpath.graph.server.server import ManagedServer
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import SyncReport, sync
from skillpath.pipeline.scoring.score import score
from skillpath.pipeline.training.model_training import learn
from skillpath.synthetic import TownSettings, generate_town

REAL_CONFIG = Path("examples/real.toml")
EXAMPLES = 3
CHAIN = "rank score suggests { label } closes { skill { label } have required gain } explanation { text }"
DIAGNOSIS = "coverage lacking(first: 5) { skill { label } have required gap }"


def choose(world: str) -> AppSettings:
    """Settings of a world, which later commands use from now on; another world's managed server is stopped."""
    before, plain = load_settings(), read_settings()
    settings = use_world(plain, world)
    if before.graph.home != settings.graph.home and not settings.graph.uri:
        ManagedServer(before.graph).stop()
    choose_world(plain, world)
    return settings


def prepare(settings: AppSettings, data: Path | None) -> list[str]:
    """Start, migrate, load, train and score; codes of students worth looking at.

    Args:
        data: folder of real data; None for the synthetic town.
    """
    report = Reporter()
    if not settings.graph.uri:
        with report.step("start Neo4j") as tick:
            ManagedServer(settings.graph).up(progress=tick)
    with open_graph(settings) as graph:
        report.line(f"  {Migrations(graph).apply()} migrations applied")
        changed = _load(graph, settings, data, report)
        if changed or runs.current(graph) is None:
            quick = replace(settings.learning, profile="quick")
            learn(graph, report, settings.pipeline.learning, quick, settings.training, chains=settings.chains)
            score(graph, report, settings.chains)
        else:
            report.line("  nothing changed since the last scores: they are served as they are")
        return [row["code"] for row in graph.read(reads.EXAMPLES, run=served_run(graph), first=EXAMPLES)]


def _load(graph: Graph, settings: AppSettings, data: Path | None, report: Reporter) -> bool:
    """Import and sync; whether anything in the graph changed."""
    if data is None:
        folder = settings.pipeline.home / "files"
        with report.step("generate the synthetic town"):
            generate_town(folder, TownSettings())
        release, config = ("csv", folder / "vocabulary"), read_config(folder / "town.toml")
    else:
        release, config = ("esco", data / "ontology"), read_config(REAL_CONFIG, data)
    imported = import_ontology(graph, *release, report, settings.pipeline.quarantine)
    synced = sync(graph, config, report, settings.pipeline.quarantine, settings.sync)
    for source in synced.sources:
        for line in source_lines(source):
            report.line(f"  {line}")
    _refuse_failed(synced)
    counts = [*imported.written.values(), *(source.records for source in synced.sources)]
    return any(count.inserted or count.updated for count in counts) or any(s.removed for s in synced.sources)


def _refuse_failed(synced: SyncReport) -> None:
    failed = [source.failure for source in synced.sources if source.failure]
    if failed:
        raise SkillpathError(f"{len(failed)} sources could not be read: {failed[0]}", where="demo")


def render_examples(students: list[str], host: str, port: int, *, synthetic: bool) -> list[str]:
    """What to print at the end: the address, and three queries to paste."""
    base = f"http://{host}:{port}"
    first, last = json.dumps(students[0]), json.dumps(students[-1])
    queries = [
        f"{{ student(code: {first}) {{ recommendations(path: TRAINING) {{ edges {{ node {{ {CHAIN} }} }} }} }} }}",
        f"{{ student(code: {last}) {{ diagnosis {{ {DIAGNOSIS} }} }} }}",
        '{ skillSearch(text: "data analysis", first: 3) { score method skill { label definition } } }',
    ]
    kind = "a synthetic town, written by us" if synthetic else "real data"
    return [
        "",
        f"Ready: {kind}.",
        f"  Address   {base}/graphql  (the explorer in a browser, GraphQL for programs)",
        f"  Console   {base}/console/#/student/{students[0]}",
        "  Token     no token needed on loopback",
        "",
        "Three queries to paste:",
        *(f"  {number}. {text}" for number, text in enumerate(queries, 1)),
        "",
        f"In a terminal: .venv/bin/skillpath why {students[0]!r}",
        "",
    ]
