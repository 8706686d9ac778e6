"""Training end to end on a small town: read, learn, publish, serve; and what happens where that cannot be."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from skillpath.cypher import Query
from skillpath.errors import BadInput, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import forecasts, vectors
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.pipeline.scoring.score import score
from skillpath.pipeline.training import model_training
from skillpath.pipeline.training.model_training import LearningSettings, TrainingFolders, learn
from skillpath.synthetic import TownSettings, generate_town
from tests.graph.tiny import fill

QUIET = Reporter(quiet=True)
QUICK = LearningSettings(profile="quick", epochs=1)
NOW = Query(
    "x", "MATCH (c:JobCluster) WHERE c.forecastRun = $run RETURN count(c) AS many, collect(c.warningIndex) AS all"
)


def make_reporter() -> tuple[Reporter, io.StringIO]:
    output = io.StringIO()
    return Reporter(Console(file=output, soft_wrap=True)), output


@pytest.fixture
def folders(tmp_path: Path) -> TrainingFolders:
    return TrainingFolders(tmp_path / "history", tmp_path / "sentences", tmp_path / "models")


def test_too_few_months_give_vectors_and_a_sentence(empty_graph: Graph, folders: TrainingFolders) -> None:
    fill(empty_graph)
    report, output = make_reporter()
    done = learn(empty_graph, report, folders, QUICK)
    assert done["method"] == "spectral" and done["vectors"]["skill"] == 2
    assert "no forecasts: 0 months of posts are too few to learn from" in output.getvalue()
    assert runs.current(empty_graph, forecasts.SERVING) is None


def test_without_the_train_extra_too(
    empty_graph: Graph, folders: TrainingFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(empty_graph)
    monkeypatch.setattr(model_training, "NEEDED", ("torch", "no_such_package"))
    report, output = make_reporter()
    assert learn(empty_graph, report, folders, QUICK)["method"] == "spectral"
    assert "no_such_package is not installed (`make train-install`)" in output.getvalue()
    with pytest.raises(Unavailable, match="no_such_package"):
        learn(empty_graph, QUIET, folders, QUICK, update=True)


@pytest.mark.long
def test_a_small_town_from_posts_to_served_forecasts(
    empty_graph: Graph, folders: TrainingFolders, tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    files = tmp_path / "town"
    generate_town(files, TownSettings(postings=400, students=60, resources=30, projects=10, feedback=30, months=24))
    import_ontology(empty_graph, "csv", files / "vocabulary", QUIET, tmp_path)
    sync(empty_graph, read_config(files / "town.toml"), QUIET, tmp_path)
    with pytest.raises(BadInput, match="No model was trained yet"):
        learn(empty_graph, QUIET, folders, QUICK, update=True)
    done = learn(empty_graph, QUIET, folders, QUICK)
    assert done["method"] == "fused" and set(done["vectors"]) == {
        "cluster",
        "skill",
        "resource",
        "student",
        "skill_text",
    }
    served = runs.current(empty_graph, forecasts.SERVING)
    assert served and served["id"] == done["forecastRun"]
    assert json.loads(served["metrics"])["model"] == done["model"]
    assert Path(done["card"]).read_text("utf-8").startswith("# Model card")
    now = empty_graph.read(NOW, run=done["forecastRun"])[0]
    assert now["many"] == 68 and np.isfinite(now["all"]).all()
    again = learn(empty_graph, QUIET, folders, QUICK, update=True)
    embedded = runs.current(empty_graph, vectors.SERVING)
    assert embedded and embedded["id"] == again["run"] != done["run"]
    assert score(empty_graph, QUIET)["with_chain"] > 0
