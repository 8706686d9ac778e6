"""The command line: exit codes, sentences, JSON, and a quick start."""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from skillpath.graph.core.connection import Graph
from tests.town import TOWN

ROOT = Path(__file__).parents[3]
SKILLPATH = Path(sys.executable).with_name("skillpath")


class Cli:
    """Runs commands with a home of their own, over a given server or none."""

    def __init__(self, home: Path, graph: Graph | None = None) -> None:
        self.environ = {k: v for k, v in os.environ.items() if not k.startswith("SKILLPATH_")}
        self.environ |= {"SKILLPATH_PIPELINE_HOME": str(home), "SKILLPATH_GRAPH_HOME": str(home / "neo4j")}
        if graph:
            self.environ["SKILLPATH_NEO4J_URI"] = graph.address.uri
            self.environ["SKILLPATH_NEO4J_PASSWORD"] = graph.address.password

    def __call__(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SKILLPATH, *arguments], env=self.environ | environ, capture_output=True, text=True, cwd=ROOT, timeout=120
        )


@pytest.fixture
def alone(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


@pytest.fixture
def over_town(tmp_path: Path, town: Graph) -> Cli:
    return Cli(tmp_path / "home", town)


@pytest.fixture
def over_empty(tmp_path: Path, empty_graph: Graph) -> Cli:
    return Cli(tmp_path / "home", empty_graph)


def seconds_of(command: list[str | Path]) -> float:
    """Processor time of a command, since the clock also tells how busy the machine is."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_is_quick() -> None:
    """It costs hardly more than the library that prints it; a stack of data libraries would cost twice as much."""
    library = [sys.executable, "-c", "import typer.main, typer.rich_utils, rich.markdown"]
    pairs = [(seconds_of([SKILLPATH, "--help"]), seconds_of([*library])) for _ in range(7)]
    own, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert own < 1.8 * bare


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("score",), "Neo4j was never started here"),
        (("migrate", "--info"), "Run `skillpath up`"),
        (("serve", "--port", "0"), "Run `skillpath up`"),
    ],
)
def test_without_a_database(alone: Cli, arguments: tuple[str, ...], sentence: str) -> None:
    done = alone(*arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1, "one sentence, no traceback"


def test_status_and_doctor_without_a_database(alone: Cli) -> None:
    status = alone("status", "--json")
    assert status.returncode == 1
    assert json.loads(status.stdout)["state"] == "absent"
    doctor = alone("doctor", "--json")
    assert doctor.returncode == 1
    checks = {check["name"]: check for check in json.loads(doctor.stdout)["checks"]}
    assert checks["disk"]["ok"] and not checks["database"]["ok"]
    assert "skillpath up" in checks["database"]["message"]


def test_another_neo4j_that_is_not_there(alone: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    done = alone("score", SKILLPATH_NEO4J_URI=f"bolt://127.0.0.1:{port}", SKILLPATH_NEO4J_PASSWORD="x")
    assert done.returncode == 1
    assert "Neo4j does not answer" in done.stderr
    nothing = alone("score", SKILLPATH_NEO4J_URI=f"bolt://127.0.0.1:{port}")
    assert nothing.returncode == 2
    assert "SKILLPATH_NEO4J_PASSWORD" in nothing.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ontology", "import", "esco", "nowhere"), "nowhere"),
        (("ontology", "import", "klingon", "."), "klingon"),
        (("ontology", "import", "csv", "docs"), "skills.csv"),
        (("sync", "nowhere.toml"), "No such sync configuration"),
        (("sync", "README.md"), "Not a TOML file"),
    ],
)
def test_wrong_input_is_told_in_a_sentence(over_empty: Cli, arguments: tuple[str, ...], sentence: str) -> None:
    done = over_empty(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_wrong_settings(alone: Cli) -> None:
    done = alone("doctor", SKILLPATH_API_PORT="many")
    assert done.returncode == 2
    assert "SKILLPATH_API_PORT" in done.stderr


def test_sync_before_any_ontology(over_empty: Cli, town_files: Path) -> None:
    done = over_empty("sync", str(town_files / "town.toml"))
    assert done.returncode == 1
    assert "ontology import" in done.stderr


@pytest.mark.long
def test_a_bad_file_among_good_ones(over_empty: Cli, town_files: Path, tmp_path: Path) -> None:
    assert over_empty("ontology", "import", "csv", str(town_files / "vocabulary")).returncode == 0
    config = tmp_path / "sync.toml"
    text = (town_files / "town.toml").read_text("utf-8").replace('path = "resources.csv"', 'path = "lost.csv"')
    config.write_text(text.replace("name = ", f'root = "{town_files}"\nname = ', 1), "utf-8")
    done = over_empty("sync", str(config), "--json")
    assert done.returncode == 2
    sources = {source["source"]: source for source in json.loads(done.stdout)["sources"]}
    assert "No such file" in sources["resources"]["failure"]
    assert sources["posts"]["records"]["inserted"] == TOWN.postings
    postings = sources["posts"]
    accepted = sum(postings["records"].values())
    assert postings["rows"] == accepted + postings["quarantined"] + postings["not_selected"]
    rows = Path(postings["quarantine"]).read_text("utf-8").splitlines()
    assert rows[0] == "file,row,line,column,value,reason,rule"
    assert len(rows) == 1 + postings["quarantined"]


def test_why(over_town: Cli, somebody: str) -> None:
    done = over_town("why", somebody)
    assert done.returncode == 0
    found = json.loads(over_town("why", somebody, "--json").stdout)
    first = next(chain for chain in found["chains"] if chain["path"] == "TRAINING")
    assert first["text"] in done.stdout
    alone = over_town("why", somebody, first["id"])
    assert first["text"] in alone.stdout
    assert len(alone.stdout) < len(done.stdout)


def test_why_nobody(over_town: Cli, somebody: str) -> None:
    for arguments in (("nobody",), (somebody, "nothing")):
        done = over_town("why", *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("error: ")


def test_the_service_listens_on_loopback_alone_and_tells_a_taken_port(over_town: Cli) -> None:
    everywhere = over_town("serve", "--host", "0.0.0.0")
    assert everywhere.returncode == 2
    assert "loopback only" in everywhere.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = over_town("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Cannot listen on port" in done.stderr


@pytest.mark.long
def test_logs_leave_standard_output_to_results(over_empty: Cli, town_files: Path) -> None:
    vocabulary = str(town_files / "vocabulary")
    done = over_empty("--verbose", "ontology", "import", "csv", vocabulary, "--json", SKILLPATH_LOGGING_JSON="true")
    assert json.loads(done.stdout)["read"]["skills"] > 0
    logged = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [line["event"] for line in logged] == ["run.started", "run.finished"]
    quiet = over_empty("ontology", "import", "csv", vocabulary)
    assert "run.started" not in quiet.stderr


def test_an_unexpected_error_leaves_a_traceback_and_a_sentence(alone: Cli) -> None:
    code = (
        "import sys; sys.argv = ['skillpath', 'schema']\n"
        "from skillpath.api.cli.main import main\n"
        "from skillpath.api.graphql import schema\n"
        "def broken(): raise RuntimeError('a broken part')\n"
        "schema.build_schema = broken\n"
        "main()"
    )
    environ = alone.environ | {"SKILLPATH_LOGGING_JSON": "true"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert done.stdout == ""
    line, sentence = done.stderr.splitlines()
    assert "in broken" in json.loads(line)["exception"]
    assert "RuntimeError: a broken part" in json.loads(line)["exception"]
    assert sentence.startswith("error: Something unexpected")
