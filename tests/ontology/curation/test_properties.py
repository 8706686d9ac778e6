"""Any sequence of decisions keeps the invariants."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.errors import SkillpathError
from skillpath.ontology.curation.actions import (
    Action,
    Decide,
    Deprecate,
    MapTerm,
    Merge,
    ProposalKind,
    Propose,
    RejectTerm,
    SplitPart,
    SplitSkill,
    Stamp,
)
from skillpath.ontology.curation.decide import undo
from skillpath.ontology.curation.links import strip_declared
from skillpath.ontology.curation.working_copy import Changes, Link, Node, Slice
from tests.ontology.curation.worlds import AT, SKILLS, TERMS, act, world

skill, term = st.sampled_from(SKILLS), st.sampled_from(TERMS)
label = st.sampled_from(["New one", "Another", "Third"])
ACTIONS = st.one_of(
    st.builds(MapTerm, term, skill),
    st.builds(RejectTerm, term),
    st.builds(Merge, skill, skill),
    st.builds(Deprecate, skill, st.one_of(st.just(""), skill)),
    st.builds(lambda s, a, b: SplitSkill(s, (SplitPart(a), SplitPart(b))), skill, label, label),
    st.builds(lambda n: Propose(ProposalKind.NEW_SKILL, label=n, broader=("data",), term="t1"), label),
    st.builds(lambda s, i: Propose(ProposalKind.MERGE, skill=s, into=i), skill, skill),
    st.builds(lambda n, yes: Decide(f"proposal:{n}", yes), st.integers(1, 8), st.booleans()),
)


def _given(seen: Slice) -> dict[Link, float]:
    """The level or gain of each link that sources gave, whatever a term declares above it."""
    given = {}
    for link, properties in seen.links.items():
        text = strip_declared(properties)
        if link.label not in ("Skill", "Term") and text and text.get("evidence") != ["admission"]:
            given[link] = float(text.get("level", text.get("gain", 0.0)))
    return given


def _kept(seen: Slice, link: Link, level: float) -> bool:
    """Whether a record's link still stands where its skill went: to its successor, or to a part of it."""
    ends = {link.target, seen.successor(link.target)}
    ends |= {node.code for node in seen.nodes if node.code.startswith("local:")}
    return any(
        (k.type, k.label, k.source, k.run) == (link.type, link.label, link.source, link.run)
        and k.target in ends
        and now >= level
        for k, now in _given(seen).items()
    )


def _has_cycle(seen: Slice) -> bool:
    parents: dict[str, set[str]] = {}
    for link in seen.links:
        if link.type == "BROADER":
            parents.setdefault(link.source, set()).add(link.target)
    for start in parents:
        frontier, reached = set(parents[start]), set[str]()
        while frontier:
            if start in frontier:
                return True
            reached |= frontier
            frontier = {p for code in frontier for p in parents.get(code, ())} - reached
    return False


def _check(seen: Slice) -> None:
    assert not _has_cycle(seen)
    assert all(link.source != link.target for link in seen.links if link.label == "Skill")
    for code in SKILLS:
        node = seen.nodes[Node("Skill", code)]
        end = seen.successor(code)
        if node["status"] == "deprecated" and end is not None:
            assert Node("Skill", end) in seen.nodes, "an old code resolves"
            left = [k for k in seen.links if code in (k.source, k.target) and k.type != "REPLACED_BY"]
            assert not left, "nothing hangs on a code that redirects"
    for link, level in _given(world()).items():
        assert _kept(seen, link, level), "no relationship of a source is lost"
    for term_ in TERMS:
        meant = [k for k in seen.links if k.maps_term and k.source == term_]
        assert len(meant) == (seen.nodes[Node("Term", term_)]["status"] == "mapped")


@settings(max_examples=300, deadline=None)
@given(st.lists(ACTIONS, max_size=8))
def test_any_sequence_keeps_the_invariants_and_replays(actions: list[Action]) -> None:
    seen, revision_log = world(), list[Changes]()
    for action in actions:
        try:
            seen, changes = act(seen, action, len(revision_log) + 1, by=f"steward {len(revision_log)}")
        except SkillpathError:
            continue
        revision_log.append(changes)
        _check(seen)
    again = world()
    for changes in revision_log:
        changes.apply(again)
    assert _bare(again) == _bare(seen)
    for number in range(len(revision_log), 0, -1):
        stamp = Stamp("ann", AT, 100 + number)
        revision_log[number - 1].inverse()
        undo(revision_log[number - 1], number, seen, stamp)
    assert _visible(seen) == _visible(world()), "undone in reverse, everything is as it was"


def _bare(seen: Slice) -> tuple[Any, Any]:
    return copy.deepcopy(seen.nodes), copy.deepcopy(seen.links)


def _visible(seen: Slice) -> tuple[Any, Any]:
    """What people see: no marks of revisions, no withdrawn creations."""
    hidden = ("revision", "standing")
    nodes = {
        node: {k: v for k, v in properties.items() if k not in hidden}
        for node, properties in seen.nodes.items()
        if node.label != "Proposal" and not node.code.startswith("local:")
    }
    return nodes, seen.links
