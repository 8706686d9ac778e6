"""The crash-safe switch from the old database store to the imported one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from skillpath.cypher import query
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.migrate import Migrations

FILL = (
    query("offline/fill_empty_lists_of_nodes", "limit"),
    query("offline/fill_empty_lists_of_relationships", "limit"),
)
BATCH = 20_000
PARTS = ("databases", "transactions")


class Switch:
    """What of an offline load is still to be done, kept as files in the server's folder.

    ``complete`` says that the imported store is whole but not in place; ``unfinished`` that it is in place, but that
    its empty lists and its schema are missing. The imported store lies beside the one in use until then.

    Args:
        home: the server's folder.
    """

    def __init__(self, home: Path, database: str = "neo4j") -> None:
        self.folder, self.data, self.database = home / "offline", home / "data", database
        self.staged, self.old = self.folder / "data", self.folder / "old"
        self._complete, self._unfinished = self.folder / "complete", self.folder / "unfinished"

    @property
    def begun(self) -> bool:
        """Whether the old store is given up, and the new one not usable yet."""
        return self._complete.is_file() or self._unfinished.is_file()

    def clear(self) -> None:
        """Remove what an earlier load left; refuses nothing, so look at `begun` first."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def decide(self) -> None:
        """From here on the imported store is the one that counts."""
        _write_through(self._complete)

    def perform(self) -> None:
        """Put the imported store in place, if that is decided and not done; the server must not run."""
        if not self._complete.is_file():
            return
        for part in PARTS:
            staged, place = self.staged / part / self.database, self.data / part / self.database
            if not staged.is_dir():
                continue
            if place.is_dir():
                kept = self.old / part
                kept.mkdir(parents=True, exist_ok=True)
                shutil.rmtree(kept / self.database, ignore_errors=True)
                place.rename(kept / self.database)
            staged.rename(place)
        self._complete.rename(self._unfinished)

    def finish(self, graph: Graph) -> None:
        """Write what the importer cannot, and the schema; then forget the old store."""
        if not self._unfinished.is_file():
            return
        for statement in FILL:
            while graph.write(statement, limit=BATCH)[0]["filled"] == BATCH:
                pass
        Migrations(graph).apply()
        self._unfinished.unlink()
        self.clear()


def _write_through(path: Path) -> None:
    with path.open("w") as handle:
        handle.write("The imported store counts.\n")
        handle.flush()
        os.fsync(handle.fileno())
