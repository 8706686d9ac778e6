"""Load an empty database: carry over what is in it, import all that a store collected, switch over."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import polars as pl

from skillpath.cypher import query
from skillpath.errors import BadInput, SkillpathError, Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.database_settings import Address
from skillpath.graph.core.sources import MARK, NODES, Writer
from skillpath.graph.offline.compose import Composer
from skillpath.graph.offline.export import export_graph
from skillpath.graph.offline.importer_files import ImportFiles
from skillpath.graph.offline.numbers import Numbers
from skillpath.graph.offline.staging_store import OfflineStore
from skillpath.graph.server.server import ManagedServer

COUNT_RECORDS = query("offline/count_records")
COUNT_GRAPH = query("offline/count_graph")
Step = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True)
class ImportSettings:
    """How Neo4j's importer is run.

    Attributes:
        memory: for its caches, beside the heap of the server's settings.
        parallel_io: ``on`` for disks that take many writes at once, ``off``, or ``auto``.
        buffer: least bytes that a text may have; more where one is longer.
    """

    memory: str = "1g"
    parallel_io: str = "auto"
    buffer: int = 4 << 20


class ImportFailed(SkillpathError):
    """Neo4j's importer did not get to its end; the database is as it was and still served."""


@contextmanager
def untold(name: str) -> Iterator[object]:
    """A step without progress report."""
    yield name


@dataclass
class OfflineLoad:
    """One load of the managed server's database.

    Args:
        step: tells each phase as it runs.
    """

    server: ManagedServer
    settings: ImportSettings = field(default_factory=ImportSettings)
    step: Step = untold

    def __post_init__(self) -> None:
        self.switch = self.server.switch

    def prepare(self, graph: Graph) -> None:
        """Make room for a load.

        Raises:
            BadInput: the graph holds records already.
        """
        existing = [f"{count} {name}" for name, count in graph.read(COUNT_RECORDS)[0].items() if count]
        if existing:
            raise BadInput(
                f"The offline path loads empty databases, and this one holds {', '.join(existing)}",
                where=graph.address.uri,
                todo="Run `skillpath sync` without --offline",
            )
        self.switch.clear()
        self.switch.folder.mkdir(mode=0o700)

    def run(self, graph: Graph, store: OfflineStore) -> Address:
        """Import all that is in the graph and all that the store collected; where the server is afterwards.

        The server goes on serving until the imported store is whole.

        Raises:
            ImportFailed, Unavailable: the importer failed, or somebody else wrote meanwhile; all is as it was.
        """
        files, numbers = ImportFiles(self._folder("files")), Numbers()
        before = graph.read(COUNT_GRAPH)
        with self.step("carry over what stands in the graph"):
            export_graph(graph, files, numbers)
        known = self._write(store, files, numbers)
        self._import(files)
        if graph.read(COUNT_GRAPH) != before:
            raise Unavailable("Somebody else wrote to the graph meanwhile; nothing was changed", todo="Run it again")
        graph.close()
        with self.step("stop Neo4j, start it on the new store, write the schema"):
            self._decide()
            address = self.server.up()
        with self.step("finish the sources"), Graph(address, graph.database, graph.settings) as loaded:
            self._finish(loaded, store, known)
        return address

    def _folder(self, name: str) -> Path:
        folder = self.switch.folder / name
        folder.mkdir()
        return folder

    def _write(self, store: OfflineStore, files: ImportFiles, numbers: Numbers) -> dict[str, pl.DataFrame]:
        """Files of all that the store collected; the rows of terms that were in the graph before are left."""
        composer = Composer(files, numbers, datetime.now(UTC), store.synthetic)
        left: dict[str, pl.DataFrame] = {}
        with self.step("write files"):
            for source, rows in store.term_rows.items():
                there = pl.col("code").is_in(numbers.of("Term")["code"].implode())
                left[source] = rows.filter(there)
                composer.terms(source, rows.filter(~there))
            parts = sorted(store.parts, key=lambda part: part.contract not in NODES)
            for part in parts:
                if part.contract in NODES:
                    composer.nodes(part.contract, part.source, part.rows(), store.originals)
                else:
                    composer.edges(part.contract, part.source, part.rows())
            for rows in store.repeats:
                composer.reposts(rows)
            composer.sources([(done.source, done.contract) for done in store.finished], store.run)
        shutil.rmtree(store.folder)
        return left

    def _import(self, files: ImportFiles) -> None:
        (files.folder / "extra.conf").write_text(f"server.directories.data={self.switch.staged}\n", "utf-8")
        settings = self.settings
        lines = ["--multiline-fields-format=v2", f"--multiline-fields={','.join(files.multiline)}"]
        with self.step(f"import {files.nodes} nodes and {files.relationships} relationships"):
            done = self.server.admin(
                "database", "import", "full", self.switch.database, *files.arguments,
                "--id-type=integer", "--array-delimiter=U+001F",
                *(lines if files.multiline else ()),
                f"--read-buffer-size={max(settings.buffer, 2 * files.longest)}",
                f"--max-off-heap-memory={settings.memory}", f"--high-parallel-io={settings.parallel_io}",
                "--bad-tolerance=0", "--additional-config=extra.conf", "--report-file=report",
                "--overwrite-destination", "--verbose",
                folder=files.folder,
            )  # fmt: skip
        if done.returncode:
            raise ImportFailed(
                f"Neo4j's importer failed: {importer_words(done)}",
                where=str(files.folder),
                todo="The database is as it was; see the files, or run `skillpath sync` without --offline",
            )
        shutil.rmtree(files.folder)

    def _decide(self) -> None:
        self.server.stop()
        with self.server.home.locked():
            if self.server.address():
                raise Unavailable("Neo4j was started again meanwhile; nothing was changed", todo="Run it again")
            self.switch.decide()

    def _finish(self, graph: Graph, store: OfflineStore, known: dict[str, pl.DataFrame]) -> None:
        for done in store.finished:
            mark = {"contract": done.contract, "watermark": done.watermark or None, "run": store.run}
            graph.write(MARK, source=done.source, **mark)
            writer = Writer(graph, done.source, done.contract, store.run, store.synthetic)
            if done.source in known:
                writer.terms(known[done.source])
            writer.finish(done.state, done.watermark)


def importer_words(done: CompletedProcess[str]) -> str:
    """The line of the importer's output that tells most of what went wrong.

    >>> importer_words(CompletedProcess([], 70, "", "Error in input\\n  original error: Not a number"))
    'Not a number'
    >>> importer_words(CompletedProcess([], -9, "Importing", ""))
    'it ended by signal 9'
    """
    if done.returncode < 0:
        return f"it ended by signal {-done.returncode}"
    lines = [line.strip() for line in done.stderr.splitlines()]
    messages = [line for line in lines if line and not line.startswith(("at ", "WARNING"))]
    origin = [line.removeprefix("original error: ") for line in messages if line.startswith("original error: ")]
    causes = [line.removeprefix("Caused by: ") for line in messages if line.startswith("Caused by: ")]
    return (origin or causes[-1:] or messages or ["it left no message"])[0][:300]
