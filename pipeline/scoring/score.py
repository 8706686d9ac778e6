"""The scoring run: capability, targets, gaps and chains of every student, then served."""

from __future__ import annotations

import time
from collections import Counter, deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.chains.model.capability import ComponentEvidence
from skillpath.chains.model.coverage import REASONS
from skillpath.chains.recommend import PATHS, Block, ChainSettings, Recommender
from skillpath.errors import Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.row_hashes import ScoreRows
from skillpath.graph.scores.score_writer import write_bridges, write_score_rows
from skillpath.graph.scores.snapshot import Snapshot, read_snapshot, read_vectors
from skillpath.graph.scores.student_reads import read_stamps
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.inputs.chain_inputs import (
    build_evidence,
    build_market,
    build_students,
    list_evidence_codes,
    list_fields,
)
from skillpath.pipeline.inputs.vectors import is_untrained, placed_vectors, require_vectors
from skillpath.pipeline.scoring import score_rows as rows
from skillpath.pipeline.scoring.capacity import cutoffs_to_params
from skillpath.pipeline.scoring.has_rows import has_rows
from skillpath.pipeline.scoring.recommender import build_recommender, recommender_to_params
from skillpath.pipeline.training.train import train

BLOCK = 500
"""Students computed and written at a time."""
WRITERS = 2
"""Blocks written at once, while the next one is computed."""


def score(graph: Graph, report: Reporter, settings: ChainSettings | None = None) -> dict[str, Any]:
    """Score, write and serve; the metrics of the run.

    Readers stay on the previous run until the last write is in; leftovers of runs that never got there are swept.
    """
    chosen = settings or ChainSettings()
    started = time.monotonic()
    since, stamps = runs.read_run_start(graph), read_stamps(graph)
    with report.step("read the graph"):
        snapshot = read_snapshot(graph)
    if snapshot.students.is_empty():
        raise Unavailable("There are no students to score", todo="Run `skillpath sync CONFIG` first")
    market = build_market(snapshot, load_embeddings(graph, snapshot, report), chosen)
    with report.step("learn where students lean"):
        recommender = build_recommender(graph, snapshot, market, chosen)
    with report.step("share the seats"):
        scoring = Scoring(snapshot, stamps, recommender)
    before = runs.current(graph)
    run = runs.open_run(graph, "score", scoring.params(), since=since)
    with report.step("sweep what unfinished runs left"):
        runs.sweep(graph, keep=before["id"] if before else "")
    with report.step("score and write students") as tick:
        totals = scoring.write(graph, run.id, tick)
    metrics = {**totals, "students": snapshot.students.height, "seconds": round(time.monotonic() - started, 2)}
    runs.serve(graph, run, metrics)
    with report.step("sweep the previous run"):
        runs.sweep(graph, keep=run.id)
    return {"run": run.id, **metrics}


def load_embeddings(graph: Graph, snapshot: Snapshot, report: Reporter) -> NDArray[np.float64]:
    """Learned skill vectors (K, d); training comes first where there are none yet, so only who writes may ask here."""
    vectors = read_vectors(graph)
    if is_untrained(graph, vectors):
        report.line("  nothing was learned yet: training first")
        train(graph, report)
        vectors = require_vectors(graph)
    return placed_vectors(vectors, snapshot.skills)


class Scoring:
    """Computes students a block at a time and writes them under a run.

    ``computing`` is how many seconds of the work were not spent on making rows and writing them.

    Args:
        stamps: (code, seen), read before the snapshot (see `profiles.read_stamps`).
    """

    def __init__(self, snapshot: Snapshot, stamps: pl.DataFrame, recommender: Recommender) -> None:
        started = time.monotonic()
        self.evidence = build_evidence(snapshot, recommender.settings)
        self.sources, self.fields = list_evidence_codes(snapshot), list_fields(snapshot.clusters)
        self.learners = build_students(snapshot, self.evidence, recommender.settings)
        self.snapshot, self.recommender = snapshot, recommender.count_rivals(self.learners)
        self.cutoffs = self.recommender.cutoffs(self.learners, BLOCK)
        self._people = snapshot.students.join(stamps, on="code", how="left", maintain_order="left")
        self.computing = time.monotonic() - started

    def params(self) -> dict[str, Any]:
        """What the run is made with: settings, what feedback moves (weights and gate), and what a refresh shares."""
        seats = cutoffs_to_params(self.snapshot, self.recommender, self.cutoffs)
        made = recommender_to_params(self.recommender, self.snapshot)
        return {**made, "today": self.snapshot.today, "cutoffs": seats}

    def write(self, graph: Graph, run: str, tick: Any) -> dict[str, Any]:
        """Every student and the population view; counts of what was written, and of who has no chain and why."""
        total, bridges, counts = self.snapshot.students.height, rows.BridgeSums(), Counter[str]()
        reasons, exploring = np.zeros(len(REASONS), dtype=np.int64), list[float]()
        writing: deque[Future[None]] = deque()
        with ThreadPoolExecutor(WRITERS) as pool:
            for start in range(0, total, BLOCK):
                part = slice(start, min(start + BLOCK, total))
                block, score_rows = self.students(part)
                bridges.add(block, self.snapshot)
                reasons += np.bincount(block.reasons, minlength=len(REASONS))
                exploring.append(block.exploring)
                counts.update(_count_rows(score_rows))
                if len(writing) >= WRITERS:
                    writing.popleft().result()
                writing.append(pool.submit(write_score_rows, graph, run, score_rows))
                tick(part.stop, total)
            for each in writing:
                each.result()
        write_bridges(graph, run, bridges.frame())
        missing = {name.lower(): int(count) for name, count in zip(REASONS[1:], reasons[1:], strict=True)}
        costs = {"exploring": round(float(np.mean(exploring)), 4), "computing": round(self.computing, 2)}
        return {"with_chain": int(reasons[0]), **counts, "without": missing, **costs}

    def students(self, part: slice) -> tuple[Block, ScoreRows]:
        """Some students, and their score rows."""
        started = time.monotonic()
        learners = self.learners.part(part)
        block = self.recommender.block(learners, self.cutoffs)
        self.computing += time.monotonic() - started
        evidence = [each.part(part) for each in self.evidence]
        people, states = self._people[part], learners.states
        score_rows = build_score_rows(
            block, evidence, self.sources, people, self.snapshot, states, self.recommender, self.fields
        )
        return block, score_rows.with_row_hashes(score_rows.row_hashes())


def _count_rows(score_rows: ScoreRows) -> dict[str, int]:
    by_path = dict(score_rows.chains["path"].value_counts().iter_rows())
    # A path without a chain is counted too: readers of the metrics ask for each.
    chains = {f"{path.lower()}_chains": by_path.get(path, 0) for path in PATHS}
    return {"targets": score_rows.tables["aims_at"].height, "lacks": score_rows.tables["lacks"].height, **chains}


def build_score_rows(
    block: Block,
    evidence: list[ComponentEvidence],
    sources: pl.Series,
    students: pl.DataFrame,
    snapshot: Snapshot,
    states: NDArray[np.float64],
    recommender: Recommender,
    fields: pl.Series,
) -> ScoreRows:
    """Build the score rows of a block of students."""
    tables = {
        "has": has_rows(block.levels, evidence, sources, students, snapshot),
        "aims_at": rows.build_target_rows(block, students, snapshot),
        "lacks": rows.build_lack_rows(block, students, snapshot),
        "stage": rows.build_stage_rows(block, students, states, fields),
    }
    venture = recommender.market.venture
    chains = rows.build_chain_rows(block, students, snapshot, venture)
    weights = dict(zip(PATHS, recommender.weights.values.tolist(), strict=True))
    return ScoreRows(tables, chains, weights)
