"""Recomputation of single students into the served run, writing only the rows that differ."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import polars as pl
import structlog

from skillpath.chains.model.capability import ComponentEvidence
from skillpath.chains.recommend import ChainSettings, Cutoffs, Recommender, StudentBatch
from skillpath.errors import NotFound, SkillpathError, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.row_diff import diff_rows
from skillpath.graph.scores.row_hashes import HashIndex, ScoreRows
from skillpath.graph.scores.score_writer import rewrite_students
from skillpath.graph.scores.snapshot import Snapshot
from skillpath.graph.scores.student_reads import CodeIndex, read_market_snapshot, read_students
from skillpath.pipeline.inputs.chain_inputs import (
    build_effects,
    build_evidence,
    build_market,
    build_students,
    list_evidence_codes,
    list_fields,
    list_regions,
)
from skillpath.pipeline.inputs.vectors import placed_vectors, require_vectors
from skillpath.pipeline.scoring.capacity import cutoffs_from_params, list_item_codes
from skillpath.pipeline.scoring.recommender import recommender_from_params
from skillpath.pipeline.scoring.score import build_score_rows

log = structlog.get_logger(__name__)
STUDENTS_PER_BATCH = 100
"""Students rewritten in one transaction."""
POLL_SECONDS = 2.0
"""Seconds between looks whether another run came to be served."""


@dataclass(frozen=True)
class RefreshResult:
    """The result of a refresh: students, run and milliseconds."""

    students: list[str]
    run: str
    took_ms: float


@dataclass(frozen=True)
class StudentContext:
    """One student as stored now, with the inputs shared by all students of the served run.

    Attributes:
        snapshot: with this student alone. evidence, learner: of one student. cutoffs: of seats.
    """

    recommender: Recommender
    cutoffs: Cutoffs
    code_index: CodeIndex
    snapshot: Snapshot
    evidence: list[ComponentEvidence]
    learner: StudentBatch


class Refresher:
    """Recomputes students into the served run, with the shared inputs cached.

    The first refresh after a run was served reads the market anew, unless `keep_warm` did; the last day, the seats'
    cutoffs and the learned gate are those of that run. The population view (`BRIDGES`) waits for the next run.
    ``observer`` is told of each refresh.
    """

    def __init__(self, graph: Graph, settings: ChainSettings | None = None) -> None:
        self.graph, self.settings = graph, settings or ChainSettings()
        self.observer: Callable[[RefreshResult], None] = lambda _: None
        self._shared: _SharedInputs | None = None
        self._lock = threading.Lock()

    def refresh(self, codes: list[str]) -> RefreshResult:
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
        done = RefreshResult(codes, shared.run, round((time.perf_counter() - started) * 1000, 2))
        # How many and not who: codes of students are personal data.
        log.info("students.refreshed", run=done.run, students=len(codes), ms=done.took_ms)
        self.observer(done)
        return done

    def keep_warm(self, stop: threading.Event) -> None:
        """Read what students share whenever another run came to be served, until stopped."""
        last = ""
        while not stop.is_set():
            try:
                self._of_served_run()
                last = ""
            except SkillpathError as error:
                # Whoever refreshes is told what is wrong; the log says each thing once, not every two seconds.
                if last != str(error):
                    log.info("market.missing", error=str(error))
                last = str(error)
            except Exception as error:
                if last != repr(error):
                    log.exception("market.failed")
                last = repr(error)
            stop.wait(POLL_SECONDS)

    def student_context(self, code: str) -> StudentContext:
        """A student for a closer look; nothing is written.

        Raises:
            NotFound, Unavailable: as `refresh`.
        """
        shared = self._of_served_run()
        student_snapshot = read_students(self.graph, shared.snapshot, shared.code_index, [code])
        if student_snapshot.students.is_empty():
            raise NotFound("No such student", where=code, todo="Check the code")
        return StudentContext(
            shared.recommender,
            shared.cutoffs,
            shared.code_index,
            student_snapshot,
            *shared.student_inputs(student_snapshot),
        )

    def _of_served_run(self) -> _SharedInputs:
        served = runs.current(self.graph)
        if served is None:
            raise Unavailable("Nothing was scored yet", todo="Run `skillpath score`")
        with self._lock:
            if self._shared is None or self._shared.run != served["id"]:
                started = time.perf_counter()
                self._shared = _SharedInputs(self.graph, str(served["id"]), self.settings)
                took = round((time.perf_counter() - started) * 1000, 2)
                log.info("market.read", run=self._shared.run, ms=took)
            return self._shared

    def _rewrite(self, shared: _SharedInputs, codes: list[str]) -> None:
        student_snapshot = read_students(self.graph, shared.snapshot, shared.code_index, codes)
        if missing := sorted(set(codes) - set(student_snapshot.students["code"])):
            raise NotFound("No such student", where=missing[0], todo="Check the code")
        if len(codes) <= STUDENTS_PER_BATCH:
            for score_rows in shared.score_rows(student_snapshot):
                self._write(shared, score_rows)
            return
        with ThreadPoolExecutor(1) as writer:
            writing = [
                writer.submit(self._write, shared, score_rows) for score_rows in shared.score_rows(student_snapshot)
            ]
            for each in writing:
                each.result()

    def _write(self, shared: _SharedInputs, score_rows: ScoreRows) -> None:
        row_hashes = score_rows.row_hashes()
        compute_diff = partial(
            diff_rows, score_rows.with_row_hashes(row_hashes), row_hashes, hash_index=shared.hash_index
        )
        rewrite_students(self.graph, shared.run, score_rows.tables["stage"]["student"].to_list(), compute_diff)


class _SharedInputs:
    """What all students share, as of one run."""

    def __init__(self, graph: Graph, run: str, settings: ChainSettings) -> None:
        self.run, self.settings = run, settings
        made = runs.params(graph, run)
        if "cutoffs" not in made:
            todo = "Run `skillpath score`"
            raise Unavailable("The served run is of an older version and tells no seats", where=run, todo=todo)
        # Before the market is read, which costs seconds: who keeps warm asks again and again.
        vectors = require_vectors(graph)
        self.snapshot = read_market_snapshot(graph, made["today"])
        self.code_index = CodeIndex(self.snapshot)
        market = build_market(self.snapshot, placed_vectors(vectors, self.snapshot.skills), settings)
        self.recommender = recommender_from_params(market, settings, made, self.snapshot)
        self.effects, self.sources = build_effects(self.snapshot, settings), list_evidence_codes(self.snapshot)
        self.regions, self.fields = list_regions(self.snapshot), list_fields(self.snapshot.clusters)
        self.cutoffs = cutoffs_from_params(self.snapshot, self.recommender, made["cutoffs"])
        items = list_item_codes(self.snapshot, self.recommender)
        self.hash_index = HashIndex.of(self.snapshot.skills["code"], self.snapshot.clusters["code"], items)

    def student_inputs(self, student_snapshot: Snapshot) -> tuple[list[ComponentEvidence], StudentBatch]:
        """Evidence and state of some students."""
        evidence = build_evidence(student_snapshot, self.settings, self.effects)
        regions = pl.concat([self.regions, student_snapshot.students["region"].drop_nulls()]).unique(
            maintain_order=True
        )
        return evidence, build_students(student_snapshot, evidence, self.settings, regions)

    def score_rows(self, student_snapshot: Snapshot) -> Iterator[ScoreRows]:
        """Score rows of some students, so many at a time."""
        evidence, learners = self.student_inputs(student_snapshot)
        whole = len(learners) <= STUDENTS_PER_BATCH
        for start in range(0, len(learners), STUDENTS_PER_BATCH):
            part = slice(start, min(start + STUDENTS_PER_BATCH, len(learners)))
            student_inputs = learners if whole else learners.part(part)
            own = evidence if whole else [each.part(part) for each in evidence]
            block = self.recommender.block(student_inputs, self.cutoffs)
            yield build_score_rows(
                block,
                own,
                self.sources,
                student_snapshot.students[part],
                student_snapshot,
                student_inputs.states,
                self.recommender,
                self.fields,
            )
