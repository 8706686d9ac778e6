"""Single decisions: what each changes, and what is refused."""

from __future__ import annotations

import pytest

from skillpath.errors import BadInput, NotFound
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
)
from skillpath.ontology.curation.links import merge_links
from skillpath.ontology.curation.working_copy import Conflict, Link, Node
from tests.ontology.curation.worlds import act, world


def test_a_mapped_term_speaks_for_every_kind_of_record() -> None:
    after, _ = act(world(), MapTerm("t2", "git"))
    assert after.links[Link("MAPS_TO", "Term", "t2", "git")]["by"] == "ann"
    assert after.links[Link("REQUIRES", "Job", "j1", "git")]["via"] == "term"
    assert after.links[Link("REQUIRES", "Project", "p1", "git")]["level"] == 0.6
    again, _ = act(after, MapTerm("t3", "sql"), 2)
    assert again.links[Link("HAS", "Student", "s2", "sql")]["evidence"] == ["admission"]


def test_stronger_evidence_is_not_lowered_and_survives_a_rejection() -> None:
    before = world()
    before.links[Link("REQUIRES", "Job", "j1", "sql")]["level"] = 0.9
    after, _ = act(before, MapTerm("t1", "sql"))
    assert after.links[Link("REQUIRES", "Job", "j1", "sql")] == before.links[Link("REQUIRES", "Job", "j1", "sql")]
    last, _ = act(after, RejectTerm("t1"), 2)
    assert Link("REQUIRES", "Job", "j1", "sql") in last.links
    assert Link("IMPROVES", "Resource", "r2", "sql") not in last.links
    assert last.nodes[Node("Term", "t1")]["status"] == "rejected"


def test_a_weaker_text_speaks_again_once_the_term_is_rejected() -> None:
    before, link = world(), Link("REQUIRES", "Job", "j1", "python")
    after, _ = act(before, MapTerm("t1", "python"))
    assert (after.links[link]["via"], after.links[link]["level"]) == ("term", 0.6)
    merged, _ = act(after, Merge("python", "git"), 2)
    last, _ = act(merged, RejectTerm("t1"), 3)
    assert last.links[link._replace(target="git")] == before.links[link]


def test_a_merge_keeps_apart_what_term_and_text_say() -> None:
    before, link = world(), Link("REQUIRES", "Job", "j1", "python")
    for skill, other in (("git", "python"), ("python", "git")):
        mapped, _ = act(before, MapTerm("t1", "git"))
        merged, _ = act(mapped, Merge(skill, other), 2)
        joint = link._replace(target=other)
        assert (merged.links[joint]["via"], merged.links[joint]["level"]) == ("term", 0.6)
        last, _ = act(merged, RejectTerm("t1"), 3)
        assert last.links[joint] == before.links[link]


def test_what_another_term_says_stays() -> None:
    one, _ = act(world(), Bulk((("t1", "git"), ("t2", "git"))))
    two, _ = act(one, RejectTerm("t1"), 2)
    assert Link("REQUIRES", "Job", "j1", "git") in two.links
    both, _ = act(one, Bulk((("t1", None), ("t2", None))), 2)
    assert Link("REQUIRES", "Job", "j1", "git") not in both.links


def test_a_merge_joins_and_redirects() -> None:
    after, changes = act(world(), Merge("excel", "git"))
    assert after.links[Link("REQUIRES", "JobCluster", "c1", "git")] == {"level": 0.8, "weight": 1.0, "essential": True}
    assert after.links[Link("HAS", "Student", "s1", "git", "r-1")] == {
        "level": 0.7,
        "evidence": ["learning", "practice"],
    }
    assert after.successor("excel") == "git"
    assert set(after.nodes[Node("Skill", "git")]["altLabels"]) == {"EXCEL", "excel work", "git work"}
    before, now = changes.summarise()
    assert before["excel"]["status"] == "released"
    assert now["excel"]["status"] == "deprecated"


def test_the_joining_rule() -> None:
    lacks = {"have": 0.2, "required": 0.6, "gap": 0.4}
    assert merge_links(lacks, {"have": 0.5, "required": 0.6, "gap": 0.1})["gap"] == pytest.approx(0.1)
    assert merge_links({"kind": "optional"}, {"kind": "essential"}) == {"kind": "essential"}


def test_a_split_follows_the_terms() -> None:
    mapped, _ = act(world(), MapTerm("t2", "python"))
    parts = (SplitPart("Python scripting"), SplitPart("Python for data", terms=("t2",)))
    after, _ = act(mapped, SplitSkill("python", parts), 2)
    first, second = "local:skill/python-scripting", "local:skill/python-for-data"
    assert Link("MAPS_TO", "Term", "t2", second) in after.links
    assert Link("REQUIRES", "Job", "j1", second) in after.links, "the job mentions the term"
    assert Link("IMPROVES", "Resource", "r1", first) in after.links, "the course does not"
    assert {Link("BROADER", "Skill", first, "coding"), Link("BROADER", "Skill", second, "coding")} <= set(after.links)
    assert after.successor("python") == first


def test_deprecating_without_a_successor_gives_the_terms_back() -> None:
    mapped, _ = act(world(), MapTerm("t2", "git"))
    after, _ = act(mapped, Deprecate("git"), 2)
    assert after.nodes[Node("Term", "t2")]["status"] == "unmapped"
    assert Link("REQUIRES", "JobCluster", "c1", "git") in after.links


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (Merge("sql", "sql"), BadInput, "cannot become itself"),
        (Merge("sql", "data"), BadInput, "others between them"),
        (Merge("data", "sql"), BadInput, "others between them"),
        (Merge("sql", "nowhere"), NotFound, "No such skill"),
        (MapTerm("nowhere", "sql"), NotFound, "No such term"),
        (Bulk(tuple(("t1", None) for _ in range(6_000))), BadInput, "too many"),
        (SplitSkill("sql", (SplitPart("A"), SplitPart("a"))), Conflict, "taken"),
        (SplitSkill("sql", (SplitPart("A"), SplitPart("B", terms=("t1",)))), BadInput, "does not mean"),
        (Propose(ProposalKind.MERGE, skill="sql"), BadInput, "needs into"),
        (Propose(ProposalKind.NEW_SKILL, label=" "), BadInput, "empty"),
        (Propose(ProposalKind.NEW_SKILL, label="a\x07b"), BadInput, "control"),
        (Propose(ProposalKind.NEW_SKILL, label="fine", definition="x" * 5_000), BadInput, "5000 characters"),
    ],
)
def test_what_is_refused(action: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act(world(), action)  # type: ignore[arg-type]


def test_nothing_moves_to_a_deprecated_skill() -> None:
    after, _ = act(world(), Merge("sql", "python"))
    with pytest.raises(BadInput, match="Use python"):
        act(after, Merge("git", "sql"), 2)
    with pytest.raises(BadInput, match="Use python"):
        act(after, MapTerm("t1", "sql"), 2)
    asked = Propose(ProposalKind.NEW_SKILL, label="Below it", broader=("sql",))
    with pytest.raises(BadInput, match="Use python"):
        act(after, asked, 2)
    early, _ = act(world(), asked, 1)
    merged, _ = act(early, Merge("sql", "python"), 2)
    with pytest.raises(BadInput, match="Use python"):
        act(merged, Decide("proposal:1", True), 3, by="bob")
