"""The managed server, the real one: found again, recovered, kept private."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from skillpath.cypher import Query
from skillpath.errors import BadInput, SkillpathError, Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.database_settings import GraphSettings
from skillpath.graph.server.server import ManagedServer, connect_settings
from tests.conftest import LogLines
from tests.stores import QUICK_START, java_options, kill


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ManagedServer]:
    server = ManagedServer(GraphSettings(home=tmp_path_factory.mktemp("managed") / "neo4j"))
    with java_options(QUICK_START):
        server.up()
        yield server
    kill(server)


def test_never_started_and_nothing_to_stop(tmp_path: Path) -> None:
    server = ManagedServer(GraphSettings(home=tmp_path / "neo4j"))
    assert server.status().state == "absent"
    assert "skillpath up" in server.status().message
    assert server.stop() is False
    with pytest.raises(Unavailable, match="skillpath up"):
        connect_settings(server.settings)


def test_a_second_up_finds_the_first(server: ManagedServer) -> None:
    first = server.address()
    assert first
    started = time.monotonic()
    assert ManagedServer(server.settings).up() == first
    assert time.monotonic() - started < 2
    assert server.status().state == "running"
    assert connect_settings(server.settings) == first


@pytest.mark.long
@pytest.mark.database
def test_two_at_once_start_one_server(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from skillpath.graph.core.database_settings import GraphSettings;"
        "from skillpath.graph.server.server import ManagedServer;"
        "print(ManagedServer(GraphSettings(home=Path(sys.argv[1]))).up().pid)"
    )
    home = tmp_path / "neo4j"
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    pids = {process.communicate(timeout=120)[0].strip() for process in both}
    try:
        assert len(pids) == 1
        assert pids.pop().isdigit()
    finally:
        kill(ManagedServer(GraphSettings(home=home)))


def test_the_password_is_private(server: ManagedServer) -> None:
    home = server.home
    assert len(home.password) >= 24
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert home.password not in repr(server.address())
    texts = [p for p in home.path.rglob("*") if p.is_file() and p != home.password_file and "data" not in p.parts]
    assert not [p for p in texts if home.password.encode() in p.read_bytes()]
    address = server.address()
    assert address and address.pid
    assert not [a for a in psutil.Process(address.pid).cmdline() if home.password in a]


def test_no_password_is_taken_for_an_option(tmp_path: Path) -> None:
    home = ManagedServer(GraphSettings(home=tmp_path)).home
    drawn = [home.new_password() for _ in range(200)]
    assert all(password.isalnum() for password in drawn) and len(set(drawn)) == 200
    assert home.password == drawn[-1]


def test_loopback_alone(server: ManagedServer) -> None:
    address = server.address()
    assert address and address.pid
    listening = [c.laddr.ip for c in psutil.Process(address.pid).net_connections() if c.status == "LISTEN"]
    assert listening
    assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}


@pytest.mark.long
def test_killed_and_started_again_the_data_is_there(server: ManagedServer, log_lines: LogLines) -> None:
    address = server.up()
    with Graph(address) as graph:
        graph.write(Query("x", "CREATE (:Kept {value: $value})"), value=7)
    assert address.pid
    os.kill(address.pid, 9)
    psutil.wait_procs([psutil.Process(address.pid)], 10) if psutil.pid_exists(address.pid) else None
    assert server.status().state == "crashed"
    assert "its data is safe" in server.status().message
    log_lines()
    again = server.up()
    server.up()
    (started,) = [line for line in log_lines() if line["event"] == "server.started"]
    assert (started["pid"], started["uri"]) == (again.pid, again.uri)
    assert started["ms"] > 0
    assert again.pid != address.pid
    assert again.uri == address.uri
    with Graph(again) as graph:
        assert graph.read(Query("x", "MATCH (k:Kept) RETURN k.value AS value")) == [{"value": 7}]


@pytest.mark.long
def test_a_taken_port_is_replaced(server: ManagedServer) -> None:
    kill(server)
    port = server.home.port
    assert port
    with socket.create_server(("127.0.0.1", port)):
        moved = server.up()
    assert moved.uri != f"bolt://127.0.0.1:{port}"
    assert server.status().state == "running"


def test_a_clock_that_is_set_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = ManagedServer(GraphSettings(home=tmp_path)).home
    home.create()
    created, boot = psutil.Process().create_time(), psutil.boot_time()
    home.process_file.write_text(json.dumps({"pid": os.getpid(), "created": created}), "utf-8")
    assert home.process and home.process.handle() is not None, "what version 0.2 wrote is read"
    home.remember(os.getpid())
    for step in (-3600.0, -1.0, 1.0, 7.5):
        monkeypatch.setattr(psutil.Process, "create_time", lambda _, step=step: created + step)
        monkeypatch.setattr(psutil, "boot_time", lambda step=step: boot + step)
        assert home.process and home.process.handle() is not None
    monkeypatch.setattr(psutil.Process, "create_time", lambda _: created + 3.0)
    monkeypatch.setattr(psutil, "boot_time", lambda: boot)
    assert home.process and home.process.handle() is None, "another process has the pid now"


def test_a_pid_that_is_somebody_else_now(tmp_path: Path) -> None:
    server = ManagedServer(GraphSettings(home=tmp_path / "neo4j"))
    server.home.create()
    server.home.new_password()
    server.home.process_file.write_text(json.dumps({"pid": os.getpid(), "created": 1.0}), "utf-8")
    assert server.status().state == "crashed"
    assert server.stop() is False
    assert psutil.pid_exists(os.getpid())


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    with pytest.raises(SkillpathError, match="Cannot write the server's folder"):
        ManagedServer(GraphSettings(home=tmp_path / "file" / "neo4j")).up()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = ManagedServer(GraphSettings(home=tmp_path / "neo4j", heap="not-a-size"))
    with pytest.raises(SkillpathError, match=r"password could not be set|ended while starting"):
        server.up()


def test_a_clean_stop(server: ManagedServer, log_lines: LogLines) -> None:
    address = server.up()
    assert server.stop() is True
    assert server.status().state == "stopped"
    assert server.stop() is False
    (stopped,) = [line for line in log_lines() if line["event"] == "server.stopped"]
    assert stopped["pid"] == address.pid
    assert stopped["ms"] > 0


def test_any_other_neo4j() -> None:
    with pytest.raises(BadInput, match="SKILLPATH_NEO4J_PASSWORD"):
        connect_settings(GraphSettings(uri="bolt://127.0.0.1:1"))
    address = connect_settings(GraphSettings(uri="neo4j://127.0.0.1:1", user="me", password="secret"))
    assert (address.uri, address.user) == ("neo4j://127.0.0.1:1", "me")
    with Graph(address) as graph, pytest.raises(Unavailable, match="skillpath up"):
        graph.verify()


def test_a_wrong_password(scratch: Graph) -> None:

    with (
        Graph(replace(scratch.address, password="wrong")) as graph,
        pytest.raises(Unavailable, match="refused the user"),
    ):
        graph.verify()
