"""What resources name as prerequisites becomes relationships once both ends are there, in any order; real server."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillpath.chains.recommend import ChainSettings
from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.graph.scores.snapshot import read_snapshot
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.pipeline.inputs.chain_inputs import build_market
from tests.pipeline.ingest.test_sync import VOCABULARY

QUIET = Reporter(quiet=True)
ORDER = Query("x", "MATCH (r:Resource)-[:BUILDS_ON]->(q) RETURN r.code AS r, q.code AS q ORDER BY r, q")
SOURCE = """[[source]]
name = "{name}"
contract = "resources"
path = "{name}.csv"
columns = {{ code = "id", kind = "kind", title = "title", prerequisites = "before" }}
prefix = {{ code = "x:", prerequisites = "x:" }}
"""


@pytest.fixture
def folder(empty_graph: Graph, tmp_path: Path) -> Path:
    for name, text in VOCABULARY.items():
        (tmp_path / name).write_text(text, "utf-8")
    import_ontology(empty_graph, "csv", tmp_path, QUIET, tmp_path / "quarantine")
    return tmp_path


def order(graph: Graph, folder: Path, **sources: dict[str, str]) -> list[tuple[str, str]]:
    """What builds on what after a sync of sources that say of each resource what it needs."""
    for name, rows in sources.items():
        lines = ["id,kind,title,before", *(f"{code},course,Course {code},{before}" for code, before in rows.items())]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "sync.toml").write_text("\n".join(SOURCE.format(name=name) for name in sources), "utf-8")
    report = sync(graph, read_config(folder / "sync.toml"), QUIET, folder / "quarantine")
    assert not any(source.failure for source in report.sources)
    return [(row["r"][2:], row["q"][2:]) for row in graph.read(ORDER)]


def test_links_follow_what_resources_name(empty_graph: Graph, folder: Path) -> None:
    first = {"a": "", "b": "a|a|b|later", "c": "b|a"}
    assert order(empty_graph, folder, one=first) == [("b", "a"), ("c", "a"), ("c", "b")], "no loop, nothing unknown"
    digest = graph_digest(empty_graph)
    assert len(order(empty_graph, folder, one=first)) == 3 and graph_digest(empty_graph) == digest
    both = [("b", "a"), ("b", "later"), ("c", "a"), ("c", "b")]
    assert order(empty_graph, folder, one=first, two={"later": ""}) == both, "what came after is linked too"
    assert order(empty_graph, folder, one=first | {"c": "a", "b": ""}, two={"later": ""}) == [("c", "a")]


def test_a_cycle_is_kept_in_the_graph_and_asks_nothing(empty_graph: Graph, folder: Path) -> None:
    assert order(empty_graph, folder, one={"a": "b", "b": "a", "c": "a"}) == [("a", "b"), ("b", "a"), ("c", "a")]
    snapshot = read_snapshot(empty_graph)
    needs = build_market(snapshot, np.zeros((snapshot.skills.height, 2)), ChainSettings()).prerequisites
    assert needs is not None and needs.toarray().tolist() == [[0, 0, 0], [0, 0, 0], [1, 0, 0]]
