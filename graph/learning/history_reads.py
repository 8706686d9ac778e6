"""Reads of postings, training, students and work with their dates, as frames."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from hashlib import blake2b
from typing import Any

import polars as pl

from skillpath.cypher import Query, query
from skillpath.graph.core.connection import Graph

_NAMES = {"code": pl.String, "label": pl.String, "about": pl.String}
_EDGE = {"source": pl.String, "target": pl.String, "value": pl.Float64}
READS: dict[str, tuple[Query, dict[str, Any]]] = {
    "skill": (query("history/skills"), _NAMES),
    "cluster": (query("history/clusters"), _NAMES),
    "resource": (query("history/resources"), _NAMES),
    "project": (query("history/projects"), _NAMES),
    "student": (
        query("history/students"),
        {"code": pl.String, "cohort": pl.Int64, "graduates": pl.Int64},
    ),
    "posts": (
        query("history/posts"),
        {
            "code": pl.String,
            "cluster": pl.String,
            "industry": pl.String,
            "region": pl.String,
            "employer": pl.String,
            "day": pl.Int64,
            "label": pl.String,
            "text": pl.String,
            "salaryMin": pl.Float64,
            "salaryMax": pl.Float64,
            "salaryCurrency": pl.String,
        },
    ),
    "events": (
        query("history/events"),
        {
            "student": pl.String,
            "resource": pl.List(pl.String),
            "kind": pl.List(pl.String),
            "day": pl.List(pl.Int64),
            "score": pl.List(pl.Float64),
        },
    ),
    "enrolments": (
        query("history/enrolments"),
        {
            "code": pl.String,
            "student": pl.String,
            "resource": pl.String,
            "day": pl.Int64,
            "progress": pl.Float64,
            "practice": pl.Float64,
            "score": pl.Float64,
        },
    ),
    "placements": (
        query("history/placements"),
        {
            "code": pl.String,
            "student": pl.String,
            "cluster": pl.String,
            "day": pl.Int64,
            "ends": pl.Int64,
            "rating": pl.Float64,
        },
    ),
    "memberships": (
        query("history/memberships"),
        {"code": pl.String, "student": pl.String, "project": pl.String, "day": pl.Int64},
    ),
    "job_needs": (
        query("history/job_needs"),
        {"source": pl.String, "target": pl.List(pl.String), "value": pl.List(pl.Float64)},
    ),
    "requirements": (query("snapshot/cluster_requirements"), _EDGE),
    "project_needs": (query("snapshot/project_requirements"), _EDGE),
    "gains": (query("snapshot/resource_gains"), _EDGE),
    "stated": (query("snapshot/stated_skills"), _EDGE),
    "targets": (query("snapshot/stated_targets"), _EDGE),
    "broader": (query("skills/export_broader"), {"child": pl.String, "parent": pl.String}),
}
"""Statement and schema of each read; days are days since 1970-01-01, codes stand for what they name."""
FRAMES: dict[str, dict[str, Any]] = {
    name: {column: getattr(kind, "inner", kind) for column, kind in schema.items()}
    for name, (_, schema) in READS.items()
}
"""Schema of each frame: where a read gives lists, its frame has a row for each of their elements."""
COUNTS = query("history/counts")
CHANGES = query("history/changes")
_CHANGED = frozenset({"inserted", "updated", "removed", "changes"})

Step = Callable[[str], AbstractContextManager[Any]]


def read_frames(graph: Graph, step: Step) -> dict[str, pl.DataFrame]:
    """Every frame of `FRAMES`.

    Args:
        step: opens a context around the reading of each, such as ``Reporter.step``.
    """
    frames = {}
    for name, (statement, schema) in READS.items():
        with step(f"read {name.replace('_', ' ')}"):
            frames[name] = _spread(graph.frame(statement, schema))
    return frames


def _spread(read: pl.DataFrame) -> pl.DataFrame:
    lists = [name for name, kind in read.schema.items() if isinstance(kind, pl.List)]
    return read.filter(pl.col(lists[0]).list.len() > 0).explode(lists) if lists else read


def graph_revision(graph: Graph) -> str:
    """Fingerprint of what models learn from, from counters and the runs' own accounts; no data is read.

    It moves with every import or sync that wrote anything or did not get to its end, with every decision
    of a steward, and when anything is counted that was not there. Training, scoring, and syncs that found nothing new
    leave it. What is edited past all of these, by a hand-written query that changes a property, is not seen.
    """
    counts = graph.read(COUNTS)[0]
    last = next((row["id"] for row in graph.stream(CHANGES) if _wrote(row["metrics"])), "")
    text = json.dumps([counts, last], sort_keys=True)
    return blake2b(text.encode(), digest_size=10).hexdigest()


def _wrote(metrics: str | None) -> bool:
    """Whether a run's account tells of any change; one without an account was cut off, and may have written."""
    return metrics is None or _counted(json.loads(metrics), counts=False)


def _counted(value: Any, *, counts: bool) -> bool:
    if isinstance(value, dict):
        return any(_counted(inner, counts=counts or key in _CHANGED) for key, inner in value.items())
    return counts and isinstance(value, int | float) and value > 0
