"""The folder as a whole: complete, counted, reproducible, labelled."""

import hashlib
import time
import tomllib
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from skillpath.errors import BadInput
from skillpath.pipeline.ingest.cleaning import clean
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.tables import read_table
from skillpath.synthetic import TownSettings, TownSummary, generate_town

SMALL = TownSettings(postings=200, students=60, months=14, block_postings=50, block_students=25)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_town_is_as_large_as_promised(town: TownSummary, settings: TownSettings) -> None:
    assert town.rows["jobs.csv"] == settings.postings == 5000
    assert town.rows["students.csv"] == settings.students == 1500
    assert town.rows["resources.csv"] == settings.resources >= 120
    assert town.rows["projects.csv"] == settings.projects == 60
    assert town.rows["feedback.csv"] == settings.feedback == 520
    assert town.rows["enrolments.csv"] > 10_000
    assert town.rows["events.csv"] > 2 * town.rows["enrolments.csv"]
    assert town.rows["participation.csv"] > 100


def test_files_hold_the_counted_rows(town: TownSummary) -> None:
    for name, rows in town.rows.items():
        written = pl.read_csv(town.folder / name, infer_schema=False)
        assert written.height == rows + sum(town.dirty.get(name, {}).values())


def test_dirt_is_about_the_set_share(town: TownSummary, settings: TownSettings) -> None:
    synced = sum(rows for name, rows in town.rows.items() if "/" not in name)
    assert town.dirty_rows == pytest.approx(settings.dirty_share * synced, rel=0.1)
    enrolments = pl.read_csv(town.folder / "enrolments.csv", infer_schema=False)
    students = pl.read_csv(town.folder / "students.csv", infer_schema=False)["code"].drop_nulls()
    counted = town.dirty["enrolments.csv"]
    assert (~enrolments["student"].is_in(students.to_list())).sum() == counted["unknown student"]
    assert (enrolments["progress"].cast(pl.Float64) > 1).sum() == counted["progress above 1"]
    assert enrolments["at"].str.to_date(strict=False).is_null().sum() == counted["broken date"]


def test_cleaning_leaves_the_good_rows_alone(town: TownSummary) -> None:
    for spec in read_config(town.folder / "town.toml").sources:
        cleaned = clean(read_table(spec.path), spec)
        damage = town.dirty[f"{spec.contract}.csv"]
        # Whom a row refers to is not known before the graph is asked.
        waiting = sum(rows for kind, rows in damage.items() if kind.startswith("unknown ") and kind != "unknown kind")
        assert cleaned.frame.height == town.rows[f"{spec.contract}.csv"] + waiting, spec.name
        assert cleaned.rejected["row"].n_unique() == sum(damage.values()) - waiting, spec.name


def test_pay_as_cleaned_is_the_pay_of_the_truth(town: TownSummary) -> None:
    spec = next(spec for spec in read_config(town.folder / "town.toml").sources if spec.contract == "jobs")
    latent = pl.read_parquet(town.folder / "truth" / "postings.parquet")
    both = clean(read_table(spec.path), spec).frame.join(latent, on="code")
    assert both.height == latent.height
    for end, side in (("min", "low"), ("max", "high")):
        read, meant = both[f"salary_{end}"] * 12, both[f"pay_{side}"]
        assert (read.is_null() == meant.is_null()).all()
        assert read.drop_nulls().to_list() == pytest.approx(meant.drop_nulls().to_list(), abs=0.1)
    assert set(both["salary_currency"].drop_nulls()) == {"EUR"}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first = generate_town(tmp_path / "a", SMALL)
    second = generate_town(tmp_path / "b", SMALL)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    assert (first.rows, first.dirty) == (second.rows, second.dirty)


def test_another_seed_gives_another_town(tmp_path: Path) -> None:
    generate_town(tmp_path / "a", SMALL)
    generate_town(tmp_path / "b", replace(SMALL, seed=8))
    one, two = digests(tmp_path / "a"), digests(tmp_path / "b")
    assert set(one) == set(two)
    same = {name for name in one if one[name] == two[name]}
    written_by_hand = {"vocabulary/skills.csv", "vocabulary/clusters.csv", "vocabulary/requirements.csv"}
    assert same == {"town.toml", *written_by_hand}


def test_writing_again_replaces_the_earlier_town(tmp_path: Path) -> None:
    generate_town(tmp_path, SMALL)
    before = digests(tmp_path)
    generate_town(tmp_path, SMALL)
    assert digests(tmp_path) == before


def test_the_smallest_town_is_still_a_town(tmp_path: Path) -> None:
    tiny = TownSettings(postings=10, students=10, resources=10, projects=10, months=1)
    summary = generate_town(tmp_path, tiny)
    assert summary.rows["jobs.csv"] == 10
    assert summary.rows["enrolments.csv"] > 0


def test_the_sync_config_describes_every_file(folder: Path) -> None:
    config = tomllib.loads((folder / "town.toml").read_text())
    assert (config["name"], config["synthetic"]) == ("town", True)
    assert [source["contract"] for source in config["source"]] == [
        "jobs",
        "resources",
        "students",
        "enrolments",
        "projects",
        "events",
        "feedback",
        "participation",
    ]
    for source in config["source"]:
        written = pl.read_csv(folder / source["path"], infer_schema=False)
        assert list(source["columns"].values()) == written.columns
        assert source.get("money", {}) == ({"currency": "EUR", "period": "year"} if "salary" in written.columns else {})
        assert source.get("lists", {}) == ({"skills": "|"} if "skills" in written.columns else {})


def test_the_readme_says_synthetic_and_names_the_seed(folder: Path) -> None:
    readme = (folder / "README.txt").read_text()
    assert "SYNTHETIC" in readme
    assert "Seed 7;" in readme


def test_codes_refer_to_each_other(folder: Path) -> None:
    def codes(name: str, column: str) -> set[str]:
        return set(pl.read_csv(folder / name, infer_schema=False)[column].drop_nulls())

    assert codes("enrolments.csv", "resource") <= codes("resources.csv", "code")
    assert codes("students.csv", "target") <= codes("vocabulary/clusters.csv", "code")
    assert codes("vocabulary/requirements.csv", "skill") <= codes("vocabulary/skills.csv", "code")


def test_the_truth_is_apart_and_matches(town: TownSummary) -> None:
    truth = {path.stem: pl.read_parquet(path) for path in (town.folder / "truth").iterdir()}
    market = {"demand", "demand_shocks", "diffusion", "requirements", "postings"}
    assert set(truth) == {*market, "gains", "students", "levels", "choices", "tastes", "feedback", "parameters"}
    demand = truth["demand"]
    assert (demand["postings"] + demand["reposts"]).sum() == town.rows["jobs.csv"] == truth["postings"].height
    assert truth["students"].height == town.rows["students.csv"]
    assert truth["feedback"].height == town.rows["feedback.csv"]
    assert (truth["levels"]["level"] >= truth["levels"]["before"] - 1e-12).all()


def test_it_is_quick(tmp_path: Path) -> None:
    begun = time.process_time()
    generate_town(tmp_path, TownSettings())
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"postings": 0},
        {"students": 9},
        {"start": "2023-13"},
        {"start": "soon"},
        {"months": 0},
        {"dirty_share": 0.5},
        {"seed": -1},
        {"trend_scale": -1.0},
        {"need_share": 1.2},
    ],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, int | float | str]) -> None:
    with pytest.raises(BadInput, match=next(iter(wrong))):
        TownSettings(**wrong)  # type: ignore[arg-type]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "town"
    place.write_text("here already")
    with pytest.raises(BadInput, match="Cannot write"):
        generate_town(place, SMALL)
    assert place.read_text() == "here already"
