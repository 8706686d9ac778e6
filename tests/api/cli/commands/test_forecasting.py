"""The command that forecasts a table: what it says, as sentences and as JSON, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from skillpath.api.cli.main import app
from skillpath.errors import BadInput
from tests.embeddings.series.test_series_model import town
from tests.pipeline.training.test_series_forecast import table_of


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "series.csv"
    table_of(town(skills=20)).write_csv(path)
    return path


def test_it_says_what_it_wrote(tmp_path: Path, table: Path) -> None:
    out = tmp_path / "ahead.csv"
    done = CliRunner().invoke(app, ["forecast", str(table), "--horizon", "3", "--out", str(out)])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].startswith("80 series, 2021-01 to 2023-06: 2023-07, 2023-08, 2023-09 written to ")
    assert lines[0].endswith("; learned from 22 windows of the past.")
    assert lines[1].startswith("Expected in all: ")
    assert pl.read_csv(out).shape == (80, 5)


def test_it_says_the_same_as_json_and_keeps_its_model(tmp_path: Path, table: Path) -> None:
    arguments = ["forecast", str(table), "--json", "--out"]
    kept = CliRunner().invoke(app, [*arguments, str(tmp_path / "a.csv"), "--save", str(tmp_path / "model")])
    again = CliRunner().invoke(app, [*arguments, str(tmp_path / "b.csv"), "--model", str(tmp_path / "model")])
    one, other = json.loads(kept.stdout), json.loads(again.stdout)
    assert one["ahead"] == ["2023-07", "2023-08", "2023-09"]
    assert {**one, "out": ""} == {**other, "out": ""}
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_it_refuses_with_a_sentence(tmp_path: Path, table: Path) -> None:
    done = CliRunner().invoke(app, ["forecast", str(table), "--horizon", "40", "--out", str(tmp_path / "x.csv")])
    assert done.exit_code != 0
    assert isinstance(done.exception, BadInput)
    assert "Give 1 to 12" in str(done.exception)


def test_a_small_table_loads_no_heavy_library(tmp_path: Path, table: Path) -> None:
    code = (
        "import sys; from skillpath.pipeline.training.series_forecast import forecast_table; from pathlib import Path;"
        f"forecast_table(Path({str(table)!r}), Path({str(tmp_path / 'x.csv')!r}));"
        "print(sorted({'torch', 'xgboost', 'sklearn', 'pandas', 'neo4j'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
