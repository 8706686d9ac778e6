"""Import of an ontology release into the graph."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from skillpath.graph.core import bulk, runs
from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph
from skillpath.ontology.formats.readers import read_release
from skillpath.ontology.release.diff import ReleaseDiff, diff
from skillpath.ontology.release.redirects import redirected
from skillpath.ontology.release.release import Release
from skillpath.pipeline.common.hashing import hashed
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.release_store import link_replaced, remove_vanished, replacements, stored_frames
from skillpath.pipeline.ingest.quarantine import write_quarantine


@dataclass(frozen=True)
class ImportReport:
    """What was read and what changed, for each kind of row; ``removed`` counts what the release has no more."""

    release: str
    read: dict[str, int]
    written: dict[str, Counts]
    rejected: int
    quarantine: str
    removed: dict[str, int] = field(default_factory=dict)


def preview_import(graph: Graph, format_: str, path: Path, report: Reporter) -> tuple[Release, ReleaseDiff]:
    """The release, its links on the codes that count here, and what importing it would change; nothing is written.

    Raises:
        BadInput: the release cannot be read.
    """
    with report.step(f"read {format_}"):
        release = read_release(format_, path)
    with report.step("compare with the graph"):
        release = redirected(release, replacements(graph))
        return release, diff(stored_frames(graph, release.name), release)


def import_ontology(graph: Graph, format_: str, path: Path, report: Reporter, quarantine: Path) -> ImportReport:
    """Read a release and upsert its skills, hierarchy, job clusters and requirements.

    What an older release of the same name had and this one has not is deprecated (skills) or removed (links). What
    stewards decided stays: labels, statuses, and redirects, which the release's links follow.

    Raises:
        BadInput: the release cannot be read; the graph is as it was.
    """
    started = time.monotonic()
    release, changes = preview_import(graph, format_, path, report)
    params = {"format": format_, "release": release.name, "version": release.version}
    run = runs.open_run(graph, "import", params, serving="import", clock=started)
    tables = {
        "skills": (bulk.UPSERT_SKILLS, hashed(release.skills)),
        "clusters": (bulk.UPSERT_CLUSTERS, hashed(release.clusters)),
        "broader": (bulk.LINK_BROADER, release.broader),
        "related": (bulk.LINK_RELATED, release.related),
        "requirements": (bulk.LINK_REQUIREMENTS, release.requirements),
    }
    written = {}
    for name, (statement, rows) in tables.items():
        with report.step(f"write {rows.height} {name}") as tick:
            written[name] = bulk.upsert(graph, statement, rows, tick, source=release.name)
    link_replaced(graph, release.replaced)
    removed = remove_vanished(graph, changes, release.version)
    read = {name: rows.height for name, (_, rows) in tables.items()}
    lines = release.rejected.with_columns(line=pl.col("row") + 1)
    kept = write_quarantine(quarantine, f"ontology-{release.name}", lines)
    runs.finish(graph, run, {"read": read, "rejected": release.rejected.height, "changes": changes.counts()})
    done = ImportReport(
        f"{release.name} {release.version}".strip(), read, written, release.rejected.height, str(kept or "")
    )
    return replace(done, removed=removed)
