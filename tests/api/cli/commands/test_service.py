"""The commands that serve listen only when they are about to answer."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillpath.errors import BadInput
from tests.api.cli.test_main import ROOT, SKILLPATH, Cli


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A database that takes connections and says nothing, so whoever asks it is held in the midst of preparing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("command", [("demo",), ("demo", "--no-serve"), ("serve",)], ids=" ".join)
def test_while_it_prepares_clients_are_refused(tmp_path: Path, silent: socket.socket, command: tuple[str, ...]) -> None:
    uri, port = f"bolt://127.0.0.1:{silent.getsockname()[1]}", free_port()
    environ = Cli(tmp_path).environ | {"SKILLPATH_NEO4J_URI": uri, "SKILLPATH_NEO4J_PASSWORD": "x"}
    with subprocess.Popen([SKILLPATH, *command, "--port", str(port)], env=environ, cwd=ROOT, text=True) as process:
        try:
            asked, _ = silent.accept()
            with asked, pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
            assert process.poll() is None, "it was still preparing"
        finally:
            process.kill()


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_told_before_anything_is_prepared(tmp_path: Path, silent: socket.socket, command: str) -> None:
    address = f"127.0.0.1:{silent.getsockname()[1]}"
    environ = {"SKILLPATH_NEO4J_URI": f"bolt://{address}", "SKILLPATH_NEO4J_PASSWORD": "x"}
    done = Cli(tmp_path)(command, "--port", str(silent.getsockname()[1]), **environ)
    assert done.returncode == BadInput.exit_code
    assert "Cannot listen on port" in done.stderr
    silent.settimeout(0)
    with pytest.raises(BlockingIOError):
        silent.accept()
