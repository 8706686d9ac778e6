"""Recompute only some students after their profile changed, into the run that is served, writing only what differs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import polars as pl

from skillpath.chains.model.capability import Evidence
from skillpath.chains.recommend import ChainSettings, Cutoffs, Learners, Recommender
from skillpath.errors import NotFound, SkillpathError, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.row_hashes import Names, Said, differ
from skillpath.graph.scores.score_writer import rewrite_students
from skillpath.graph.scores.snapshot import Snapshot
from skillpath.graph.scores.student_reads import Places, read_students, take_market
from skillpath.pipeline.scoring.capacity import known_cutoffs, suggested
from skillpath.pipeline.scoring.chain_inputs import (
    effects_of,
    evidence_of,
    learners_of,
    market_of,
    regions_of,
    sources_of,
)
from skillpath.pipeline.scoring.recommender import recommender_of_run
from skillpath.pipeline.scoring.score import told
from skillpath.pipeline.scoring.vectors import placed_vectors, require_vectors

TOGETHER = 100
"""Students rewritten in one transaction."""
WATCH = 2.0
"""Seconds between looks whether another run came to be served."""


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

    The first refresh after a run was served reads the market anew, unless `keep_warm` did; the last day, the seats'
    cutoffs and the learned gate are those of that run. The population view (`BRIDGES`) waits for the next run.
    """

    def __init__(self, graph: Graph, settings: ChainSettings | None = None) -> None:
        self.graph, self.settings = graph, settings or ChainSettings()
        self._shared: _Shared | None = None
        self._lock = threading.Lock()

    def refresh(self, codes: list[str]) -> Refreshed:
        """Recompute some students and write what differs; of each, readers see all that is new or nothing of it.

        A hundred go into one transaction, which is written while the next hundred are computed.

        Raises:
            NotFound: one of them is no student, or is not listed any more.
            Unavailable: nothing was scored yet, or no vectors were learned; a refresh never trains.
        """
        started = time.perf_counter()
        try:
            # Whether that run is still served is asked where it is written into.
            shared = self._shared or self._of_served_run()
            self._rewrite(shared, codes)
        except runs.RunSuperseded:
            # Another run came to be served meanwhile: once more with what it shares.
            shared = self._of_served_run()
            self._rewrite(shared, codes)
        return Refreshed(codes, shared.run, round((time.perf_counter() - started) * 1000, 2))

    def keep_warm(self, stop: threading.Event) -> None:
        """Read what students share whenever another run came to be served, until told to stop."""
        while not stop.is_set():
            # Whoever refreshes is told what is wrong.
            with suppress(SkillpathError):
                self._of_served_run()
            stop.wait(WATCH)

    def person(self, code: str) -> Person:
        """A student for a closer look; nothing is written.

        Raises:
            NotFound, Unavailable: as `refresh`.
        """
        shared = self._of_served_run()
        mine = read_students(self.graph, shared.snapshot, shared.places, [code])
        if mine.students.is_empty():
            raise NotFound("No such student", where=code, todo="Check the code")
        return Person(shared.recommender, shared.cutoffs, shared.places, mine, *shared.people(mine))

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
        if len(codes) <= TOGETHER:
            for said in shared.said(mine):
                self._write(shared, said)
            return
        with ThreadPoolExecutor(1) as writer:
            writing = [writer.submit(self._write, shared, said) for said in shared.said(mine)]
            for each in writing:
                each.result()

    def _write(self, shared: _Shared, said: Said) -> None:
        entries = said.entries()
        differing = partial(differ, said.marked(entries), entries, names=shared.names)
        rewrite_students(self.graph, shared.run, said.tables["stage"]["student"].to_list(), differing)


class _Shared:
    """What all students share, as of one run."""

    def __init__(self, graph: Graph, run: str, settings: ChainSettings) -> None:
        self.run, self.settings = run, settings
        made = runs.params(graph, run)
        if "cutoffs" not in made:
            todo = "Run `skillpath score`"
            raise Unavailable("The served run is of an older version and tells no seats", where=run, todo=todo)
        # Before the market is read, which costs seconds: who keeps warm asks again and again.
        vectors = require_vectors(graph)
        self.snapshot = take_market(graph, made["today"])
        self.places = Places(self.snapshot)
        market = market_of(self.snapshot, placed_vectors(vectors, self.snapshot.skills), settings)
        self.recommender = recommender_of_run(market, settings, made)
        self.effects, self.sources = effects_of(self.snapshot, settings), sources_of(self.snapshot)
        self.regions = regions_of(self.snapshot)
        self.cutoffs = known_cutoffs(self.snapshot, self.recommender, made["cutoffs"])
        items = suggested(self.snapshot, self.recommender)
        self.names = Names.of(self.snapshot.skills["code"], self.snapshot.clusters["code"], items)

    def people(self, mine: Snapshot) -> tuple[list[Evidence], Learners]:
        """Evidence and state of some students."""
        evidence = evidence_of(mine, self.settings, self.effects)
        regions = pl.concat([self.regions, mine.students["region"].drop_nulls()]).unique(maintain_order=True)
        return evidence, learners_of(mine, evidence, self.settings, regions)

    def said(self, mine: Snapshot) -> Iterator[Said]:
        """What is said of some students, so many at a time."""
        evidence, learners = self.people(mine)
        whole = len(learners) <= TOGETHER
        for start in range(0, len(learners), TOGETHER):
            part = slice(start, min(start + TOGETHER, len(learners)))
            people = learners if whole else learners.part(part)
            own = evidence if whole else [each.part(part) for each in evidence]
            block = self.recommender.block(people, self.cutoffs)
            yield told(block, own, self.sources, mine.students[part], mine, people.states, self.recommender)
