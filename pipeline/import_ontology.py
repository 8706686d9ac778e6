"""Bring an ontology release into the graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from skillpath.graph import bulk, runs
from skillpath.graph.bulk import Counts
from skillpath.graph.connection import Graph
from skillpath.ontology.readers import read_release
from skillpath.pipeline.progress import Reporter
from skillpath.pipeline.quarantine import write_quarantine


@dataclass(frozen=True)
class ImportReport:
    """What was read and what changed, for each kind of row."""

    release: str
    read: dict[str, int]
    written: dict[str, Counts]
    rejected: int
    quarantine: str


def import_ontology(graph: Graph, format_: str, path: Path, report: Reporter, quarantine: Path) -> ImportReport:
    """Read a release and upsert its skills, hierarchy, job clusters and requirements.

    Raises:
        BadInput: the release cannot be read; the graph is as it was.
    """
    with report.step(f"read {format_}"):
        release = read_release(format_, path)
    run = runs.open_run(graph, "import", {"format": format_, "version": release.version}, serving="import")
    tables = {
        "skills": (bulk.UPSERT_SKILLS, _hashed(release.skills)),
        "clusters": (bulk.UPSERT_CLUSTERS, _hashed(release.clusters)),
        "broader": (bulk.LINK_BROADER, release.broader),
        "related": (bulk.LINK_RELATED, release.related),
        "requirements": (bulk.LINK_REQUIREMENTS, release.requirements),
    }
    written = {}
    for name, (statement, rows) in tables.items():
        with report.step(f"write {rows.height} {name}") as tick:
            written[name] = bulk.upsert(graph, statement, rows, tick, source=release.name)
    read = {name: rows.height for name, (_, rows) in tables.items()}
    lines = release.rejected.with_columns(line=pl.col("row") + 1)
    kept = write_quarantine(quarantine, f"ontology-{release.name}", lines)
    runs.finish(graph, run, {"read": read, "rejected": release.rejected.height})
    return ImportReport(
        f"{release.name} {release.version}".strip(), read, written, release.rejected.height, str(kept or "")
    )


def _hashed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(hash=pl.struct(pl.all()).struct.json_encode().hash(seed=0).cast(pl.String))
