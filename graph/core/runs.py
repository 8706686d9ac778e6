"""Pipeline runs and the serving pointer that readers follow."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from skillpath.cypher import Query, query
from skillpath.errors import SkillpathError
from skillpath.graph.core.connection import Graph, Transaction
from skillpath.graph.core.timing import ms_since

log = structlog.get_logger(__name__)

BEGIN = query("runs/read_beginning")
OPEN = query("runs/open_run", "id", "kind", "params", "serving", "at", "revision")
SERVE = query("runs/serve_run", "id", "metrics", "serving")
FINISH = query("runs/finish_run", "id", "metrics")
CURRENT = query("runs/current_run", "serving")
PARAMS = query("runs/read_params", "id")
SWEEPS = [
    query(f"runs/sweep_{what}", "keep", "limit")
    for what in ("has", "aims_at", "lacks", "bridges", "stage_states", "recommendations")
]
SERVING = "current"
SWEEP_BATCH = 20_000


class RunSuperseded(SkillpathError):
    """Another run of the same kind started meanwhile; this one is not served."""

    code = "CONFLICT"


@dataclass(frozen=True)
class OpenRun:
    """An open run: its id and which pointer it will move; ``clock`` says when its work began (``time.monotonic()``)."""

    id: str
    serving: str
    clock: float = field(default_factory=time.monotonic, compare=False)


@dataclass(frozen=True)
class RunStart:
    """Before anything was read: the time there, and the last revision of the vocabulary."""

    at: str
    revision: int
    clock: float = field(default_factory=time.monotonic, compare=False)


def read_run_start(graph: Graph) -> RunStart:
    """Read the time and the vocabulary's last revision before a run reads the graph."""
    return RunStart(**graph.read(BEGIN)[0])


def open_run(
    graph: Graph,
    kind: str,
    params: dict[str, Any],
    serving: str = SERVING,
    since: RunStart | None = None,
    clock: float | None = None,
) -> OpenRun:
    """Record the start of a run, now or ``since``; it becomes the only writer for ``serving``.

    Args:
        clock: ``time.monotonic()`` when its work began, where that was before now; for the log alone.
    """
    run = f"{kind}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
    begun = {"at": since.at, "revision": since.revision} if since else {"at": None, "revision": None}
    graph.write(OPEN, id=run, kind=kind, params=json.dumps(params, sort_keys=True), serving=serving, **begun)
    opened = OpenRun(run, serving, since.clock if since else time.monotonic() if clock is None else clock)
    log.info("run.started", run=run, kind=kind, ms=ms_since(opened.clock))
    return opened


def serve(graph: Graph, run: OpenRun, metrics: dict[str, Any]) -> None:
    """Point readers at ``run``, in one transaction.

    Raises:
        RunSuperseded: another run was opened for the same pointer since.
    """
    graph.transact(lambda tx: serve_within(tx, run, metrics))
    log_finished(run)


def serve_within(tx: Transaction, run: OpenRun, metrics: dict[str, Any]) -> None:
    """Point readers at ``run`` in a transaction that changes more than that; `log_finished` is for who commits it.

    Raises:
        RunSuperseded: see `serve`; the whole transaction is undone.
    """
    if not tx.run(SERVE, id=run.id, metrics=json.dumps(metrics, sort_keys=True), serving=run.serving):
        raise RunSuperseded(
            "Another run started meanwhile, so this one was not served", where=run.id, todo="Run it again"
        )


def finish(graph: Graph, run: OpenRun, metrics: dict[str, Any]) -> None:
    """Close a run whose data readers see anyway."""
    graph.write(FINISH, id=run.id, metrics=json.dumps(metrics, sort_keys=True))
    log_finished(run)


def log_finished(run: OpenRun) -> None:
    """Log the end of a run, once what serves it is committed."""
    log.info("run.finished", run=run.id, kind=run.id.split("-")[0], ms=ms_since(run.clock))


def current(graph: Graph, serving: str = SERVING) -> dict[str, Any] | None:
    """The run that readers see: id, kind, startedAt, finishedAt, metrics (JSON); None before the first."""
    rows = graph.read(CURRENT, serving=serving)
    return rows[0] if rows else None


def params(graph: Graph, run: str) -> dict[str, Any]:
    """What a run was made with; nothing if there is no such run."""
    rows = graph.read(PARAMS, id=run)
    return dict(json.loads(rows[0]["params"])) if rows else {}


def sweep(graph: Graph, keep: str) -> int:
    """Remove what every run but ``keep`` wrote about students; how many things that were."""
    return sum(sweep_in_batches(graph, statement, keep) for statement in SWEEPS)


def sweep_in_batches(graph: Graph, statement: Query, keep: str) -> int:
    """Repeat a sweeping statement until it finds nothing more; how many things it removed."""
    removed = 0
    while (count := graph.write(statement, keep=keep, limit=SWEEP_BATCH)[0]["removed"]) > 0:
        removed += count
    return removed
