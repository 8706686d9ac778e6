"""The command that writes a synthetic town: what it says, as sentences and as JSON, and what it refuses."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillpath.api.cli.main import app


def test_it_says_what_it_wrote(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["generate", "--scale", "120", "--seed", "3", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Synthetic town (120, seed 3)")
    assert "  jobs.csv: 120 rows, and 5 broken ones" in lines
    assert {line.split(":")[0].strip() for line in lines[1:]} == {
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.csv")
    }


def test_it_says_the_same_as_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["generate", "--scale", "50", "--out", str(tmp_path), "--json"])
    report = json.loads(done.stdout)
    assert (report["scale"], report["seed"], report["rows"]["jobs.csv"]) == ("50", 7, 50)
    assert sum(report["dirty"]["feedback.csv"].values()) == 6


@pytest.mark.parametrize("scale", ["tiny", "9", "-5", ""])
def test_it_refuses_what_is_no_scale(tmp_path: Path, scale: str) -> None:
    from skillpath.errors import BadInput

    done = CliRunner().invoke(app, ["generate", f"--scale={scale}", "--out", str(tmp_path / "town")])
    assert done.exit_code != 0
    assert isinstance(done.exception, BadInput)
    assert "Give demo, seed, or a number of posts" in str(done.exception)
    assert not (tmp_path / "town").exists()
