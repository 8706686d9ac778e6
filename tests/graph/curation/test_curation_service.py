"""The workshop on the real server: decisions, their trail, conflicts, and replays."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from skillpath.cypher import Query
from skillpath.errors import BadInput, NotFound
from skillpath.graph.core import bulk
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import UPSERT_TERMS
from skillpath.graph.curation.curation_service import Workshop
from skillpath.graph.scores.digest import graph_digest
from skillpath.ontology.curation.actions import (
    Bulk,
    Decide,
    Deprecate,
    MapTerm,
    Merge,
    Part,
    ProposalKind,
    Propose,
    RejectTerm,
    Split,
    Undo,
)
from skillpath.ontology.curation.working_copy import Conflict, Forbidden
from tests.graph.tiny import fill, skill_rows, term_rows

REQUIRED = Query(
    "x", "MATCH (:JobCluster)-[r:REQUIRES]->(s:Skill) RETURN s.code AS code, r.level AS level ORDER BY code"
)
IMPROVED = Query("x", "MATCH (:Resource)-[r:IMPROVES]->(s:Skill) RETURN s.code AS code, r.gain AS gain ORDER BY code")
MAPPED = Query("x", "MATCH (t:Term)-[m:MAPS_TO]->(s:Skill) RETURN t.code AS term, s.code AS skill, m.by AS by")
STATUS = Query("x", "MATCH (s:Skill {code: $code}) RETURN s.status AS status, s.altLabels AS altLabels")
MENTION = Query("x", "MATCH (r:Resource), (t:Term) MERGE (r)-[:MENTIONS]->(t)")


def _prepare(graph: Graph) -> None:
    fill(graph)
    bulk.upsert(graph, UPSERT_TERMS, term_rows(None), source="s")
    graph.write(MENTION)


@pytest.fixture
def workshop(empty_graph: Graph) -> Workshop:
    _prepare(empty_graph)
    return Workshop(empty_graph)


def test_a_decision_maps_the_term_and_what_mentions_it(workshop: Workshop) -> None:
    done = workshop.do(MapTerm("s:sequel", "k:git"), "ann")
    assert (done.number, done.by, done.action) == (1, "ann", "map")
    assert done.after["s:sequel"]["skill"] == "k:git"
    assert workshop.graph.read(MAPPED) == [{"term": "s:sequel", "skill": "k:git", "by": "ann"}]
    assert workshop.graph.read(IMPROVED) == [{"code": "k:git", "gain": 0.6}, {"code": "k:sql", "gain": 0.6}]
    workshop.do(RejectTerm("s:sequel"), "ann")
    assert workshop.graph.read(MAPPED) == []
    assert workshop.graph.read(IMPROVED) == [{"code": "k:sql", "gain": 0.6}]


def test_another_persons_decision_is_not_overwritten_unseen(workshop: Workshop) -> None:
    done = workshop.do(MapTerm("s:sequel", "k:git"), "ann")
    with pytest.raises(Conflict, match="ann decided"):
        workshop.do(MapTerm("s:sequel", "k:sql"), "bob")
    with pytest.raises(Conflict, match="Revision 1 changed this meanwhile"):
        workshop.do(MapTerm("s:sequel", "k:sql"), "bob", seen=0)
    workshop.do(MapTerm("s:sequel", "k:sql"), "bob", seen=done.number)
    assert workshop.graph.read(MAPPED)[0]["skill"] == "k:sql"


def test_a_merge_joins_levels_and_redirects(workshop: Workshop) -> None:
    before = graph_digest(workshop.graph)
    done = workshop.do(Merge("k:git", "k:sql", "the same"), "ann")
    assert workshop.graph.read(REQUIRED) == [{"code": "k:sql", "level": 0.8}]
    assert workshop.graph.read(STATUS, code="k:git")[0]["status"] == "deprecated"
    assert workshop.graph.read(STATUS, code="k:sql")[0]["altLabels"] == ["Git", "structured query language"]
    with pytest.raises(BadInput, match="Use k:sql"):
        workshop.do(MapTerm("s:sequel", "k:git"), "ann")
    workshop.do(Undo(done.number), "ann")
    assert workshop.graph.read(REQUIRED) == [{"code": "k:git", "level": 0.4}, {"code": "k:sql", "level": 0.8}]
    assert graph_digest(workshop.graph) != before, "the trail itself is part of the graph"


def test_the_import_keeps_what_stewards_decided(workshop: Workshop) -> None:
    workshop.do(Merge("k:git", "k:sql"), "ann")
    bulk.upsert(workshop.graph, bulk.UPSERT_SKILLS, skill_rows().with_columns(hash=pl.lit("2")), source="t")
    assert workshop.graph.read(STATUS, code="k:git")[0]["status"] == "deprecated"
    assert "Git" in workshop.graph.read(STATUS, code="k:sql")[0]["altLabels"]


def test_proposals_are_decided_by_somebody_else_and_once(workshop: Workshop) -> None:
    asked = Propose(ProposalKind.NEW_SKILL, "asked for", "Query tuning", ("tuning",), "", ("k:sql",), "s:sequel")
    number = workshop.do(asked, "ann").number
    with pytest.raises(Forbidden):
        workshop.do(Decide(f"proposal:{number}", True), "ann")
    workshop.do(Decide(f"proposal:{number}", True, "yes"), "bob")
    assert workshop.graph.read(MAPPED)[0]["skill"] == "local:skill/query-tuning"
    with pytest.raises(Conflict, match="approved already"):
        workshop.do(Decide(f"proposal:{number}", False), "cid")


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (Merge("k:sql", "k:sql"), BadInput),
        (Merge("k:sql", "k:none"), NotFound),
        (MapTerm("s:none", "k:sql"), NotFound),
        (Deprecate("k:none"), NotFound),
        (Undo(99), NotFound),
        (Decide("proposal:99", True), NotFound),
        (Bulk(()), BadInput),
        (Split("k:sql", (Part("one"),)), BadInput),
        (Propose(ProposalKind.NEW_SKILL, label="\x00bad"), BadInput),
        (Propose(ProposalKind.NEW_SKILL, label="x" * 300), BadInput),
    ],
)
def test_what_cannot_be_done_changes_nothing(workshop: Workshop, action: object, error: type[Exception]) -> None:
    before = graph_digest(workshop.graph)
    with pytest.raises(error):
        workshop.do(action, "ann")  # type: ignore[arg-type]
    assert graph_digest(workshop.graph) == before


def test_the_trail_replays_to_the_same_graph(workshop: Workshop, tmp_path: Path) -> None:
    graph = workshop.graph
    workshop.do(MapTerm("s:sequel", "k:git"), "ann")
    merged = workshop.do(Merge("k:git", "k:sql"), "ann")
    workshop.do(Undo(merged.number), "bob")
    workshop.do(Split("k:git", (Part("Git branching"), Part("Git hosting", terms=("s:sequel",))), "two things"), "ann")
    number = workshop.do(Propose(ProposalKind.DEPRECATE, skill="k:sql"), "ann").number
    workshop.do(Decide(f"proposal:{number}", True), "bob")
    trail, digest = list(workshop.trail()), graph_digest(graph)
    with graph.driver.session() as session:
        session.run("MATCH (n) WHERE NOT n:__Neo4jMigration DETACH DELETE n").consume()
    _prepare(graph)
    for revision in trail:
        workshop.replay(revision)
    assert graph_digest(graph) == digest
    with pytest.raises(Conflict, match="does not follow"):
        workshop.replay(trail[0])
