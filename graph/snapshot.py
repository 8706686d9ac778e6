"""The graph as arrays: one streamed read of each node and relationship kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.cypher import Query, query
from skillpath.graph.connection import Graph

_NODES = {
    name: query(f"snapshot/{name}") for name in ("skills", "clusters", "resources", "jobs", "projects", "students")
}
_EDGES = {
    name: query(f"snapshot/{name}")
    for name in (
        "cluster_requirements",
        "job_requirements",
        "project_requirements",
        "resource_gains",
        "job_clusters",
        "enrolments",
        "stated_skills",
        "stated_targets",
    )
}
_EMBEDDINGS = query("snapshot/skill_embeddings")
_NODE_SCHEMA = {"code": pl.String, "label": pl.String}
_EDGE_SCHEMA = {"source": pl.String, "target": pl.String, "value": pl.Float64}


@dataclass(frozen=True)
class Snapshot:
    """One reading of the graph; rows and columns follow the sorted codes.

    Sizes: S students, K skills, C clusters, R resources, J jobs, P projects. Levels and gains in [0, 1].

    Attributes:
        skills, clusters, resources, jobs, projects, students: codes and labels, sorted by code.
        requirements: (C, K) required levels.
        job_needs: (J, K), project_needs: (P, K) required levels.
        gains: (R, K) gain on taking the resource.
        progress: (S, R) share of the resource done; stored zeros mean "enrolled, nothing done yet".
        stated: (S, K) levels stated by a source.
        job_cluster: (J,) index of the cluster or -1.
        target: (S,) index of the cluster the student asked for or -1.
    """

    skills: pl.DataFrame
    clusters: pl.DataFrame
    resources: pl.DataFrame
    jobs: pl.DataFrame
    projects: pl.DataFrame
    students: pl.DataFrame
    requirements: csr_array
    job_needs: csr_array
    project_needs: csr_array
    gains: csr_array
    progress: csr_array
    stated: csr_array
    job_cluster: NDArray[np.int64]
    target: NDArray[np.int64]


def take_snapshot(graph: Graph) -> Snapshot:
    """Read everything the scores need; deterministic for one state of the graph."""
    nodes = {name: graph.frame(q, _NODE_SCHEMA).sort("code") for name, q in _NODES.items()}

    def matrix(name: str, rows: str, columns: str) -> csr_array:
        return _matrix(_edges(graph, _EDGES[name]), nodes[rows], nodes[columns])

    def pointer(name: str, rows: str, columns: str) -> NDArray[np.int64]:
        return _pointer(_edges(graph, _EDGES[name]), nodes[rows], nodes[columns])

    return Snapshot(
        **nodes,
        requirements=matrix("cluster_requirements", "clusters", "skills"),
        job_needs=matrix("job_requirements", "jobs", "skills"),
        project_needs=matrix("project_requirements", "projects", "skills"),
        gains=matrix("resource_gains", "resources", "skills"),
        progress=matrix("enrolments", "students", "resources"),
        stated=matrix("stated_skills", "students", "skills"),
        job_cluster=pointer("job_clusters", "jobs", "clusters"),
        target=pointer("stated_targets", "students", "clusters"),
    )


def read_embeddings(graph: Graph, skills: pl.DataFrame, dimensions: int) -> NDArray[np.float64] | None:
    """Learned vectors (K, dimensions) in the order of ``skills``, zero where there is none; None before training."""
    frame = graph.frame(_EMBEDDINGS, {"code": pl.String, "embedding": pl.List(pl.Float64)})
    if frame.is_empty():
        return None
    rows = frame.join(_numbered(skills, "row"), on="code").sort("row")
    vectors = np.zeros((skills.height, dimensions))
    vectors[rows["row"].to_numpy()] = rows["embedding"].list.to_array(dimensions).to_numpy()
    return vectors


def _edges(graph: Graph, statement: Query) -> pl.DataFrame:
    return graph.frame(statement, _EDGE_SCHEMA)


def _numbered(nodes: pl.DataFrame, name: str) -> pl.DataFrame:
    return nodes.select("code").with_row_index(name)


def _indexed(edges: pl.DataFrame, rows: pl.DataFrame, columns: pl.DataFrame) -> pl.DataFrame:
    return (
        edges.join(_numbered(rows, "row").rename({"code": "source"}), on="source")
        .join(_numbered(columns, "column").rename({"code": "target"}), on="target")
        .select("row", "column", pl.col("value").fill_null(0.0))
        .sort("row", "column")
    )


def _matrix(edges: pl.DataFrame, rows: pl.DataFrame, columns: pl.DataFrame) -> csr_array:
    frame = _indexed(edges, rows, columns)
    index: Any = (frame["row"].to_numpy(), frame["column"].to_numpy())
    return csr_array((frame["value"].to_numpy(), index), shape=(rows.height, columns.height))


def _pointer(edges: pl.DataFrame, rows: pl.DataFrame, columns: pl.DataFrame) -> NDArray[np.int64]:
    frame = _indexed(edges, rows, columns).unique("row", keep="first", maintain_order=True)
    pointer = np.full(rows.height, -1, dtype=np.int64)
    pointer[frame["row"].to_numpy()] = frame["column"].to_numpy()
    return pointer
