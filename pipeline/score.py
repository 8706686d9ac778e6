"""Score every student: capability, targets, gaps and chains, written under a run and then served."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.chains.capability import capability
from skillpath.chains.recommend import PATHS, Block, ChainSettings, Learners, Market, Recommender
from skillpath.embeddings.spectral import SpectralSettings
from skillpath.errors import Unavailable
from skillpath.graph import runs
from skillpath.graph.connection import Graph
from skillpath.graph.snapshot import Snapshot, read_embeddings, take_snapshot
from skillpath.graph.writeback import write_chains, write_scores
from skillpath.pipeline import score_rows as rows
from skillpath.pipeline.progress import Reporter
from skillpath.pipeline.train import train

BLOCK = 500
"""Students computed and written at a time."""


def score(graph: Graph, report: Reporter, settings: ChainSettings | None = None) -> dict[str, Any]:
    """Score, write and serve; the metrics of the run.

    Readers stay on the previous run until the last write is in; leftovers of runs that never got there are swept.
    """
    chosen = settings or ChainSettings()
    started = time.monotonic()
    with report.step("read the graph"):
        snapshot = take_snapshot(graph)
    if snapshot.students.is_empty():
        raise Unavailable("There are no students to score", todo="Run `skillpath sync CONFIG` first")
    recommender = Recommender(_market(snapshot, _embeddings(graph, snapshot, report)), chosen)
    before = runs.current(graph)
    run = runs.open_run(graph, "score", asdict(chosen))
    with report.step("sweep what unfinished runs left"):
        runs.sweep(graph, keep=before["id"] if before else "")
    with report.step("score and write students") as tick:
        totals = _score_all(graph, run.id, snapshot, recommender, tick)
    metrics = {
        **totals,
        "students": snapshot.students.height,
        "seconds": round(time.monotonic() - started, 2),
    }
    runs.serve(graph, run, metrics)
    with report.step("sweep the previous run"):
        runs.sweep(graph, keep=run.id)
    return {"run": run.id, **metrics}


def _embeddings(graph: Graph, snapshot: Snapshot, report: Reporter) -> NDArray[np.float64]:
    dimensions = SpectralSettings().dimensions
    vectors = read_embeddings(graph, snapshot.skills, dimensions)
    if vectors is None:
        report.line("  no learned vectors yet: training first")
        train(graph, report)
        vectors = read_embeddings(graph, snapshot.skills, dimensions)
    if vectors is None:
        raise Unavailable("Nothing could be learned from the graph", todo="Import an ontology and sync first")
    return vectors


def _market(snapshot: Snapshot, embeddings: NDArray[np.float64]) -> Market:
    return Market(
        requirements=snapshot.requirements,
        job_needs=snapshot.job_needs,
        project_needs=snapshot.project_needs,
        gains=snapshot.gains,
        job_cluster=snapshot.job_cluster,
        embeddings=embeddings,
    )


def _score_all(graph: Graph, run: str, snapshot: Snapshot, recommender: Recommender, tick: Any) -> dict[str, int]:
    levels = capability(snapshot.progress, snapshot.gains, snapshot.stated)
    learners = Learners(levels, snapshot.progress, snapshot.target)
    total = snapshot.students.height
    bridges = rows.BridgeSums()
    counts = dict.fromkeys(("with_chain", "targets", "lacks", *(f"{path.lower()}_chains" for path in PATHS)), 0)
    for start in range(0, total, BLOCK):
        part = slice(start, min(start + BLOCK, total))
        block = recommender.block(learners.part(part))
        for name, count in _write_block(graph, run, snapshot, block, start).items():
            counts[name] += count
        bridges.add(block, snapshot)
        tick(part.stop, total)
    write_scores(graph, run, {"bridges": bridges.frame()})
    return counts


def _write_block(graph: Graph, run: str, snapshot: Snapshot, block: Block, start: int) -> dict[str, int]:
    students = snapshot.students.slice(start, block.levels.shape[0])
    tables = {
        "has": rows.has_rows(block, students, snapshot, start),
        "aims_at": rows.aim_rows(block, students, snapshot),
        "lacks": rows.lack_rows(block, students, snapshot),
    }
    write_scores(graph, run, tables)
    chains = {path: rows.chain_rows(path, block, students, snapshot) for path in PATHS}
    written = {f"{path.lower()}_chains": write_chains(graph, run, path, chains[path]) for path in PATHS}
    owners = {code for frame in chains.values() for code in frame["student"].unique()}
    return {
        "with_chain": len(owners),
        "targets": tables["aims_at"].height,
        "lacks": tables["lacks"].height,
        **written,
    }
