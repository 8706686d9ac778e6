"""The object-graph mapping on the live server, and the notebook guide's code as it is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from skillpath.graph.core import bulk
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import UPSERT_TERMS
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.curation.py2neo_ogm import Proposal, Revision, Skill, Term, connect
from skillpath.ontology.curation.actions import Decide, MapTerm, Merge, ProposalKind, Propose
from tests.graph.tiny import fill, term_rows

GUIDE = Path(__file__).parents[3] / "docs" / "notebooks.md"


@pytest.fixture
def decided(empty_graph: Graph) -> Graph:
    fill(empty_graph)
    bulk.upsert(empty_graph, UPSERT_TERMS, term_rows(None), source="s")
    curation = CurationService(empty_graph)
    curation.do(MapTerm("s:sequel", "k:sql", "the same"), "ann")
    number = curation.do(Propose(ProposalKind.NEW_LABEL, label="Sequel", skill="k:sql"), "ann").number
    curation.do(Decide(f"proposal:{number}", True), "bob")
    curation.do(Merge("k:git", "k:sql"), "bob")
    return empty_graph


def test_objects_tell_what_the_graph_holds(decided: Graph) -> None:
    graph = connect(decided.address)
    sql = Skill.match(graph, "k:sql").first()
    assert sql.label == "SQL" and set(sql.alt_labels) == {"Git", "Sequel", "structured query language"}
    assert [skill.code for skill in sql.replaces] == ["k:git"]
    term = Term.match(graph, "s:sequel").first()
    assert [skill.code for skill in term.means] == ["k:sql"] and term.decided_by == "ann"
    assert term.means.get(sql, "method") == "steward"
    proposal = Proposal.match(graph).first()
    assert (proposal.status, proposal.by, proposal.decided_by) == ("APPROVED", "ann", "bob")
    assert json.loads(proposal.payload)["label"] == "Sequel"
    merge = Revision.match(graph, 4).first()
    assert merge.action == "merge" and {skill.code for skill in merge.skills} == {"k:git", "k:sql"}
    assert sorted(revision.number for revision in sql.revisions) == [3, 4]


def test_the_guide_runs(decided: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKILLPATH_NEO4J_URI", decided.address.uri)
    monkeypatch.setenv("SKILLPATH_NEO4J_PASSWORD", decided.address.password)
    monkeypatch.setenv("SKILLPATH_PIPELINE_HOME", str(tmp_path))
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 3
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(GUIDE), "exec"), names)
    assert names["revisions"], "the guide found the revisions"
