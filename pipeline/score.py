"""Score every student: capability, targets, gaps and chains, written under a run and then served."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.chains.capability import Evidence
from skillpath.chains.coverage import REASONS
from skillpath.chains.recommend import PATHS, Block, ChainSettings, Recommender
from skillpath.embeddings.spectral import SpectralSettings
from skillpath.errors import Unavailable
from skillpath.graph import runs
from skillpath.graph.connection import Graph
from skillpath.graph.snapshot import Snapshot, read_embeddings, take_snapshot
from skillpath.graph.writeback import write_chains, write_scores
from skillpath.pipeline import score_rows as rows
from skillpath.pipeline.has_rows import has_rows
from skillpath.pipeline.learners import evidence_of, gate_of, learners_of, market_of, sources_of
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
    market = market_of(snapshot, embeddings_of(graph, snapshot, report), chosen)
    with report.step("learn where students lean"):
        recommender = Recommender(market, chosen, gate_of(snapshot, chosen))
    before = runs.current(graph)
    run = runs.open_run(graph, "score", _params(recommender))
    with report.step("sweep what unfinished runs left"):
        runs.sweep(graph, keep=before["id"] if before else "")
    scoring = Scoring(graph, run.id, snapshot, recommender)
    with report.step("score and write students") as tick:
        totals = scoring.all(tick)
    metrics = {
        **totals,
        "students": snapshot.students.height,
        "seconds": round(time.monotonic() - started, 2),
    }
    runs.serve(graph, run, metrics)
    with report.step("sweep the previous run"):
        runs.sweep(graph, keep=run.id)
    return {"run": run.id, **metrics}


def _params(recommender: Recommender) -> dict[str, Any]:
    """What the run was made with: settings, and the weights and the gate that feedback moves."""
    used = recommender.gate
    gate = {"weights": used.weights.tolist(), "bias": used.bias.tolist()} if used else None
    return {**asdict(recommender.settings), "weights": recommender.weights.tolist(), "gate": gate}


def embeddings_of(graph: Graph, snapshot: Snapshot, report: Reporter) -> NDArray[np.float64]:
    """Learned skill vectors (K, d); training comes first where there are none yet."""
    dimensions = SpectralSettings().dimensions
    vectors = read_embeddings(graph, snapshot.skills, dimensions)
    if vectors is None:
        report.line("  no learned vectors yet: training first")
        train(graph, report)
        vectors = read_embeddings(graph, snapshot.skills, dimensions)
    if vectors is None:
        raise Unavailable("Nothing could be learned from the graph", todo="Import an ontology and sync first")
    return vectors


class Scoring:
    """Computes and writes students under a run, a block at a time.

    ``computing`` is how many seconds of the work were not spent on making rows and writing them.
    """

    def __init__(self, graph: Graph, run: str, snapshot: Snapshot, recommender: Recommender) -> None:
        self.graph, self.run, self.snapshot, self.recommender = graph, run, snapshot, recommender
        started = time.monotonic()
        self.evidence = evidence_of(snapshot, recommender.settings)
        self.sources = sources_of(snapshot)
        self.learners = learners_of(snapshot, self.evidence, recommender.settings)
        self.cutoffs = recommender.cutoffs(self.learners, BLOCK)
        self.computing = time.monotonic() - started

    def all(self, tick: Any) -> dict[str, Any]:
        """Every student and the population view; counts of what was written, and of who has no chain and why."""
        total, bridges = self.snapshot.students.height, rows.BridgeSums()
        counts: dict[str, int] = {}
        reasons = np.zeros(len(REASONS), dtype=np.int64)
        for start in range(0, total, BLOCK):
            part = slice(start, min(start + BLOCK, total))
            block, written = self.students(part)
            bridges.add(block, self.snapshot)
            reasons += np.bincount(block.reasons, minlength=len(REASONS))
            counts = {name: counts.get(name, 0) + count for name, count in written.items()}
            tick(part.stop, total)
        write_scores(self.graph, self.run, {"bridges": bridges.frame()})
        missing = {name.lower(): int(count) for name, count in zip(REASONS[1:], reasons[1:], strict=True)}
        return {"with_chain": int(reasons[0]), **counts, "without": missing, "computing": round(self.computing, 2)}

    def students(self, part: slice) -> tuple[Block, dict[str, int]]:
        """Compute and write some students."""
        started = time.monotonic()
        learners = self.learners.part(part)
        block = self.recommender.block(learners, self.cutoffs)
        self.computing += time.monotonic() - started
        evidence = [each.part(part) for each in self.evidence]
        return block, self._write(block, part, evidence, learners.states)

    def _write(
        self, block: Block, part: slice, evidence: list[Evidence], states: NDArray[np.float64]
    ) -> dict[str, int]:
        snapshot, venture = self.snapshot, self.recommender.market.venture
        tables, chains = told(block, evidence, self.sources, snapshot.students[part], snapshot, states, venture)
        write_scores(self.graph, self.run, tables)
        weights = self.recommender.weights.tolist()
        written = {
            f"{path.lower()}_chains": write_chains(self.graph, self.run, chains[path], weights) for path in PATHS
        }
        return {"targets": tables["aims_at"].height, "lacks": tables["lacks"].height, **written}


def told(
    block: Block,
    evidence: list[Evidence],
    sources: pl.Series,
    students: pl.DataFrame,
    snapshot: Snapshot,
    states: NDArray[np.float64],
    venture: NDArray[np.int64],
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """Rows of what is said of a block of students, and of their chains by path."""
    tables = {
        "has": has_rows(block.levels, evidence, sources, students, snapshot),
        "aims_at": rows.aim_rows(block, students, snapshot),
        "lacks": rows.lack_rows(block, students, snapshot),
        "stage": rows.stage_rows(block, students, states),
    }
    return tables, {path: rows.chain_rows(path, block, students, snapshot, venture) for path in PATHS}
