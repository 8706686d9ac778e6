"""Any sequence of decisions keeps the invariants."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.errors import SkillpathError
from skillpath.ontology.workshop.actions import (
    Action,
    Decide,
    Deprecate,
    MapTerm,
    Merge,
    Part,
    ProposalKind,
    Propose,
    RejectTerm,
    Split,
    Stamp,
)
from skillpath.ontology.workshop.decide import undo
from skillpath.ontology.workshop.records import Changes, Node, Slice

from .worlds import AT, SKILLS, TERMS, act, world

skill, term = st.sampled_from(SKILLS), st.sampled_from(TERMS)
label = st.sampled_from(["New one", "Another", "Third"])
ACTIONS = st.one_of(
    st.builds(MapTerm, term, skill),
    st.builds(RejectTerm, term),
    st.builds(Merge, skill, skill),
    st.builds(Deprecate, skill, st.one_of(st.just(""), skill)),
    st.builds(lambda s, a, b: Split(s, (Part(a), Part(b))), skill, label, label),
    st.builds(lambda n: Propose(ProposalKind.NEW_SKILL, label=n, broader=("data",), term="t1"), label),
    st.builds(lambda s, i: Propose(ProposalKind.MERGE, skill=s, into=i), skill, skill),
    st.builds(lambda n, yes: Decide(f"proposal:{n}", yes), st.integers(1, 8), st.booleans()),
)


def _strongest(seen: Slice) -> dict[tuple[str, str], float]:
    """The highest level or gain of each record's links that sources gave."""
    found: dict[tuple[str, str], float] = {}
    for link, p in seen.links.items():
        if link.label not in ("Skill", "Term") and p.get("via") != "term" and p.get("evidence") != ["admission"]:
            key = (link.label, link.source)
            found[key] = max(found.get(key, 0.0), float(p.get("level", p.get("gain", 0.0))))
    return found


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
    now = _strongest(seen)
    for key, level in _strongest(world()).items():
        assert now.get(key, 0.0) >= level, "no relationship of a source is lost"
    for term_ in TERMS:
        meant = [k for k in seen.links if k.maps_term and k.source == term_]
        assert len(meant) == (seen.nodes[Node("Term", term_)]["status"] == "mapped")


@settings(max_examples=300, deadline=None)
@given(st.lists(ACTIONS, max_size=8))
def test_any_sequence_keeps_the_invariants_and_replays(actions: list[Action]) -> None:
    seen, trail = world(), list[Changes]()
    for action in actions:
        try:
            seen, changes = act(seen, action, len(trail) + 1, by=f"steward {len(trail)}")
        except SkillpathError:
            continue
        trail.append(changes)
        _check(seen)
    again = world()
    for changes in trail:
        changes.apply(again)
    assert _bare(again) == _bare(seen)
    for number in range(len(trail), 0, -1):
        stamp = Stamp("ann", AT, 100 + number)
        trail[number - 1].inverse()
        undo(trail[number - 1], number, seen, stamp)
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
