"""What changed since it was computed is served with a word about it, until it is made anew."""

from __future__ import annotations

import pytest

from skillpath.cypher import Query
from skillpath.graph.core import reads
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import REMOVE, UPSERTS
from skillpath.graph.scores import chain_queries
from skillpath.graph.scores.chain_page import ChainPage
from skillpath.pipeline.scoring.refresh import Refresher
from tests.walks import served

FIRST = Query(
    "x",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation {run: $run, path: 'TRAINING', rank: 1})-[:SUGGESTS]->(x)
    MATCH (r)-[:CLOSES]->(k)
    RETURN s.code AS student, x.code AS item, min(k.code) AS skill ORDER BY student LIMIT 2""",
)
ITEM = Query("x", "MATCH (x:Resource {code: $item}) SET x.removed = $removed")
DECIDED = Query("x", "MATCH (k:Skill {code: $skill}) SET k.revision = $revision")
OTHER = Query(
    "x",
    """MATCH (x:Resource) WHERE NOT EXISTS { (:Student {code: $student})-[:ENROLLED_IN]->(x) }
    RETURN x.code AS code ORDER BY code LIMIT 1""",
)
GONE = Query("x", "MATCH ()-[e:ENROLLED_IN {code: 'late'}]->() DELETE e")


@pytest.fixture(scope="module")
def first(town: Graph) -> dict[str, str]:
    return town.read(FIRST, run=served(town))[0]


def stale(graph: Graph, student: str) -> list[tuple[str, str]]:
    """Whether the standing is, and what is suggested by the stale chains."""
    run = served(graph)
    stage = reads.by_owner(graph, reads.STAGE_STATES, [student], run=run)[0][0]
    pages = chain_queries.chain_pages(graph, run, [ChainPage(student, "TRAINING", 10)])
    for row in pages[0]:
        alone = graph.read(chain_queries.RECOMMENDATIONS, codes=[row["id"]], run=run)[0]
        assert alone["stale"] == row["stale"]
    return [("standing", student)] * stage["stale"] + [("chain", r["itemCode"]) for r in pages[0] if r["stale"]]


def test_nothing_is_stale_after_a_score(town: Graph, first: dict[str, str]) -> None:
    assert stale(town, first["student"]) == []


def test_a_record_of_a_student_makes_all_of_this_student_stale_until_a_refresh(
    town: Graph, first: dict[str, str]
) -> None:
    student, other = first["student"], town.read(FIRST, run=served(town))[1]["student"]
    taken = town.read(OTHER, student=student)[0]["code"]
    row = {"code": "late", "student": student, "resource": taken, "hash": "1", "content": "1"}
    town.write(UPSERTS["enrolments"], rows=[{**row, "properties": {"progress": 0.1}}], source="late")
    assert ("standing", student) in stale(town, student)
    assert len(stale(town, student)) > 1
    assert stale(town, other) == []
    refresher = Refresher(town)
    refresher.refresh([student])
    assert stale(town, student) == []
    town.write(REMOVE["enrolments"], codes=["late"], source="late")
    assert ("standing", student) in stale(town, student)
    town.write(GONE)
    refresher.refresh([student])
    assert stale(town, student) == []


def test_a_chain_whose_item_went_is_stale(town: Graph, first: dict[str, str]) -> None:
    town.write(ITEM, item=first["item"], removed=True)
    try:
        assert stale(town, first["student"]) == [("chain", first["item"])]
    finally:
        town.write(ITEM, item=first["item"], removed=None)


def test_a_chain_is_stale_after_a_decision_about_a_skill_it_closes(town: Graph, first: dict[str, str]) -> None:
    town.write(DECIDED, skill=first["skill"], revision=1_000)
    try:
        assert ("chain", first["item"]) in stale(town, first["student"])
    finally:
        town.write(DECIDED, skill=first["skill"], revision=None)
