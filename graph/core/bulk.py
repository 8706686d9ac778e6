"""Upserts in ``UNWIND`` batches: frames in, counts of what changed out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import polars as pl
import structlog

from skillpath.cypher import Query, query
from skillpath.graph.core.connection import Graph, Progress
from skillpath.graph.core.timing import ms_since

log = structlog.get_logger(__name__)

UPSERT_SKILLS = query("skills/upsert_skills", "rows", "source")
LINK_BROADER = query("skills/link_broader", "rows", "source")
LINK_RELATED = query("skills/link_related", "rows", "source")
UPSERT_CLUSTERS = query("clusters/upsert_clusters", "rows", "source")
LINK_REQUIREMENTS = query("clusters/link_requirements", "rows", "source")

KNOWN = {
    "student": query("students/known_students", "codes"),
    "resource": query("resources/known_resources", "codes"),
    "target": query("clusters/known_clusters", "codes"),
    "job": query("jobs/known_jobs", "codes"),
    "project": query("projects/known_projects", "codes"),
}


@dataclass(frozen=True)
class Counts:
    """Rows that were new, changed, or already there as they are."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.inserted + other.inserted, self.updated + other.updated, self.unchanged + other.unchanged)


def upsert(
    graph: Graph, statement: Query, rows: pl.DataFrame, progress: Progress | None = None, **parameters: Any
) -> Counts:
    """Write ``rows`` batch by batch, each batch one transaction.

    Args:
        rows: one frame row per ``row`` of the statement, which returns ``inserted`` and ``updated``.
        progress: called with (rows done, rows in all) after each batch.
    """
    total = Counts()
    done = 0
    for batch in rows.iter_slices(graph.settings.batch):
        started = time.monotonic()
        result = graph.write(statement, rows=batch.to_dicts(), **parameters)[0]
        log_batch(statement, batch.height, started)
        fresh, changed = result["inserted"], result["updated"]
        total += Counts(fresh, changed, batch.height - fresh - changed)
        done += batch.height
        if progress:
            progress(done, rows.height)
    return total


def log_batch(statement: Query, rows: int, started: float, **more: Any) -> None:
    """Log that a batch of rows was written by a statement since ``started`` (``time.monotonic()``)."""
    log.debug("batch.written", statement=statement.name, rows=rows, **more, ms=ms_since(started))


def known(graph: Graph, what: str, codes: pl.Series) -> pl.Series:
    """Those of ``codes`` that the graph holds; ``what`` is student, resource, job, project or target (cluster)."""
    found: list[str] = []
    for batch in codes.drop_nulls().unique().sort().to_frame("code").iter_slices(graph.settings.batch):
        rows = graph.read(KNOWN[what], codes=batch["code"].to_list())
        found += [row["code"] for row in rows]
    return pl.Series("code", found, dtype=pl.String)
