"""Learn skill vectors from the graph and write them back."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.chains.bridging import profile_vectors
from skillpath.chains.capability import capability
from skillpath.chains.targets import rarity
from skillpath.embeddings.spectral import SpectralSettings, skill_vectors
from skillpath.errors import Unavailable
from skillpath.graph import runs
from skillpath.graph.connection import Graph
from skillpath.graph.snapshot import Snapshot, take_snapshot
from skillpath.graph.writeback import write_embeddings
from skillpath.pipeline.progress import Reporter

SERVING = "embeddings"


def train(graph: Graph, report: Reporter, settings: SpectralSettings | None = None) -> dict[str, Any]:
    """Learn and write back; the metrics of the run.

    Raises:
        Unavailable: there are no requirements to learn from yet.
    """
    chosen = settings or SpectralSettings()
    started = time.monotonic()
    with report.step("read the graph"):
        snapshot = take_snapshot(graph)
    _require_content(snapshot)
    run = runs.open_run(graph, "train", asdict(chosen), SERVING)
    with report.step("learn skill vectors"):
        vectors = learn(snapshot, chosen)
    with report.step("write vectors back"):
        written = {
            kind: write_embeddings(graph, run.id, kind, _rows(codes, array))
            for kind, codes, array in _all_vectors(snapshot, vectors)
        }
    metrics = {"vectors": written, "seconds": round(time.monotonic() - started, 2)}
    runs.serve(graph, run, metrics)
    return {"run": run.id, **metrics}


def learn(snapshot: Snapshot, settings: SpectralSettings) -> NDArray[np.float64]:
    """Skill vectors (K, d), rounded to what the graph keeps."""
    baskets = [snapshot.requirements, snapshot.job_needs, snapshot.project_needs, snapshot.gains]
    return skill_vectors(baskets, settings).astype(np.float32).astype(np.float64)


def _require_content(snapshot: Snapshot) -> None:
    if snapshot.requirements.nnz == 0:
        raise Unavailable(
            "No job cluster requires any skill yet", todo="Run `skillpath ontology import FORMAT PATH` first"
        )


def _all_vectors(snapshot: Snapshot, vectors: NDArray[np.float64]) -> list[tuple[str, pl.Series, NDArray[np.float64]]]:
    weight = rarity(snapshot.requirements)
    levels = capability(snapshot.progress, snapshot.gains, snapshot.stated)
    return [
        ("skill", snapshot.skills["code"], vectors),
        ("cluster", snapshot.clusters["code"], profile_vectors(snapshot.requirements, weight, vectors)),
        ("resource", snapshot.resources["code"], profile_vectors(snapshot.gains, weight, vectors)),
        ("student", snapshot.students["code"], profile_vectors(levels, weight, vectors)),
    ]


def _rows(codes: pl.Series, vectors: NDArray[np.float64]) -> pl.DataFrame:
    # A vector index under cosine similarity refuses the zero vector: nothing learned means no property.
    known = np.flatnonzero(np.abs(vectors).sum(axis=1))
    return pl.DataFrame({"code": codes.gather(known), "embedding": vectors[known].tolist()})
