"""Prepared databases: each is filled once in a test session, stopped, and copied by whoever needs one of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from skillpath.graph.core.connection import Graph
from skillpath.graph.core.database_settings import GraphSettings
from skillpath.graph.core.migrate import Migrations
from skillpath.graph.server.server import ManagedServer

Fill = Callable[[Graph], object]
RUNNING = ("port", "process.json", "lock", "logs")
"""What belongs to a server that ran on the folder, not to its data."""
QUICK_START = "-XX:TieredStopAtLevel=1"
"""Half the processor time of a start and of the first queries, but slower later on: for servers with little to do."""


@contextmanager
def java_options(options: str) -> Iterator[None]:
    """Give options to every Java program that starts meanwhile."""
    before = os.environ.get("JAVA_TOOL_OPTIONS")
    os.environ["JAVA_TOOL_OPTIONS"] = options
    try:
        yield
    finally:
        if before is None:
            del os.environ["JAVA_TOOL_OPTIONS"]
        else:
            os.environ["JAVA_TOOL_OPTIONS"] = before


class Stores:
    """The prepared databases of a test session, shared by its processes and made anew by the next session."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(exist_ok=True)

    def prepared(self, name: str, fill: Fill, start: Path | None = None) -> Path:
        """The folder of a stopped server, filled by the first who asks; ``start`` is the store it begins with."""

        def make(folder: Path) -> None:
            if start:
                copy_store(start, folder)
            _fill(ManagedServer(GraphSettings(home=folder)), fill)

        return self.files(name, make)

    def files(self, name: str, write: Callable[[Path], object]) -> Path:
        """A folder that the first who asks makes at the path given to ``write``; nobody may change it."""
        ready = self.root / name
        with FileLock(self.root / f"{name}.lock"):
            if not ready.is_dir():
                making = self.root / f"{name}.part"
                shutil.rmtree(making, ignore_errors=True)
                write(making)
                making.rename(ready)
        return ready

    def empty(self) -> Path:
        """A migrated database with nothing in it."""
        with java_options(QUICK_START):
            return self.prepared("empty", lambda graph: Migrations(graph).apply())


def _fill(server: ManagedServer, fill: Fill) -> None:
    try:
        with Graph(server.up()) as graph:
            fill(graph)
        server.stop()
    finally:
        kill(server)


def copy_store(source: Path, home: Path) -> Path:
    """A copy of a stopped server's folder, to be started."""
    return Path(shutil.copytree(source, home, ignore=lambda at, _: RUNNING if Path(at) == source else ()))


def kill(server: ManagedServer) -> None:
    """End a server whose data nobody reads again: a clean stop takes seconds."""
    known = server.home.process
    handle = known.handle() if known else None
    if handle:
        handle.kill()
        handle.wait(20)


@contextmanager
def serving(home: Path, options: str = "") -> Iterator[Graph]:
    """The database of a folder, which is gone at the end."""
    server = ManagedServer(GraphSettings(home=home))
    try:
        with java_options(options):
            address = server.up()
        with Graph(address) as graph:
            yield graph
    finally:
        kill(server)
        shutil.rmtree(home, ignore_errors=True)
