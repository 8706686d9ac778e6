"""The managed server's folder: configuration, password, port and process id."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from filelock import FileLock

from skillpath.common.atomic import write_atomic
from skillpath.errors import SkillpathError
from skillpath.graph.core.database_settings import GraphSettings

HOST = "127.0.0.1"
CONFIG = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
dbms.security.auth_enabled=true
server.memory.heap.initial_size={heap}
server.memory.heap.max_size={heap}
server.memory.pagecache.size={pagecache}
db.tx_log.rotation.retention_policy=2 files
db.tx_log.rotation.size=64m
db.logs.query.enabled=OFF
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
"""
"""The last line spares ten seconds of every stop: the network layer waits for late calls after the data is closed."""


@dataclass(frozen=True)
class ServerProcess:
    """A started server: its pid and when that process was created, so that a reused pid is not mistaken for it.

    The creation is in seconds since the machine booted: the time of day may be set while the server runs.
    """

    pid: int
    since_boot: float

    def handle(self) -> psutil.Process | None:
        """The live process, or None if it is gone."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            is_same = abs(_since_boot(process) - self.since_boot) < 1
            if is_same and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


class ServerHome:
    """Files of one managed server, all under ``settings.home``."""

    def __init__(self, settings: GraphSettings) -> None:
        self.settings = settings
        self.path = settings.home.absolute()
        self.password_file = self.path / "password"
        self.port_file = self.path / "port"
        self.process_file = self.path / "process.json"
        self.conf = self.path / "conf"
        self.log = self.path / "logs" / "console.log"
        self.stamp = self.path / "jars.stamp"
        self.argfile = self.path / "java.args"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep two starts or stops apart, also between processes."""
        self.create()
        with FileLock(self.path / "lock"):
            yield

    def create(self) -> None:
        """Make the folders, ours alone.

        Raises:
            SkillpathError: they cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.conf.mkdir(exist_ok=True)
            self.log.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise SkillpathError(
                f"Cannot write the server's folder: {error.strerror}",
                where=str(self.path),
                todo="Check space and rights, or set SKILLPATH_GRAPH_HOME",
            ) from error

    @property
    def password(self) -> str:
        """The generated password; empty before the first start."""
        return self.password_file.read_text("utf-8") if self.password_file.is_file() else ""

    def new_password(self) -> str:
        """Generate and keep a password, readable by the owner alone."""
        # Letters and digits only: neo4j-admin takes one that begins with a dash for an option.
        password = secrets.token_hex(24)
        _write_private(self.password_file, password)
        return password

    @contextmanager
    def private_file(self, name: str, text: str) -> Iterator[Path]:
        """A file that only the owner can read, for as long as it is needed."""
        path = self.path / name
        _write_private(path, text)
        try:
            yield path
        finally:
            path.unlink()

    @property
    def port(self) -> int | None:
        """The remembered port."""
        text = self.port_file.read_text("utf-8") if self.port_file.is_file() else ""
        return int(text) if text.isdecimal() else None

    def free_port(self) -> int:
        """The remembered port if it is free, else another, which is remembered from now on."""
        port = self.port
        if port is None or not _is_free(port):
            with socket.socket() as probe:
                probe.bind((HOST, 0))
                port = int(probe.getsockname()[1])
            write_atomic(self.port_file, str(port))
        return port

    def write_config(self, port: int) -> None:
        """Write ``neo4j.conf`` for this port."""
        settings = self.settings
        text = CONFIG.format(port=port, heap=settings.heap, pagecache=settings.pagecache)
        write_atomic(self.conf / "neo4j.conf", text)

    @property
    def process(self) -> ServerProcess | None:
        """The process that was started last, alive or not; None if none was, or it was stopped."""
        try:
            data = json.loads(self.process_file.read_text("utf-8"))
            # Up to version 0.2 the file held the time of day.
            known = data["sinceBoot"] if "sinceBoot" in data else float(data["created"]) - psutil.boot_time()
            return ServerProcess(int(data["pid"]), float(known))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, pid: int) -> ServerProcess:
        """Keep which process runs the server."""
        process = ServerProcess(pid, _since_boot(psutil.Process(pid)))
        write_atomic(self.process_file, json.dumps({"pid": pid, "sinceBoot": process.since_boot}))
        return process

    def forget(self) -> None:
        """The server was stopped on purpose."""
        self.process_file.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The last line of the console log that tells something, for an error message."""
        text = self.log.read_text("utf-8", errors="replace") if self.log.is_file() else ""
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("\tat ")]
        errors = [line for line in lines if "ERROR" in line or "Caused by" in line or "Exception" in line]
        return (errors or lines or ["it left no message"])[-1][:300]


def _since_boot(process: psutil.Process) -> float:
    """When a process was created, in seconds since the machine booted."""
    return process.create_time() - psutil.boot_time()


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
