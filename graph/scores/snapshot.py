"""A snapshot of the graph as sparse arrays, for scores and embedding models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.cypher import Query, query
from skillpath.graph.core.connection import Graph

_NAMED = {"code": pl.String, "label": pl.String}
_OFFERED = {"opened": pl.Int64, "closes": pl.Int64, "region": pl.String}
NODES: dict[str, tuple[Query, dict[str, Any]]] = {
    "skills": (query("snapshot/skills"), _NAMED),
    "clusters": (query("snapshot/clusters"), {**_NAMED, "isco": pl.String, "heat": pl.Float64, "warned": pl.Boolean}),
    "resources": (
        query("snapshot/resources"),
        {
            **_NAMED,
            **_OFFERED,
            "kind": pl.String,
            "seats": pl.Int64,
            "takers": pl.Int64,
            "popularity": pl.Float64,
            "edition": pl.String,
        },
    ),
    "jobs": (query("snapshot/jobs"), {**_NAMED, **_OFFERED}),
    "projects": (query("snapshot/projects"), {**_NAMED, **_OFFERED}),
    "students": (
        query("snapshot/students"),
        {**_NAMED, "cohort": pl.Int64, "graduates": pl.Int64, "region": pl.String, "gender": pl.String},
    ),
}
"""Statement and schema of each kind of node; days are days since 1970-01-01."""
_LINK = {"source": pl.String, "target": pl.String, "value": pl.Float64}
_DATED = {**_LINK, "day": pl.Int64}
EDGES: dict[str, tuple[Query, dict[str, Any]]] = {
    "cluster_requirements": (query("snapshot/cluster_requirements"), {**_LINK, "weight": pl.Float64}),
    "job_requirements": (query("snapshot/job_requirements"), _LINK),
    "project_requirements": (query("snapshot/project_requirements"), _LINK),
    "resource_gains": (query("snapshot/resource_gains"), _LINK),
    "resource_order": (query("snapshot/resource_order"), _LINK),
    "progression": (query("snapshot/progression"), {**_LINK, "next_weight": pl.Float64, "support": pl.Float64}),
    "job_clusters": (query("snapshot/job_clusters"), _LINK),
    "enrolments": (query("snapshot/enrolments"), {**_DATED, "practice": pl.Float64, "position": pl.Int64}),
    "placements": (query("snapshot/placements"), _DATED),
    "memberships": (query("snapshot/memberships"), _DATED),
    "stated_skills": (query("snapshot/stated_skills"), _LINK),
    "stated_targets": (query("snapshot/stated_targets"), _LINK),
}
_EMBEDDINGS = query("snapshot/skill_embeddings")
_COUNT_REQUIREMENTS = query("snapshot/count_requirements")


@dataclass(frozen=True)
class DatedAmounts:
    """What students did with things, in the order of the entries of ``amount``.

    Attributes:
        amount: (S, I). day: (nnz,) NaN where unknown.
        position: (nnz,) place in the student's own order where no day is known, NaN where unknown too.
    """

    amount: csr_array
    day: NDArray[np.float64]
    position: NDArray[np.float64]


@dataclass(frozen=True)
class Snapshot:
    """One reading of the graph; rows and columns follow the sorted codes.

    Sizes: S students, K skills, C clusters, R resources, J jobs, P projects. Levels and gains in [0, 1].

    Attributes:
        skills, clusters, resources, jobs, projects, students: codes and labels, and what `NODES` says, sorted by code.
        requirements: (C, K) required levels; weights: (C, K) how much each of them counts.
        job_needs: (J, K), project_needs: (P, K) required levels.
        gains: (R, K) gain on taking the resource.
        order: (R, R) with an entry where the resource (row) builds on another one (column).
        progression: (R, R) what having done the resource (row) adds to the affinity to another one (column).
        progression_next, progression_support: with the same entries, what is added if it was done last, and how many
            students went on to it.
        enrolments: share of each resource done; stored zeros mean "enrolled, nothing done yet".
        practice: (S, R) share of the practice in it, with the entries of the enrolments.
        placements, memberships: posts and projects of students.
        placed: ``row`` (student) and ``day`` of each placement, of a known post or not.
        stated: (S, K) levels stated by a source.
        job_cluster: (J,) index of the cluster or -1.
        target: (S,) index of the cluster the student asked for or -1.
        today: the last day on which anything happened, in days since 1970-01-01; 0 if nothing has a date. Deadlines and
            ages are counted from it, so a graph that stands still scores the same on every day.
    """

    skills: pl.DataFrame
    clusters: pl.DataFrame
    resources: pl.DataFrame
    jobs: pl.DataFrame
    projects: pl.DataFrame
    students: pl.DataFrame
    requirements: csr_array
    weights: csr_array
    job_needs: csr_array
    project_needs: csr_array
    gains: csr_array
    order: csr_array
    progression: csr_array
    progression_next: csr_array
    progression_support: csr_array
    enrolments: DatedAmounts
    practice: csr_array
    placements: DatedAmounts
    memberships: DatedAmounts
    placed: pl.DataFrame
    stated: csr_array
    job_cluster: NDArray[np.int64]
    target: NDArray[np.int64]
    today: int

    @property
    def progress(self) -> csr_array:
        """(S, R) share of each resource done."""
        return self.enrolments.amount


def read_snapshot(graph: Graph) -> Snapshot:
    """Read everything the scores need; deterministic for one state of the graph."""
    nodes = {name: graph.frame(q, schema).sort("code") for name, (q, schema) in NODES.items()}
    edges = {name: graph.frame(q, schema) for name, (q, schema) in EDGES.items()}
    return arrays(nodes, edges)


def arrays(nodes: dict[str, Any], edges: dict[str, pl.DataFrame]) -> Snapshot:
    """The frames of `NODES`, sorted by code, and `EDGES` as arrays."""

    def matrix(name: str, rows: str, columns: str, value: str = "value") -> csr_array:
        return _matrix(_indexed(edges[name], nodes[rows], nodes[columns]), nodes[rows], nodes[columns], value)

    days = [nodes["jobs"]["opened"], *(edges[name]["day"] for name in ("enrolments", "placements", "memberships"))]
    return Snapshot(
        **nodes,
        requirements=matrix("cluster_requirements", "clusters", "skills"),
        weights=matrix("cluster_requirements", "clusters", "skills", "weight"),
        job_needs=matrix("job_requirements", "jobs", "skills"),
        project_needs=matrix("project_requirements", "projects", "skills"),
        gains=matrix("resource_gains", "resources", "skills"),
        order=matrix("resource_order", "resources", "resources"),
        progression=matrix("progression", "resources", "resources"),
        progression_next=matrix("progression", "resources", "resources", "next_weight"),
        progression_support=matrix("progression", "resources", "resources", "support"),
        job_cluster=_pointer(_indexed(edges["job_clusters"], nodes["jobs"], nodes["clusters"]), nodes["jobs"]),
        today=int(pl.concat(days).max() or 0),
        **_people(nodes, edges),
    )


def _people(nodes: dict[str, Any], edges: dict[str, pl.DataFrame]) -> dict[str, Any]:
    """The arrays of a snapshot whose rows are students."""
    students = nodes["students"]

    def indexed(name: str, columns: str) -> pl.DataFrame:
        return _indexed(edges[name], students, nodes[columns])

    def dated(name: str, columns: str) -> DatedAmounts:
        frame = indexed(name, columns).with_columns(position=pl.lit(None) if name != "enrolments" else "position")
        day, position = (
            frame[column].cast(pl.Float64).fill_null(float("nan")).to_numpy() for column in ("day", "position")
        )
        return DatedAmounts(_matrix(frame, students, nodes[columns]), day, position)

    placed = edges["placements"].join(_numbered(students, "row").rename({"code": "source"}), on="source")
    return {
        "enrolments": dated("enrolments", "resources"),
        "practice": _matrix(indexed("enrolments", "resources"), students, nodes["resources"], "practice"),
        "placements": dated("placements", "jobs"),
        "memberships": dated("memberships", "projects"),
        "placed": placed.select(pl.col("row").cast(pl.Int64), "day").sort("row", "day"),
        "stated": _matrix(indexed("stated_skills", "skills"), students, nodes["skills"]),
        "target": _pointer(indexed("stated_targets", "clusters"), students),
    }


def read_vectors(graph: Graph) -> pl.DataFrame:
    """Learned vectors (code, embedding) of skills; empty before training."""
    return graph.frame(_EMBEDDINGS, {"code": pl.String, "embedding": pl.List(pl.Float64)})


def count_requirements(graph: Graph) -> int:
    """Number of skills that job clusters require, summed over the clusters."""
    return int(graph.read(_COUNT_REQUIREMENTS)[0]["requirements"])


def place_vectors(vectors: pl.DataFrame, skills: pl.DataFrame, dimensions: int) -> NDArray[np.float64]:
    """Vectors (K, dimensions) in the order of ``skills``, zero where there is none."""
    rows = vectors.join(_numbered(skills, "row"), on="code").sort("row")
    placed = np.zeros((skills.height, dimensions))
    if rows.is_empty():
        return placed
    placed[rows["row"].to_numpy()] = rows["embedding"].list.to_array(dimensions).to_numpy()
    return placed


def _numbered(nodes: pl.DataFrame, name: str) -> pl.DataFrame:
    return nodes.select("code").with_row_index(name)


def _indexed(edges: pl.DataFrame, rows: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    """One line for each row and column: amounts added up, the last day, the highest weight."""
    rest = [pl.col(name).max() for name in edges.columns if name not in _LINK]
    return (
        edges.join(_numbered(rows, "row").rename({"code": "source"}), on="source")
        .join(_numbered(columns, "column").rename({"code": "target"}), on="target")
        .group_by("row", "column")
        .agg(pl.col("value").fill_null(0.0).sum(), *rest)
        .sort("row", "column")
    )


def _matrix(frame: pl.DataFrame, rows: pl.DataFrame, columns: pl.DataFrame, value: str = "value") -> csr_array:
    index: Any = (frame["row"].to_numpy(), frame["column"].to_numpy())
    # A requirement whose weight nobody stated counts whole, a practice that nobody stated not at all.
    values = frame[value].fill_null(1.0 if value == "weight" else 0.0).to_numpy()
    return csr_array((values, index), shape=(rows.height, columns.height))


def _pointer(frame: pl.DataFrame, rows: pl.DataFrame) -> NDArray[np.int64]:
    frame = frame.unique("row", keep="first", maintain_order=True)
    pointer = np.full(rows.height, -1, dtype=np.int64)
    pointer[frame["row"].to_numpy()] = frame["column"].to_numpy()
    return pointer
