"""A full steward's day on the real server, as one test, and its replay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from skillpath.cypher import Query
from skillpath.errors import BadInput
from skillpath.graph.core.connection import Graph
from skillpath.graph.curation import curation_reads as reads
from skillpath.graph.curation.bulk_decisions import decide_filtered
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.curation.revision_log_file import read_revision_log, write_revision_log
from skillpath.graph.curation.term_filter import TermFilter
from skillpath.graph.scores.digest import graph_digest
from skillpath.ontology.curation.actions import (
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
from skillpath.ontology.formats.writers import write_release
from skillpath.ontology.release.release import Release
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology, preview_import
from skillpath.pipeline.curation.release_store import exported
from skillpath.pipeline.ingest.sync import SyncReport

QUIET = Reporter(quiet=True)
BUSIEST = Query(
    "x",
    "MATCH (s:Skill) WHERE s.kind <> 'group' AND NOT EXISTS { (s)-[:BROADER]->(p)<-[:REPLACED_BY]-() } "
    "RETURN s.code AS code ORDER BY COUNT { (s)<-[:REQUIRES]-() } DESC, code LIMIT 6",
)
LINKS = Query(
    "x", "MATCH (a)-[r:REQUIRES|IMPROVES]->(s:Skill) WHERE NOT a:Skill RETURN count(r) AS links, count(DISTINCT a) AS n"
)


def _wipe(graph: Graph) -> None:
    with graph.driver.session() as session:
        session.run(
            "MATCH (n) WHERE NOT n:__Neo4jMigration CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
        ).consume()


def _day(curation: CurationService) -> None:
    """Queue, map, reject, propose, approve, merge, split, deprecate, undo."""
    graph = curation.graph
    terms = reads.queue_page(graph, TermFilter("unmapped"), 4)
    skills = [row["code"] for row in graph.read(BUSIEST)]
    assert terms[0]["affected"] >= terms[-1]["affected"] > 0
    curation.do(MapTerm(terms[0]["code"], skills[0], "the same thing"), "ann")
    curation.do(RejectTerm(terms[1]["code"], "no skill"), "ann")
    asked = Propose(ProposalKind.NEW_SKILL, "missing", "Kite repair", ("fixing kites",), "", (), terms[2]["code"])
    number = curation.do(asked, "ann").number
    curation.do(Decide(f"proposal:{number}", True, "agreed"), "bob")
    number = curation.do(Propose(ProposalKind.MERGE, "twins", skill=skills[1], into=skills[2]), "bob").number
    curation.do(Decide(f"proposal:{number}", False, "they are not"), "ann")
    curation.do(Merge(skills[4], skills[5], "twins"), "ann")
    mistaken = curation.do(Merge(skills[1], skills[2]), "ann")
    curation.do(Undo(mistaken.number, "a mistake"), "ann")
    curation.do(SplitSkill(skills[3], (SplitPart("One half"), SplitPart("Other half"))), "bob")
    curation.do(Deprecate("local:skill/other-half", "local:skill/one-half"), "bob")
    decide_filtered(curation, TermFilter("unmapped", contains="a"), "ann", False, 0.0, preview=False)


@pytest.mark.long
def test_a_stewards_day(empty_graph: Graph, load_town: Callable[[Graph], SyncReport], tmp_path: Path) -> None:
    load_town(empty_graph)
    curation = CurationService(empty_graph)
    _day(curation)
    revision_log = tmp_path / "trail.jsonl"
    assert write_revision_log(curation.revision_log(), revision_log) == 12
    assert [revision.action for revision in read_revision_log(revision_log)] == [
        *("map", "reject", "propose", "decide", "propose", "decide", "merge", "merge", "undo", "split"),
        *("deprecate", "bulk"),
    ]
    digest = graph_digest(empty_graph)
    release = exported(empty_graph, None, "after")
    write_release("skos", release, tmp_path / "town.ttl")
    write_release("csv", release, tmp_path / "town")

    _wipe(empty_graph)
    load_town(empty_graph)
    for revision in read_revision_log(revision_log):
        curation.replay(revision)
    assert graph_digest(empty_graph) == digest, "a replay of the revisions gives the same graph"

    again = load_town(empty_graph)
    assert all(source.failure == "" for source in again.sources)
    assert _same(exported(empty_graph, None, "after"), release), "importing the old release again keeps the decisions"

    for format_, path in (("skos", tmp_path / "town.ttl"), ("csv", tmp_path / "town")):
        _wipe(empty_graph)
        import_ontology(empty_graph, format_, path, QUIET, tmp_path / "quarantine")
        assert _same(exported(empty_graph, None, "after"), release), "an export says all there is to say"


def _same(one: Release, other: Release) -> bool:
    names = ("skills", "broader", "related", "clusters", "requirements", "replaced")
    return all(
        getattr(one, name).drop("category", strict=False).equals(getattr(other, name).drop("category", strict=False))
        for name in names
    )


def _vocabulary(folder: Path, skills: list[str], needs: list[str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "skills.csv").write_text("code,label,altLabels,broader\n" + "\n".join(skills) + "\n", "utf-8")
    (folder / "clusters.csv").write_text("code,label\nc:1,analyst\n", "utf-8")
    (folder / "requirements.csv").write_text("cluster,skill,essential\n" + "\n".join(needs) + "\n", "utf-8")
    (folder / "release.csv").write_text(f"name,version\nTown,{folder.name}\n", "utf-8")
    return folder


@pytest.fixture
def releases(tmp_path: Path) -> tuple[Path, Path]:
    old = _vocabulary(
        tmp_path / "1",
        ["a,SQL,sequel,", "b,Git,,a", "c,Fax,,", "d,Excel,,"],
        ["c:1,a,true", "c:1,c,false", "c:1,d,true"],
    )
    new = _vocabulary(
        tmp_path / "2",
        ["a,SQL,queries,", "b,Git,,", "d,Excel,,", "e,Rust,,"],
        ["c:1,a,false", "c:1,d,true", "c:1,e,true"],
    )
    return old, new


@pytest.mark.long
def test_a_newer_release_over_an_older_one(empty_graph: Graph, releases: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = releases
    import_ontology(empty_graph, "csv", old, QUIET, tmp_path)
    curation = CurationService(empty_graph)
    curation.do(Merge("d", "b", "one thing"), "ann")
    before = graph_digest(empty_graph)
    release, changes = preview_import(empty_graph, "csv", new, QUIET)
    assert graph_digest(empty_graph) == before, "a preview writes nothing"
    counts = changes.counts()
    assert counts["skills"] == {"added": 1, "changed": 2, "vanished": 1}, "b lost its category"
    assert counts["broader"] == {"added": 0, "changed": 0, "vanished": 1}
    assert counts["requirements"] == {"added": 1, "changed": 1, "vanished": 1}
    assert any("- c  Fax" in line for line in changes.lines())
    assert release.requirements["skill"].to_list() == ["a", "b", "e"], "links follow the redirect"
    import_ontology(empty_graph, "csv", new, QUIET, tmp_path)
    after = {row["code"]: row for row in exported(empty_graph, None, "").skills.iter_rows(named=True)}
    assert (after["c"]["status"], after["d"]["status"]) == ("deprecated", "deprecated")
    assert after["a"]["altLabels"] == ["queries"]
    assert "Excel" in after["b"]["altLabels"], "what the steward decided stays"
    assert exported(empty_graph, None, "").requirements["skill"].to_list() == ["a", "b", "e"]
    again = import_ontology(empty_graph, "csv", new, QUIET, tmp_path)
    assert {(c.inserted, c.updated) for c in again.written.values()} == {(0, 0)}
    import_ontology(empty_graph, "csv", old, QUIET, tmp_path)
    back = pl.DataFrame(exported(empty_graph, None, "").skills)
    assert back.filter(code="c")["status"].to_list() == ["released"], "what comes back is used again"


def test_a_broken_release_leaves_the_vocabulary(
    empty_graph: Graph, releases: tuple[Path, Path], tmp_path: Path
) -> None:
    import_ontology(empty_graph, "csv", releases[0], QUIET, tmp_path)
    before = graph_digest(empty_graph)
    broken = tmp_path / "broken.ttl"
    broken.write_text("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<a> a skos:Concept ; skos:", "utf-8")
    with pytest.raises(BadInput, match=r"broken.*Mend that place"):
        import_ontology(empty_graph, "skos", broken, QUIET, tmp_path)
    assert graph_digest(empty_graph) == before
