"""The curation service on the real server: decisions, their revision log, conflicts, and replays."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from skillpath.cypher import Query
from skillpath.errors import BadInput, NotFound
from skillpath.graph.core import bulk
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import UPSERT_TERMS
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.scores.digest import graph_digest
from skillpath.ontology.curation.actions import (
    Bulk,
    Decide,
    Deprecate,
    MapTerm,
    Merge,
    ProposalKind,
    Propose,
    RejectTerm,
    SplitPart,
    SplitSkill,
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
def curation(empty_graph: Graph) -> CurationService:
    _prepare(empty_graph)
    return CurationService(empty_graph)


def test_a_decision_maps_the_term_and_what_mentions_it(curation: CurationService) -> None:
    done = curation.do(MapTerm("s:sequel", "k:git"), "ann")
    assert (done.number, done.by, done.action) == (1, "ann", "map")
    assert done.after["s:sequel"]["skill"] == "k:git"
    assert curation.graph.read(MAPPED) == [{"term": "s:sequel", "skill": "k:git", "by": "ann"}]
    assert curation.graph.read(IMPROVED) == [{"code": "k:git", "gain": 0.6}, {"code": "k:sql", "gain": 0.6}]
    curation.do(RejectTerm("s:sequel"), "ann")
    assert curation.graph.read(MAPPED) == []
    assert curation.graph.read(IMPROVED) == [{"code": "k:sql", "gain": 0.6}]


def test_another_persons_decision_is_not_overwritten_unseen(curation: CurationService) -> None:
    done = curation.do(MapTerm("s:sequel", "k:git"), "ann")
    with pytest.raises(Conflict, match="ann decided"):
        curation.do(MapTerm("s:sequel", "k:sql"), "bob")
    with pytest.raises(Conflict, match="Revision 1 changed this meanwhile"):
        curation.do(MapTerm("s:sequel", "k:sql"), "bob", seen=0)
    curation.do(MapTerm("s:sequel", "k:sql"), "bob", seen=done.number)
    assert curation.graph.read(MAPPED)[0]["skill"] == "k:sql"


def test_a_merge_joins_levels_and_redirects(curation: CurationService) -> None:
    before = graph_digest(curation.graph)
    done = curation.do(Merge("k:git", "k:sql", "the same"), "ann")
    assert curation.graph.read(REQUIRED) == [{"code": "k:sql", "level": 0.8}]
    assert curation.graph.read(STATUS, code="k:git")[0]["status"] == "deprecated"
    assert curation.graph.read(STATUS, code="k:sql")[0]["altLabels"] == ["Git", "structured query language"]
    with pytest.raises(BadInput, match="Use k:sql"):
        curation.do(MapTerm("s:sequel", "k:git"), "ann")
    curation.do(Undo(done.number), "ann")
    assert curation.graph.read(REQUIRED) == [{"code": "k:git", "level": 0.4}, {"code": "k:sql", "level": 0.8}]
    assert graph_digest(curation.graph) != before, "the revision log itself is part of the graph"


def test_the_import_keeps_what_stewards_decided(curation: CurationService) -> None:
    curation.do(Merge("k:git", "k:sql"), "ann")
    bulk.upsert(curation.graph, bulk.UPSERT_SKILLS, skill_rows().with_columns(hash=pl.lit("2")), source="t")
    assert curation.graph.read(STATUS, code="k:git")[0]["status"] == "deprecated"
    assert "Git" in curation.graph.read(STATUS, code="k:sql")[0]["altLabels"]


def test_proposals_are_decided_by_somebody_else_and_once(curation: CurationService) -> None:
    asked = Propose(ProposalKind.NEW_SKILL, "asked for", "Query tuning", ("tuning",), "", ("k:sql",), "s:sequel")
    number = curation.do(asked, "ann").number
    with pytest.raises(Forbidden):
        curation.do(Decide(f"proposal:{number}", True), "ann")
    curation.do(Decide(f"proposal:{number}", True, "yes"), "bob")
    assert curation.graph.read(MAPPED)[0]["skill"] == "local:skill/query-tuning"
    with pytest.raises(Conflict, match="approved already"):
        curation.do(Decide(f"proposal:{number}", False), "cid")


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
        (SplitSkill("k:sql", (SplitPart("one"),)), BadInput),
        (Propose(ProposalKind.NEW_SKILL, label="\x00bad"), BadInput),
        (Propose(ProposalKind.NEW_SKILL, label="x" * 300), BadInput),
    ],
)
def test_what_cannot_be_done_changes_nothing(curation: CurationService, action: object, error: type[Exception]) -> None:
    before = graph_digest(curation.graph)
    with pytest.raises(error):
        curation.do(action, "ann")  # type: ignore[arg-type]
    assert graph_digest(curation.graph) == before


def test_the_revision_log_replays_to_the_same_graph(curation: CurationService, tmp_path: Path) -> None:
    graph = curation.graph
    curation.do(MapTerm("s:sequel", "k:git"), "ann")
    merged = curation.do(Merge("k:git", "k:sql"), "ann")
    curation.do(Undo(merged.number), "bob")
    curation.do(
        SplitSkill("k:git", (SplitPart("Git branching"), SplitPart("Git hosting", terms=("s:sequel",))), "two things"),
        "ann",
    )
    number = curation.do(Propose(ProposalKind.DEPRECATE, skill="k:sql"), "ann").number
    curation.do(Decide(f"proposal:{number}", True), "bob")
    revision_log, digest = list(curation.revision_log()), graph_digest(graph)
    with graph.driver.session() as session:
        session.run("MATCH (n) WHERE NOT n:__Neo4jMigration DETACH DELETE n").consume()
    _prepare(graph)
    for revision in revision_log:
        curation.replay(revision)
    assert graph_digest(graph) == digest
    with pytest.raises(Conflict, match="does not follow"):
        curation.replay(revision_log[0])
