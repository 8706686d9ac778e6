"""How old the served scores are, asked of the database now and then, and never waited for long."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import structlog

from skillpath.api.service_settings import MetricsSettings
from skillpath.errors import SkillpathError
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph

log = structlog.get_logger(__name__)


class ServedRunAge:
    """Seconds since the served run began, from an answer that is kept for a while.

    One question at a time is under way, in a thread of its own: a database that hangs costs each scrape the timeout
    and piles nothing up.
    """

    def __init__(self, graph: Graph, settings: MetricsSettings) -> None:
        self.graph, self.settings = graph, settings
        self.answered = False
        self._began: datetime | None = None
        self._asked: Future[datetime | None] | None = None
        self._until = 0.0
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, "served-run-age")

    def seconds(self) -> float | None:
        """The age as far as it is known; None before the first answer, or where nothing was scored yet."""
        with self._lock:
            if self._asked is None and time.monotonic() >= self._until:
                self._asked = self._thread.submit(_began, self.graph)
            if self._asked is not None:
                self._look(self._asked)
            began = self._began
        return None if began is None else (datetime.now(UTC) - began).total_seconds()

    def close(self) -> None:
        """Ask no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _look(self, asked: Future[datetime | None]) -> None:
        try:
            self._began, self.answered = asked.result(self.settings.timeout), True
        except TimeoutError:
            # It goes on; the next scrape looks whether it came.
            self.answered = False
            return
        except SkillpathError:
            self.answered = False
        except Exception:
            log.exception("metrics.failed")
            self.answered = False
        self._asked, self._until = None, time.monotonic() + self.settings.keep


def _began(graph: Graph) -> datetime | None:
    served = runs.current(graph)
    return None if served is None else served["startedAt"].to_native()
