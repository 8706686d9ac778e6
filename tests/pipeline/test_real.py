"""The real data, loaded and scored as the README says."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.pipeline.scoring.score import score
from tests.walks import check_chains, leftovers

pytestmark = pytest.mark.realdata
ROOT = Path(__file__).parents[2]
QUIET = Reporter(quiet=True)


def count(graph: Graph, pattern: str) -> int:
    return int(graph.read(Query("x", f"MATCH {pattern} RETURN count(*) AS count"))[0]["count"])


def test_what_is_in_the_graph(real: Graph) -> None:
    assert count(real, "(s:Skill) WHERE s.kind <> 'group'") == 13_896
    assert count(real, "(s:Skill) WHERE s.kind = 'group'") == 640
    assert count(real, "(c:JobCluster)") == 3_007
    assert count(real, "(:JobCluster)-[r:REQUIRES]->(:Skill)") == 123_855 - 67
    assert count(real, "(j:Job) WHERE j.postedAt >= date('2017-01-01')") == 19_476
    assert count(real, "(r:Course)") == 1_698
    assert count(real, "(s:Student)") == 5_000
    assert count(real, "(s:Student) WHERE NOT (s)-[:ENROLLED_IN]->()") == 0
    assert count(real, "(p:Project)") == 1_278
    assert count(real, "(t:Term) WHERE (t)-[:MAPS_TO]->()") > 250
    assert count(real, "(t:Term) WHERE NOT (t)-[:MAPS_TO]->()") > 1_000
    assert count(real, "(t:Term) WHERE NOT ()-[:MENTIONS]->(t)") == 0


def test_at_least_3000_learners_have_a_chain_that_walks(real: Graph) -> None:
    totals = check_chains(real)
    assert totals["students"] >= 3_000


def test_the_requirements_that_were_not_taken_are_told(real: Graph, real_data: Path, tmp_path: Path) -> None:
    done = import_ontology(real, "esco", real_data / "ontology", QUIET, tmp_path)
    assert {(c.inserted, c.updated) for c in done.written.values()} == {(0, 0)}
    kept = (tmp_path / "ontology-ESCO.csv").read_text("utf-8")
    assert kept.count("esco_occupation_skill") == 67


def test_sync_and_score_twice_leave_the_same_graph(real: Graph, real_data: Path, tmp_path: Path) -> None:
    before = graph_digest(real)
    again = sync(real, read_config(ROOT / "examples" / "real.toml", real_data), QUIET, tmp_path)
    assert {(s.records.inserted, s.records.updated) for s in again.sources} == {(0, 0)}
    score(real, QUIET)
    assert graph_digest(real) == before
    assert leftovers(real) == 0
