"""Commands that move whole vocabularies: import, export, crosswalk, revisions, replay."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from skillpath.api.cli.commands.output import JsonOption, emit


def import_(
    format: Annotated[str, typer.Argument(help="esco, onet, skos or csv")],
    path: Annotated[Path, typer.Argument(help="Folder of the release; a file for skos.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    json: JsonOption = False,
) -> None:
    """Import an ontology release, over an older one or anew; what stewards decided stays."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.curation.import_ontology import import_ontology, preview_import

    settings = load_settings()
    with open_graph(settings) as graph:
        if dry_run:
            release, changes = preview_import(graph, format, path, Reporter())
            text = [f"{release.name} {release.version}, nothing written:", *changes.lines()]
            text += [f"{release.rejected.height} rows would be quarantined"] if release.rejected.height else []
            emit({"release": release.name, "version": release.version, "changes": changes.counts()}, text, as_json=json)
            return
        done = import_ontology(graph, format, path, Reporter(), settings.pipeline.quarantine)
    lines = [f"{done.release}:"]
    for name, counts in done.written.items():
        gone = f", {done.removed[name]} gone" if done.removed.get(name) else ""
        lines.append(
            f"  {name}: {done.read[name]} read, {counts.inserted} new, {counts.updated} changed, "
            f"{counts.unchanged} as they were{gone}"
        )
    if done.rejected:
        lines.append(f"  {done.rejected} rows quarantined, see {done.quarantine}")
    emit(asdict(done), lines, as_json=json)


def export(
    format: Annotated[str, typer.Argument(help="skos or csv")],
    path: Annotated[Path, typer.Argument(help="A folder for csv; a .ttl, .rdf, .jsonld or .nt file for skos.")],
    source: Annotated[str | None, typer.Option(help="Only what this vocabulary brought, such as ESCO.")] = None,
    json: JsonOption = False,
) -> None:
    """Write the current vocabulary with all decisions; importing it elsewhere loses nothing."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.api.services.curation_queue import read_vocabulary
    from skillpath.ontology.formats.writers import write_release
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.curation.release_store import exported

    report = Reporter()
    with open_graph(load_settings()) as graph:
        with report.step("read the vocabulary"):
            revision = read_vocabulary(graph).revision
            release = exported(graph, source, f"revision {revision}")
        with report.step(f"write {format}"):
            write_release(format, release, path)
    counts = release.counts()
    text = ", ".join(f"{count} {name}" for name, count in counts.items() if name != "rejected")
    emit({"path": str(path), "counts": counts}, [f"{path}: {text}"], as_json=json)


def crosswalk(
    source: Annotated[str, typer.Argument(help="An imported vocabulary, such as ONET.")],
    target: Annotated[str, typer.Argument(help="Another, such as ESCO.")],
    json: JsonOption = False,
) -> None:
    """Say which skills and occupations of one vocabulary are those of another, with method and score."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.curation.crosswalk_links import crosswalk as run

    with open_graph(load_settings()) as graph:
        done = run(graph, source, target, Reporter())
    lines = [
        f"{what}: {sum(found.values())} of {done.concepts[what]} matched "
        f"({', '.join(f'{count} {method}' for method, count in found.items())})"
        for what, found in done.matched.items()
    ]
    emit(asdict(done), lines, as_json=json)


def revision_log(
    path: Annotated[Path, typer.Argument(help="A file for one revision a line.")],
    after: Annotated[int, typer.Option(min=0, help="Only revisions after this one.")] = 0,
    json: JsonOption = False,
) -> None:
    """Write every decision with all it changed to a file, to keep or to replay elsewhere."""
    from skillpath.api.context import load_settings, open_curation, open_graph
    from skillpath.graph.curation.revision_log_file import write_revision_log

    settings = load_settings()
    with open_graph(settings) as graph:
        count = write_revision_log(open_curation(settings, graph).revision_log(after), path)
    emit({"path": str(path), "revisions": count}, [f"{path}: {count} revisions"], as_json=json)


def replay(
    path: Annotated[Path, typer.Argument(help="A file that `ontology revisions` wrote.")], json: JsonOption = False
) -> None:
    """Make the decisions of a revision log on this graph, from the first one it has not; the same graph comes out."""
    from skillpath.api.context import load_settings, open_curation, open_graph
    from skillpath.api.services.curation_queue import read_vocabulary
    from skillpath.graph.curation.revision_log_file import read_revision_log

    settings = load_settings()
    count = 0
    with open_graph(settings) as graph:
        curation, last = open_curation(settings, graph), read_vocabulary(graph).revision
        for revision in read_revision_log(path):
            if revision.number > last:
                curation.replay(revision)
                count += 1
    emit({"revisions": count}, [f"{count} revisions replayed"], as_json=json)


def quality(json: JsonOption = False) -> None:
    """What is loose, doubled, circular, undefined or unused in the vocabulary, and which terms are covered."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.curation.vocabulary_quality import read_quality

    with open_graph(load_settings()) as graph:
        found = read_quality(graph)
    emit(found.as_dict(), found.lines(), as_json=json)
