"""The curation state machine: an action and its slice of the vocabulary give changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skillpath.ontology.curation import moving, proposals, term_decisions
from skillpath.ontology.curation.actions import (
    Action,
    Bulk,
    Decide,
    Deprecate,
    MapTerm,
    Merge,
    Propose,
    RejectTerm,
    SplitSkill,
    Stamp,
)
from skillpath.ontology.curation.working_copy import Changes, Conflict, Slice, WorkingCopy

_HOW: dict[type[Any], Callable[[WorkingCopy, Any, Stamp], None]] = {
    MapTerm: term_decisions.map_term,
    RejectTerm: term_decisions.reject_term,
    Bulk: term_decisions.decide_many,
    Propose: proposals.propose,
    Decide: proposals.decide,
    Merge: moving.merge,
    SplitSkill: moving.split,
    Deprecate: moving.deprecate,
}


def decide(action: Action, seen: Slice, stamp: Stamp) -> Changes:
    """What ``action`` changes; ``seen`` becomes the state after it.

    Raises:
        BadInput, NotFound, Conflict, Forbidden: the action is not possible; throw ``seen`` away.
    """
    working_copy = WorkingCopy(seen, stamp.revision)
    _HOW[type(action)](working_copy, action, stamp)
    return working_copy.changes()


def undo(changes: Changes, revision: int, seen: Slice, stamp: Stamp) -> Changes:
    """What turns ``changes`` of ``revision`` back: links that a source or a run rewrote since stay as they are.

    Raises:
        Conflict: a later revision changed the same things.
    """
    for node, _, _ in changes.nodes:
        now = seen.nodes.get(node, {})
        if revision not in (now.get("revision"), now.get("standing")):
            last = now.get("revision")
            raise Conflict(f"Revision {last} changed this later", where=node.code, todo=f"Undo {last} first")
    working_copy = WorkingCopy(seen, stamp.revision)
    for node, properties, _ in changes.nodes:
        working_copy.restore(node, {**properties, "revision": stamp.revision})
    for link, before, after in changes.inverse().links:
        if seen.links.get(link) == before:
            working_copy.put(link, after)
    return working_copy.changes()
