"""A real MariaDB for the tests of this folder, private to them."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

PROGRAMS = ("mariadbd", "mariadb-install-db", "my_print_defaults")
SETUP = """
ALTER USER root@localhost IDENTIFIED BY '{root}';
CREATE DATABASE business CHARACTER SET utf8mb4;
CREATE USER reader@localhost IDENTIFIED BY '{reader}';
GRANT SELECT ON business.* TO reader@localhost;
"""


@dataclass(frozen=True)
class MariaDB:
    """A running server: its port, and the password of a user who may only read ``business``."""

    port: int
    password: str
    engine: Engine

    @property
    def url(self) -> str:
        """What a configuration would say."""
        return f"mysql://reader:${{BUSINESS_PASSWORD}}@127.0.0.1:{self.port}/business"


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A server of its own folder, port and passwords, killed at the end."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        message = f"no {', '.join(missing)}: deploy/test_database.sh installs them"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # Not pytest's folder: the path of a socket may not be longer than some hundred characters.
    with tempfile.TemporaryDirectory(prefix="mariadb-") as folder:
        yield from _serving(Path(folder))


def _serving(folder: Path) -> Iterator[MariaDB]:
    # A password with every character that an address cannot hold as it stands.
    root, reader, port = secrets.token_hex(16), secrets.token_hex(8) + "@:/?#%{} $é", _free_port()
    (folder / "setup.sql").write_text(SETUP.format(root=root, reader=reader), "utf-8")
    user = ["--user=root"] if os.geteuid() == 0 else []
    data = f"--datadir={folder / 'data'}"
    install = ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", *user]
    subprocess.run([*install, "--skip-test-db"], check=True, capture_output=True)
    options = [
        f"--port={port}",
        "--bind-address=127.0.0.1",
        f"--socket={folder / 's'}",
        f"--init-file={folder / 'setup.sql'}",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(["mariadbd", "--no-defaults", data, *user, *options], stderr=log, stdout=log)
    engine = create_engine(f"mysql+pymysql://root:{root}@127.0.0.1:{port}/business")
    try:
        _wait(engine, server, folder / "log")
        yield MariaDB(port, reader, engine)
    finally:
        engine.dispose()
        server.kill()
        server.wait()


def _wait(engine: Engine, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
                return
        except Exception:
            assert server.poll() is None, log.read_text("utf-8", "replace")[-2000:]
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace")[-2000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
