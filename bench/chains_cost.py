"""Benchmark of the computing time of chains by number of students, and of the effect of diversity on the lists."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.chains_report import Criterion, part
from skillpath.chains.feedback.exposure import Draw
from skillpath.chains.model.capability import ComponentEvidence, compute_capability
from skillpath.chains.model.diversity import intra_list_diversity
from skillpath.chains.model.market import PATHS, Market, StudentBatch
from skillpath.chains.model.ranking import REDUNDANCY, PathWeights
from skillpath.chains.recommend import Block, ChainSettings, Recommender
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.snapshot import read_snapshot
from skillpath.pipeline.inputs.chain_inputs import build_evidence, build_market, build_students
from skillpath.pipeline.inputs.vectors import placed_vectors, require_vectors

Floats = NDArray[np.float64]
SIZES = (5_000, 10_000, 20_000, 50_000, 100_000)
BLOCK = 500
LISTS = 2_000
"""Students whose lists are made with and without redundancy."""
STRAIGHT = 0.99


@dataclass(frozen=True)
class StudentPopulation:
    """A town as arrays: what students are compared with, the students, and what is known of them."""

    market: Market
    batch: StudentBatch
    evidence: list[ComponentEvidence]
    settings: ChainSettings

    @staticmethod
    def of(graph: Graph) -> StudentPopulation:
        """Read it once."""
        settings, snapshot = ChainSettings(), read_snapshot(graph)
        market = build_market(snapshot, placed_vectors(require_vectors(graph), snapshot.skills), settings)
        evidence = build_evidence(snapshot, settings)
        return StudentPopulation(market, build_students(snapshot, evidence, settings), evidence, settings)

    def drawn(self, students: int, seed: int) -> tuple[list[ComponentEvidence], StudentBatch]:
        """So many students, drawn with replacement; their levels are yet to be computed."""
        rng = np.random.default_rng(seed)
        rows = rng.integers(0, len(self.batch), students)
        evidence = [ComponentEvidence(e.component, csr_array(e.amount[rows]), e.effects) for e in self.evidence]
        # Copies of one student would share a lot, and so a place in the draw of seats.
        return evidence, replace(self.batch.part(rows), tie_breaker=rng.random(students))


@dataclass(frozen=True)
class Line:
    """A straight line through seconds by students, and the exponent of a power law through the same points.

    Attributes:
        fixed: seconds; each: seconds a student; r2: share of the variance that the line explains.
        exponent: 1 where cost is linear.
    """

    fixed: float
    each: float
    r2: float
    exponent: float


def fit(students: Floats, seconds: Floats) -> Line:
    """Least squares.

    >>> line = fit(np.array([1.0, 2.0, 4.0]), np.array([2.0, 4.0, 8.0]))
    >>> round(line.each, 6), round(line.r2, 6), round(line.exponent, 6)
    (2.0, 1.0, 1.0)
    """
    each, fixed = np.polyfit(students, seconds, 1)
    rest = ((seconds - fixed - each * students) ** 2).sum()
    total = ((seconds - seconds.mean()) ** 2).sum()
    exponent = np.polyfit(np.log(students), np.log(seconds), 1)[0]
    return Line(float(fixed), float(each), float(1.0 - rest / total) if total > 0 else 1.0, float(exponent))


def compute(population: StudentPopulation, students: int, seed: int) -> tuple[float, int]:
    """Seconds from evidence to lists for so many students, and how many chains that makes."""
    recommender = build_recommender(population)
    evidence, batch = population.drawn(students, seed)
    began = time.perf_counter()
    batch = replace(batch, levels=compute_capability(evidence))
    cutoffs, chains = recommender.cutoffs(batch, BLOCK), 0
    for start in range(0, students, BLOCK):
        block = recommender.block(batch.part(slice(start, start + BLOCK)), cutoffs)
        chains += sum(len(each.rank) for each in block.paths.values())
    return time.perf_counter() - began, chains


def build_recommender(population: StudentPopulation, weights: PathWeights | None = None) -> Recommender:
    """As `score` makes it before anything was learned from feedback."""
    settings = population.settings
    return Recommender(population.market, settings, weights=weights, draw=Draw.of(settings.exposure, "bench", 0))


def measure(population: StudentPopulation, sizes: tuple[int, ...], seed: int) -> dict[str, Any]:
    """Seconds for each size and a line through them."""
    compute(population, min(sizes), seed)
    found = [compute(population, size, seed) for size in sizes]
    line = fit(np.array(sizes, dtype=np.float64), np.array([seconds for seconds, _ in found]))
    points = [
        {"students": n, "seconds": round(s, 2), "ms_a_student": round(1000 * s / n, 3), "chains": c}
        for n, (s, c) in zip(sizes, found, strict=True)
    ]
    asked = [
        Criterion("cost by students: R² of a straight line", line.r2, ">=", STRAIGHT),
        Criterion("cost by students: exponent of a power law", line.exponent, "<=", 1.1),
    ]
    facts = [f"{p['students']:,} students: {p['seconds']} s, {p['ms_a_student']} ms each" for p in points]
    facts.append(f"{1000 * line.each:.3f} ms a student and {line.fixed:+.2f} s, R² {line.r2:.4f}.")
    protocol = (
        "Students of the town drawn with replacement, blocks of 500, everything from evidence to lists in numpy, the "
        "seats shared first; one pass of the smallest size before. The market is the town's at every size."
    )
    more = {"points": points, "lists": diversity(population, seed)}
    return part("synthetic", "Cost of computing by number of students", protocol, asked, facts, **more)


def diversity(population: StudentPopulation, seed: int) -> dict[str, Any]:
    """Intra-list diversity of the lists of each path without redundancy and with it, on the vectors of chains."""
    evidence, batch = population.drawn(min(LISTS, len(population.batch)), seed)
    batch = replace(batch, levels=compute_capability(evidence))
    weights = population.settings.rank.weights
    without = PathWeights.same(weights * (np.arange(len(weights)) != REDUNDANCY))
    on, off = build_recommender(population), build_recommender(population, without)
    found = {name: each.block(batch) for name, each in (("on", on), ("off", off))}
    return {path: _lists(path, found, on) for path in PATHS}


def _lists(path: str, found: dict[str, Block], recommender: Recommender) -> dict[str, float]:
    metrics = {}
    for name, block in found.items():
        chains = block.paths[path]
        _, group = np.unique(block.targets.student[chains.pair], return_inverse=True)
        vectors = recommender.item_vectors[path][chains.item]
        ild = intra_list_diversity(group.astype(np.int64), vectors) if len(group) else np.array([np.nan])
        metrics[f"ILD, diversity {name}"] = round(float(np.nanmean(ild)), 4)
    metrics["rise"] = round(metrics["ILD, diversity on"] / metrics["ILD, diversity off"] - 1.0, 4)
    return metrics
