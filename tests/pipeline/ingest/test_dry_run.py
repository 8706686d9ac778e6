"""What a sync would make of the first rows: shown as it would be, with nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skillpath.api.cli.main import app
from skillpath.errors import BadInput
from skillpath.pipeline.common.settings import Settings
from skillpath.pipeline.ingest.dry_run import DryRunSettings, dry_run, lines
from skillpath.pipeline.ingest.source_config import read_config

CONFIG = """
[[source]]
name = "posts"
contract = "jobs"
path = "posts.csv"
columns = { code = "id", title = "name", posted_at = "day", salary = "pay", skills = "needs" }
money = { currency = "EUR" }

[[source]]
name = "enrolments"
contract = "enrolments"
path = "nowhere.csv"
columns = { student = "s", resource = "r" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [f"p{i},Analyst,2024-01-{i % 28 + 1:02},3000-4000,SQL|Python,x" for i in range(300)]
    rows[1] = "p1,Analyst,2024-02-30,,,x"
    rows[2] = "p2,short"
    (tmp_path / "posts.csv").write_text("\n".join(["id,name,day,pay,needs,more", *rows]))
    (tmp_path / "skillpath.toml").write_text(CONFIG)
    return tmp_path


def test_records_as_they_would_be_counts_and_reasons(folder: Path) -> None:
    posts, lost = sorted(dry_run(read_config(folder / "skillpath.toml")), key=lambda run: run.failure)
    assert (posts.rows, posts.records, posts.quarantined, posts.not_selected) == (200, 198, 2, 0)
    assert [record["code"] for record in posts.first] == ["p0", "p3", "p4", "p5", "p6"]
    assert posts.first[0]["salary_min"] == 3000.0 and posts.first[0]["skills"] == ["SQL", "Python"]
    assert [(bad["row"], bad["line"], bad["rule"]) for bad in posts.rejected] == [(2, 3, "date"), (3, 4, "width")]
    assert posts.ignored_columns == ("more",)
    assert "No such file" in lost.failure
    shown = "\n".join(lines(posts))
    assert "would be 198 records, 2 quarantined, 0 not selected" in shown
    assert "rejected: row 2, line 3: posted_at 2024-02-30: it cannot be read as a date" in shown
    assert lines(lost)[0].startswith("enrolments: cannot be read. No such file")
    few = dry_run(read_config(folder / "skillpath.toml"), DryRunSettings(rows=10, shown=1))[0]
    assert (few.rows, len(few.first)) == (10, 1)


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sync", *arguments])


def test_the_command_takes_the_sources_of_skillpath_toml_and_needs_no_database(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.delenv("SKILLPATH_CONFIG", raising=False)
    before = sorted(folder.iterdir())
    done = command("--dry-run", "--json")
    # One of the two sources cannot be read.
    assert done.exit_code == 2
    assert {run["source"]: run["records"] for run in json.loads(done.stdout)} == {"posts": 198, "enrolments": 0}
    assert "code = p0; title = Analyst" in command("--dry-run").stdout
    suggested = command("--suggest", "posts.csv")
    assert suggested.exit_code == 0 and 'contract = "jobs"' in suggested.stdout
    assert json.loads(command("--suggest", "posts.csv", "--json").stdout)["toml"].strip() == suggested.stdout.strip()
    assert sorted(folder.iterdir()) == before
    (folder / "proposed.toml").write_text(suggested.stdout)
    assert command("proposed.toml", "--dry-run").exit_code == 0
    (folder / "skillpath.toml").unlink()
    assert "No such sync configuration (skillpath.toml)" in str(command("--dry-run").exception)


def test_settings_and_sources_share_a_file(folder: Path) -> None:
    with (folder / "skillpath.toml").open("a") as file:
        file.write("[kitchen]\nsize = 1\n")
    settings = Settings({}, folder / "skillpath.toml")
    settings.refuse_unknown({"kitchen"})
    with pytest.raises(BadInput, match="No section kitchen"):
        settings.refuse_unknown({"room"})
