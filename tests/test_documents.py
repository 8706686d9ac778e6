"""Runs the commands of the README and of the guides as a new user would, in order, in a home of their own."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from skillpath.graph.core.database_settings import GraphSettings
from skillpath.graph.server.server import ManagedServer
from tests.stores import QUICK_START, copy_store, kill, serving

ROOT = Path(__file__).parents[1]
BIN = ROOT / ".venv" / "bin"
# docs/commands.md is written from the commands and would make every command documented.
GUIDES = sorted(path for path in ROOT.glob("docs/*.md") if path.name != "commands.md")
README = ROOT / "README.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands(document: Path) -> list[str]:
    """The shell commands of a document, comments left out."""
    lines = "".join(_BLOCK.findall(document.read_text("utf-8"))).splitlines()
    return [line.split(" #")[0].strip() for line in lines if line.strip()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path) -> dict[str, str]:
    """An environment whose home, port and server are not the user's."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SKILLPATH_")}
    return environ | {
        "PATH": f"{BIN}{os.pathsep}{environ['PATH']}",
        "SKILLPATH_PIPELINE_HOME": str(home),
        "SKILLPATH_GRAPH_HOME": str(home / "neo4j"),
        "SKILLPATH_API_PORT": str(free_port()),
    }


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A home in which nothing was done yet."""
    home = tmp_path_factory.mktemp("home")
    yield environment(home)
    kill(ManagedServer(GraphSettings(home=home / "neo4j")))


@pytest.fixture(scope="module")
def scored_home(
    tmp_path_factory: pytest.TempPathFactory, town_store: Path, town_files: Path
) -> Iterator[dict[str, str]]:
    """A home as the README's steps leave it, over a small town; its server runs."""
    home = tmp_path_factory.mktemp("scored-home")
    shutil.copytree(town_files, home / "try")
    with serving(copy_store(town_store, home / "neo4j"), QUICK_START):
        yield environment(home)


def run(command: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # The documents write to the home's usual place; here the home is elsewhere.
    moved = command.replace(".skillpath", environ["SKILLPATH_PIPELINE_HOME"])
    return subprocess.run(shlex.split(moved), env=environ, cwd=ROOT, capture_output=True, text=True, timeout=300)


def get(url: str, data: bytes | None = None) -> str:
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


@pytest.mark.long
def test_the_readme_step_by_step(empty_home: dict[str, str]) -> None:
    steps = commands(README)
    assert steps[:2] == ["make demo", "make test"]
    assert len(steps) > 10
    for command in steps[2:]:
        if command == "skillpath stop":
            continue
        done = run(command, empty_home)
        assert done.returncode == 0, f"{command}: {done.stderr or done.stdout}"
        if command.startswith("skillpath why"):
            assert "goal" in done.stdout and "take" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_the_guides(guide: Path, scored_home: dict[str, str]) -> None:
    for command in commands(guide):
        done = run(command, scored_home)
        assert done.returncode == 0, f"{command}: {done.stderr or done.stdout}"
        if command.endswith("--json"):
            assert json.loads(done.stdout)


@pytest.mark.long
def test_make_demo_ends_serving(empty_home: dict[str, str]) -> None:
    """``make demo`` over the graph that the steps before have filled: prints what to try, and answers it."""
    process = subprocess.Popen(
        ["make", "demo"], env=empty_home, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    base = f"http://127.0.0.1:{empty_home['SKILLPATH_API_PORT']}"
    try:
        printed = _until_serving(process)
        assert base in printed
        assert "no token needed on loopback" in printed
        queries = re.findall(r"^  \d\. (\{.*\})$", printed, re.MULTILINE)
        assert len(queries) == 3
        for query in queries:
            answer = json.loads(_patiently(f"{base}/graphql", json.dumps({"query": query}).encode()))
            assert "errors" not in answer
            assert str(answer["data"]).count("label") > 0
        assert json.loads(get(f"{base}/readyz"))["ready"]
        assert '<div id="app"' in get(f"{base}/console/")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def _until_serving(process: subprocess.Popen[str]) -> str:
    printed = ""
    assert process.stdout
    for line in process.stdout:
        printed += line
        if line.startswith("Serving "):
            return printed
    raise AssertionError(f"make demo ended before it served: {printed}")


def _patiently(url: str, data: bytes) -> str:
    """The service says it serves a moment before its port is open."""
    for _ in range(50):
        try:
            return get(url, data)
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_every_command_is_documented() -> None:
    text = "".join(path.read_text("utf-8") for path in [README, *GUIDES])
    listed = subprocess.run([BIN / "skillpath", "--help"], capture_output=True, text=True, check=True).stdout
    names = re.findall(r"^│ ([a-z]+) ", listed, re.MULTILINE)
    assert len(names) >= 15
    assert [name for name in names if f"skillpath {name}" not in text and f"make {name}" not in text] == []
