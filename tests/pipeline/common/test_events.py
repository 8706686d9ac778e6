"""Each run, source, batch and refresh leaves its lines, with id and milliseconds."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.pipeline.scoring.refresh import Refresher
from skillpath.pipeline.scoring.score import score
from skillpath.pipeline.training.train import train
from skillpath.synthetic import TownSettings, generate_town
from tests.conftest import LogLines

_ANY = Query("x", "MATCH (s:Student) RETURN s.code AS code ORDER BY code LIMIT 1")


@pytest.mark.long
def test_runs_sources_batches_and_refreshes_are_logged(empty_graph: Graph, tmp_path: Path, log_lines: LogLines) -> None:
    quiet = Reporter(quiet=True)
    generate_town(tmp_path, TownSettings(postings=200, students=30, resources=40, projects=10, feedback=20))
    config = read_config(tmp_path / "town.toml")
    import_ontology(empty_graph, "csv", tmp_path / "vocabulary", quiet, tmp_path / "quarantine")
    done = sync(empty_graph, config, quiet, tmp_path / "quarantine")
    train(empty_graph, quiet)
    scored = score(empty_graph, quiet)
    student = empty_graph.read(_ANY)[0]["code"]
    Refresher(empty_graph).refresh([student])
    lines = log_lines()
    kinds = Counter(["import", "sync", "train", "progression", "score"])
    for event in ("run.started", "run.finished"):
        told = named(lines, event)
        assert Counter(line["kind"] for line in told) == kinds
        assert all(line["ms"] >= 0 and line["run"].startswith(line["kind"] + "-") for line in told)
    assert scored["run"] in {line["run"] for line in named(lines, "run.finished")}
    sources = {line["source"]: line for line in named(lines, "source.synced")}
    assert set(sources) == {spec.name for spec in config.sources}
    assert len(named(lines, "source.synced")) == len(sources)
    for source in done.sources:
        line = sources[source.source]
        counts = source.records
        said = (line["rows"], line["new"], line["changed"], line["quarantined"])
        assert said == (source.rows, counts.inserted, counts.updated, source.quarantined)
        assert line["run"] == done.run
        assert line["ms"] > 0
    batches = named(lines, "batch.written")
    assert {line["level"] for line in batches} == {"debug"}
    assert {"skills/upsert_skills", "jobs/upsert_jobs", "recommendations/write_chains"} <= {
        b["statement"] for b in batches
    }
    posts = sum(line["rows"] for line in batches if line["statement"] == "jobs/upsert_jobs")
    assert posts == sources["posts"]["new"] + sources["posts"]["changed"]
    (refreshed,) = named(lines, "students.refreshed")
    assert (refreshed["students"], refreshed["run"]) == (1, scored["run"])
    assert refreshed["ms"] > 0
    assert student not in str([line for line in lines if line["level"] != "debug"]), "who it was is nobody's business"


def test_the_warm_up_thread_outlives_what_nobody_expected(
    empty_graph: Graph, log_lines: LogLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, looks = threading.Event(), list[int]()

    def broken(*_: object) -> None:
        looks.append(1)
        if len(looks) == 3:
            stop.set()
        raise RuntimeError("a broken part")

    monkeypatch.setattr("skillpath.pipeline.scoring.refresh.POLL_SECONDS", 0.01)
    monkeypatch.setattr(Refresher, "_of_served_run", broken)
    Refresher(empty_graph).keep_warm(stop)
    assert len(looks) == 3
    (failed,) = named(log_lines(), "market.failed")
    assert "RuntimeError: a broken part" in failed["exception"]


def named(lines: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == event]
