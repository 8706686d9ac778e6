"""Recompute only some students after their profile changed, into the run that is served, all at once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from skillpath.chains.capability import Evidence
from skillpath.chains.recommend import PATHS, ChainSettings, Cutoffs, Learners, Recommender
from skillpath.chains.stage import Gate
from skillpath.errors import NotFound, Unavailable
from skillpath.graph import runs
from skillpath.graph.connection import Graph
from skillpath.graph.profiles import Places, read_students
from skillpath.graph.snapshot import Snapshot, take_snapshot
from skillpath.graph.writeback import rewrite_students
from skillpath.pipeline.learners import effects_of, evidence_of, learners_of, market_of, regions_of, sources_of
from skillpath.pipeline.progress import Reporter
from skillpath.pipeline.score import BLOCK, embeddings_of, told

TOGETHER = 100
"""Students rewritten in one transaction."""


@dataclass(frozen=True)
class Refreshed:
    """Whose chains were made anew, in which run, and how long that took in milliseconds."""

    students: list[str]
    run: str
    took_ms: float


@dataclass(frozen=True)
class Person:
    """One student as it stands now, beside what all students share as of the served run.

    Attributes:
        snapshot: with this student alone. evidence, learner: of one student. cutoffs: of seats.
    """

    recommender: Recommender
    cutoffs: Cutoffs
    places: Places
    snapshot: Snapshot
    evidence: list[Evidence]
    learner: Learners


class Refresher:
    """Holds what all students share, as of one served run, so that a refresh costs only whom it is for.

    The first refresh after a run was served reads the whole graph anew; the market, the last day, the seats' cutoffs
    and the learned gate are those of that run. The population view (`BRIDGES`) waits for the next run.
    """

    def __init__(self, graph: Graph, settings: ChainSettings | None = None) -> None:
        self.graph, self.settings = graph, settings or ChainSettings()
        self._shared: _Shared | None = None
        self._lock = threading.Lock()

    def refresh(self, codes: list[str]) -> Refreshed:
        """Recompute and write some students; of each, readers see all that is new or nothing of it.

        A hundred go into one transaction: a thousand at once would not fit into the memory that Neo4j allows one.

        Raises:
            NotFound: one of them is no student, or is not listed any more.
            Unavailable: nothing was scored yet.
        """
        started = time.perf_counter()
        try:
            shared = self._of_served_run()
            self._rewrite(shared, codes)
        except runs.RunSuperseded:
            # Another run came to be served meanwhile: once more with what it shares.
            shared = self._of_served_run()
            self._rewrite(shared, codes)
        return Refreshed(codes, shared.run, round((time.perf_counter() - started) * 1000, 2))

    def person(self, code: str) -> Person:
        """A student for a closer look; nothing is written.

        Raises:
            NotFound, Unavailable: as `refresh`.
        """
        shared = self._of_served_run()
        mine = read_students(self.graph, shared.snapshot, shared.places, [code])
        if mine.students.is_empty():
            raise NotFound("No such student", where=code, todo="Check the code")
        evidence = evidence_of(mine, self.settings, shared.effects)
        learner = learners_of(mine, evidence, self.settings, shared.regions)
        return Person(shared.recommender, shared.cutoffs, shared.places, mine, evidence, learner)

    def _of_served_run(self) -> _Shared:
        served = runs.current(self.graph)
        if served is None:
            raise Unavailable("Nothing was scored yet", todo="Run `skillpath score`")
        with self._lock:
            if self._shared is None or self._shared.run != served["id"]:
                self._shared = _Shared(self.graph, str(served["id"]), self.settings)
            return self._shared

    def _rewrite(self, shared: _Shared, codes: list[str]) -> None:
        mine = read_students(self.graph, shared.snapshot, shared.places, codes)
        if missing := sorted(set(codes) - set(mine.students["code"])):
            raise NotFound("No such student", where=missing[0], todo="Check the code")
        evidence = evidence_of(mine, self.settings, shared.effects)
        learners = learners_of(mine, evidence, self.settings, shared.regions)
        venture, weights = shared.recommender.market.venture, shared.recommender.weights.tolist()
        for start in range(0, len(learners), TOGETHER):
            part = slice(start, min(start + TOGETHER, len(learners)))
            people, own, students = learners.part(part), [each.part(part) for each in evidence], mine.students[part]
            block = shared.recommender.block(people, shared.cutoffs)
            frames, by_path = told(block, own, shared.sources, students, mine, people.states, venture)
            chains = pl.concat([by_path[path] for path in PATHS])
            rewrite_students(self.graph, shared.run, students["code"].to_list(), frames, chains, weights)


class _Shared:
    """What all students share, as of one run."""

    def __init__(self, graph: Graph, run: str, settings: ChainSettings) -> None:
        self.run = run
        self.snapshot = take_snapshot(graph)
        self.places = Places(self.snapshot)
        made = runs.params(graph, run)
        market = market_of(self.snapshot, embeddings_of(graph, self.snapshot, Reporter(quiet=True)), settings)
        weights = np.array(made["weights"]) if made.get("weights") else None
        self.recommender = Recommender(market, settings, _gate(made), weights)
        self.effects, self.sources = effects_of(self.snapshot, settings), sources_of(self.snapshot)
        self.regions = regions_of(self.snapshot)
        evidence = evidence_of(self.snapshot, settings, self.effects)
        everybody = learners_of(self.snapshot, evidence, settings, self.regions)
        self.cutoffs = self.recommender.cutoffs(everybody, BLOCK)


def _gate(made: dict[str, Any]) -> Gate | None:
    told_gate = made.get("gate")
    return Gate(np.array(told_gate["weights"]), np.array(told_gate["bias"])) if told_gate else None
