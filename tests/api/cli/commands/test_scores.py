"""What `skillpath score` says where some paths have no chain."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillpath.api.cli.main import app
from skillpath.chains.model.market import PATHS
from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.synthetic import TownSettings, generate_town
from tests.walks import served

SMALL = TownSettings(postings=400, students=40, resources=40, projects=20, feedback=20)
OFFERS = {"JOB": "Job", "TRAINING": "Resource", "VENTURE": "Project"}
CLOSE = Query("x", "MATCH (n:Job|Resource|Project) WHERE NOT $label IN labels(n) SET n.removed = datetime()")
FOUND = Query("x", "MATCH (r:Recommendation {run: $run}) RETURN r.path AS path, count(r) AS count")
OPEN = Query("x", "MATCH (n:Job|Resource|Project) REMOVE n.removed")


@pytest.fixture
def small_town(empty_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """A small town that the command line opens."""
    generate_town(tmp_path, SMALL)
    report = Reporter(quiet=True)
    import_ontology(empty_graph, "csv", tmp_path / "vocabulary", report, tmp_path / "quarantine")
    sync(empty_graph, read_config(tmp_path / "town.toml"), report, tmp_path / "quarantine")
    monkeypatch.setenv("SKILLPATH_NEO4J_URI", empty_graph.address.uri)
    monkeypatch.setenv("SKILLPATH_NEO4J_PASSWORD", empty_graph.address.password)
    monkeypatch.setenv("SKILLPATH_PIPELINE_HOME", str(tmp_path / "home"))
    return empty_graph


@pytest.mark.long
def test_every_path_is_counted_whatever_there_is_to_suggest(small_town: Graph) -> None:
    for kept in (*PATHS, ""):
        small_town.write(CLOSE, label=OFFERS.get(kept, ""))
        told = CliRunner().invoke(app, ["score", "--json"])
        assert told.exit_code == 0, f"{kept}: {told.exception!r}"
        metrics = json.loads(told.stdout)
        counts = {path: metrics[f"{path.lower()}_chains"] for path in PATHS}
        found = {row["path"]: row["count"] for row in small_town.read(FOUND, run=served(small_town))}
        assert counts == {path: found.get(path, 0) for path in PATHS}
        assert counts.get(kept, 1) > 0
        # Ventures are founded where no project is open too.
        assert not any(counts[path] for path in ("JOB", "TRAINING") if path != kept)
        plain = CliRunner().invoke(app, ["score"])
        assert plain.exit_code == 0, f"{kept}: {plain.exception!r}"
        shown = re.search(r"\((\d+) job, (\d+) training, (\d+) venture\)", plain.stdout)
        assert shown and [int(count) for count in shown.groups()] == [counts[path] for path in PATHS]
        small_town.write(OPEN)
