"""The log of first places shown to students, with their propensities, and its reads for policy learning."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import polars as pl
import structlog

from skillpath.cypher import query
from skillpath.errors import SkillpathError, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.bulk import log_batch
from skillpath.graph.core.connection import Graph

log = structlog.get_logger(__name__)
LOG = query("feedback/write_exposures", "rows")
EXPOSURES = query("feedback/read_exposures", "after", "code", "until", "limit")
REACTIONS = query("feedback/read_reactions", "after", "until", "window")
_EXPOSURE: dict[str, Any] = {
    **{"code": pl.String, "at": pl.String, "student": pl.String, "chosen": pl.String},
    **{"propensity": pl.Float64, "state": pl.List(pl.Float64), "candidates": pl.List(pl.String)},
    **{"paths": pl.List(pl.String), "values": pl.List(pl.Float64)},
}
_REACTION = {"key": pl.String, "event": pl.String, "exposure": pl.String, "first": pl.Boolean}


@dataclass(frozen=True)
class LogSettings:
    """How exposures are written.

    Attributes:
        seconds: at most so long after they were seen. batch: written at once.
        waiting: kept waiting at most; what comes then is dropped and counted.
        seen: remembered, so that who looks again costs nothing.
    """

    seconds: float = 1.0
    batch: int = 500
    waiting: int = 10_000
    seen: int = 100_000


@dataclass(frozen=True)
class ShownChain:
    """A first place shown to a student, with its propensity."""

    student: str
    slot: str
    run: str
    chosen: str
    chance: float


@dataclass
class LogCounts:
    """Exposures written (again, if another process had), waiting, dropped for want of room, and that failed."""

    logged: int = 0
    waiting: int = 0
    dropped: int = 0
    failed: int = 0


class ExposureLog:
    """Writes exposures in batches beside the reads; what waits when the process dies is lost."""

    def __init__(self, graph: Graph, settings: LogSettings | None = None) -> None:
        self.graph, self.settings = graph, settings or LogSettings()
        self._counts, self._rounds = LogCounts(), dict[str, dict[str, Any] | None]()
        self._queue, self._seen = deque[tuple[ShownChain, float]](), dict[ShownChain, None]()
        self._changed, self._stopping = threading.Condition(), False
        self._thread: threading.Thread | None = None
        self._outage_logged = False

    @property
    def counts(self) -> dict[str, int]:
        """What became of the exposures so far."""
        with self._changed:
            totals = {field.name: getattr(self._counts, field.name) for field in fields(LogCounts)}
            return totals | {"waiting": len(self._queue)}

    def note(self, seen: ShownChain) -> None:
        """Remember an exposure to be written; never waits for the database."""
        with self._changed:
            if seen in self._seen:
                return
            if len(self._queue) >= self.settings.waiting:
                self._counts.dropped += 1
                return
            self._seen[seen] = None
            if len(self._seen) > self.settings.seen:
                del self._seen[next(iter(self._seen))]
            self._queue.append((seen, time.monotonic()))
            if len(self._queue) >= self.settings.batch:
                self._changed.notify()

    def start(self) -> None:
        """Begin to write in the background."""
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="exposures", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what still waits, and end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread:
            self._thread.join()
        self.flush()

    def flush(self) -> None:
        """Write all that waits now; what cannot be written as Neo4j does not answer goes on waiting."""
        while batch := self._taken():
            started = time.monotonic()
            try:
                logged = self._written(batch)
            except Unavailable as error:
                with self._changed:
                    self._queue.extendleft(reversed(batch))
                if not self._outage_logged:
                    # Once, not each second for as long as it lasts.
                    log.warning("exposures.wait", error=str(error))
                self._outage_logged = True
                return
            except SkillpathError as error:
                log.error("exposures.failed", count=len(batch), error=str(error))
                self._failed(batch)
                continue
            except Exception:
                # Unexpected, but no reason to end the thread, which would lose all that comes later.
                log.exception("exposures.failed", count=len(batch))
                self._failed(batch)
                continue
            self._outage_logged = False
            log_batch(LOG, len(batch), started)
            with self._changed:
                self._counts.logged += logged

    def _failed(self, batch: list[tuple[ShownChain, float]]) -> None:
        with self._changed:
            self._counts.failed += len(batch)

    def _work(self) -> None:
        while not self._stopping:
            with self._changed:
                self._changed.wait(self.settings.seconds)
            self.flush()

    def _taken(self) -> list[tuple[ShownChain, float]]:
        with self._changed:
            return [self._queue.popleft() for _ in range(min(len(self._queue), self.settings.batch))]

    def _written(self, batch: list[tuple[ShownChain, float]]) -> int:
        now, rows = time.monotonic(), list[dict[str, Any]]()
        for seen, at in batch:
            # Where nothing was drawn, nothing can be learned.
            if made := self._made(seen.run):
                rows.append({**vars(seen), **made, "age": int((now - at) * 1000)})
        return int(self.graph.write(LOG, rows=rows)[0]["logged"]) if rows else 0

    def _made(self, run: str) -> dict[str, Any] | None:
        """Round and policy of a run, None if its lists were not drawn."""
        if run not in self._rounds:
            draw = runs.params(self.graph, run).get("draw")
            self._rounds = {run: {"round": draw["round"], "policy": draw["policy"]} if draw else None}
        return self._rounds[run]


def read_exposures(graph: Graph, after: str, code: str, until: str, page: int) -> Iterator[pl.DataFrame]:
    """Exposures in the order of time, a page at a time.

    Args:
        after, code: moment and code of the last exposure that is not wanted any more. until: moment, as ISO text, all
            in the graph's own precision.
    """
    while True:
        found = graph.frame(EXPOSURES, _EXPOSURE, after=after, code=code, until=until, limit=page)
        if found.height:
            after, code = found["at"][-1], found["code"][-1]
            yield found
        if found.height < page:
            return


def read_reactions(graph: Graph, after: str, until: str, window: timedelta) -> pl.DataFrame:
    """(key, event, exposure, first) of what was done: ``exposure`` is null where none is known that showed it.

    ``first`` is whether it was done with the chain that stood first there. What was done before ``after`` or more than
    ``window`` past ``until`` belongs to no exposure in between.
    """
    return graph.frame(REACTIONS, _REACTION, after=after, until=until, window=window)
