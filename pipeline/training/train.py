"""Learn skill vectors and the progression from the graph and write them back."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.chains.model.bridging import profile_vectors
from skillpath.chains.model.capability import capability
from skillpath.chains.model.student_targets import rarity
from skillpath.chains.recommend import ChainSettings
from skillpath.embeddings.spectral import SpectralSettings, skill_vectors
from skillpath.errors import Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import vectors
from skillpath.graph.learning.vectors import Vectors
from skillpath.graph.scores.snapshot import Snapshot, read_snapshot
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.training.progression import learn_progression


def train(
    graph: Graph, report: Reporter, settings: SpectralSettings | None = None, chains: ChainSettings | None = None
) -> dict[str, Any]:
    """Learn skill vectors and the progression and write both back; the metrics of the run.

    Raises:
        Unavailable: there are neither requirements nor enrolments to learn from yet.
    """
    chosen = settings or SpectralSettings()
    started = time.monotonic()
    with report.step("read the graph"):
        snapshot = read_snapshot(graph)
    if not _has_requirements(snapshot):
        report.line("  no skill vectors: no job cluster requires any skill (`skillpath ontology import FORMAT PATH`)")
        progression = learn_progression(graph, report, chains=chains, snapshot=snapshot)
        seconds = round(time.monotonic() - started, 2)
        nothing: dict[str, int] = {}
        return {"run": "", "method": "none", "vectors": nothing, "progression": progression, "seconds": seconds}
    run = runs.open_run(graph, "train", asdict(chosen), vectors.SERVING, clock=started)
    with report.step("learn skill vectors"):
        learned = learn(snapshot, chosen)
    with report.step("write vectors back") as tick:
        metrics = {"method": "spectral", "seconds": round(time.monotonic() - started, 2)}
        written = vectors.publish(graph, run, _all_vectors(snapshot, learned), metrics, tick)
    progression = learn_progression(graph, report, chains=chains, snapshot=snapshot)
    seconds = round(time.monotonic() - started, 2)
    return {"run": run.id, **metrics, "vectors": written, "progression": progression, "seconds": seconds}


def learn(snapshot: Snapshot, settings: SpectralSettings) -> NDArray[np.float64]:
    """Skill vectors (K, d), rounded to what the graph keeps."""
    baskets = [snapshot.requirements, snapshot.job_needs, snapshot.project_needs, snapshot.gains]
    return skill_vectors(baskets, settings).astype(np.float32).astype(np.float64)


def _has_requirements(snapshot: Snapshot) -> bool:
    """Whether any target requires a skill, without which only the progression can be learned.

    Raises:
        Unavailable: nobody took anything either.
    """
    if snapshot.requirements.nnz == 0 and snapshot.progress.nnz == 0:
        raise Unavailable(
            "No job cluster requires any skill yet", todo="Run `skillpath ontology import FORMAT PATH` first"
        )
    return bool(snapshot.requirements.nnz)


def _all_vectors(snapshot: Snapshot, learned: NDArray[np.float64]) -> dict[str, Vectors]:
    weight = rarity(snapshot.requirements)
    levels = capability(snapshot.progress, snapshot.gains, snapshot.stated)
    parts = {
        "skill": (snapshot.skills, learned),
        "cluster": (snapshot.clusters, profile_vectors(snapshot.requirements, weight, learned)),
        "resource": (snapshot.resources, profile_vectors(snapshot.gains, weight, learned)),
        "student": (snapshot.students, profile_vectors(levels, weight, learned)),
    }
    return {kind: Vectors(things["code"].to_list(), array) for kind, (things, array) in parts.items()}
