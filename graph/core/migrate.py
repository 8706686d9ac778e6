"""Schema migrations: apply, list and validate."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import structlog

from skillpath.cypher import query
from skillpath.errors import SkillpathError, Unavailable
from skillpath.graph.core.connection import Graph, translate_driver_errors
from skillpath.graph.core.timing import ms_since

log = structlog.get_logger(__name__)
AWAIT_INDEXES = query("admin/await_indexes", "seconds")
INDEX_TIMEOUT = 120

_REASONS = {
    "MISSED_REMOTELY": "is older than the newest applied one but was never applied",
    "MISSED_LOCALLY": "was applied, but its file is gone",
    "DIFFERENT": "was changed after it was applied",
}


class MigrationRefused(SkillpathError):
    """The files and the graph's record of them disagree."""


@dataclass(frozen=True)
class MigrationInfo:
    """One migration and its state: ``applied``, ``pending`` or what is wrong with it."""

    version: str
    description: str
    state: str


class Migrations:
    """The chain of ``:__Neo4jMigration`` nodes beside the files of a folder.

    Args:
        graph: the database to migrate.
        folder: the ``V…__….cypher`` files; ours when left out.
    """

    def __init__(self, graph: Graph, folder: Path | None = None) -> None:
        self.graph, self.folder = graph, folder

    def info(self) -> list[MigrationInfo]:
        """Every known migration in order, with its state."""
        executor, analysis = self._analysed()
        wrong = {v.version: _REASONS[v.status.name] for v in analysis.invalid_versions}
        pending = {m.version for m in analysis.pending_migrations}
        known = {m.version: m for m in [*executor.dao.get_applied_migrations(), *executor.local_migrations]}
        return [
            MigrationInfo(v, m.description, wrong.get(v, "pending" if v in pending else "applied"))
            for v, m in sorted(known.items(), key=lambda item: item[1].parsed_version)
        ]

    def validate(self) -> None:
        """Raise unless every file is applied and none was changed since."""
        self._refuse_if_wrong()
        pending = [m.version for m in self.info() if m.state == "pending"]
        if pending:
            raise Unavailable(
                f"{len(pending)} migrations are not applied yet",
                where=", ".join(pending),
                todo="Run `skillpath migrate`",
            )

    def apply(self, on_apply: Callable[[str], None] = lambda _: None) -> int:
        """Apply what is pending, wait for its indexes, and return how many that were."""
        self._refuse_if_wrong()
        started = time.monotonic()
        executor, analysis = self._analysed()
        with translate_driver_errors("migrations"):
            executor.migrate(lambda m: on_apply(f"{m.version} {m.description}"))
        self.graph.read(AWAIT_INDEXES, seconds=INDEX_TIMEOUT)
        log.info("migrations.applied", count=len(analysis.pending_migrations), ms=ms_since(started))
        return len(analysis.pending_migrations)

    def _refuse_if_wrong(self) -> None:
        wrong = [m for m in self.info() if m.state not in ("applied", "pending")]
        if wrong:
            raise MigrationRefused(
                f"Migration {wrong[0].version} ({wrong[0].description}) {wrong[0].state}",
                where="migrations",
                todo="Restore the file as it was, and put the change into a new migration",
            )

    def _analysed(self) -> tuple[Any, Any]:
        from neo4j_python_migrations.executor import Executor

        with translate_driver_errors("migrations"), as_file(files("skillpath.migrations")) as packaged:
            executor = Executor(self.graph.driver, self.folder or packaged, database=self.graph.database)
            return executor, executor.analyze()
