"""Decisions about terms, and what follows for the records that mention them."""

from __future__ import annotations

from typing import Any

from skillpath.errors import BadInput
from skillpath.ontology.curation.actions import Bulk, MapTerm, RejectTerm, Stamp, checked_text
from skillpath.ontology.curation.links import DECLARED, declared, found
from skillpath.ontology.curation.working_copy import Draft, Link

STATUSES = ("unmapped", "review", "mapped", "rejected")
EVIDENCE = {"Job": "REQUIRES", "Project": "REQUIRES", "Resource": "IMPROVES", "Student": "HAS"}
"""The relationship by which a record of each kind says that it speaks of a skill."""


def map_term(draft: Draft, action: MapTerm, stamp: Stamp) -> None:
    """The term means the skill; records that mention it follow."""
    checked_text(action.reason, "reason", stamp.settings)
    draft.seen.term(action.term)
    draft.seen.usable(action.skill)
    assign(draft, action.term, action.skill, stamp)


def reject_term(draft: Draft, action: RejectTerm, stamp: Stamp) -> None:
    """The term means no skill; records that mention it follow."""
    checked_text(action.reason, "reason", stamp.settings)
    draft.seen.term(action.term)
    assign(draft, action.term, None, stamp)


def decide_many(draft: Draft, action: Bulk, stamp: Stamp) -> None:
    """All of the terms, or none."""
    checked_text(action.reason, "reason", stamp.settings)
    if not action.terms:
        raise BadInput("No term is meant", where="terms", todo="Choose another filter")
    if len(action.terms) > stamp.settings.bulk:
        raise BadInput(
            f"{len(action.terms)} terms are too many for one decision",
            where="terms",
            todo=f"Choose a filter that finds at most {stamp.settings.bulk}",
        )
    for term, skill in action.terms:
        draft.seen.term(term)
        if skill is not None:
            draft.seen.usable(skill)
        assign(draft, term, skill, stamp)


def assign(draft: Draft, term: str, skill: str | None, stamp: Stamp, status: str = "") -> None:
    """Give a term its skill (or none: ``rejected`` unless another status is given)."""
    for old in sorted(draft.meanings.get(term, ())):
        draft.put(Link("MAPS_TO", "Term", term, old), None)
        if old != skill:
            _forget(draft, term, old)
    if skill is not None:
        mapping = {"method": "steward", "score": 1.0, "status": "accepted", "by": stamp.by, "at": stamp.at}
        draft.put(Link("MAPS_TO", "Term", term, skill), mapping)
        _declare(draft, term, skill, stamp)
    draft.set("Term", term, status="mapped" if skill is not None else status or "rejected", decidedBy=stamp.by)


def _declare(draft: Draft, term: str, skill: str, stamp: Stamp) -> None:
    """Records that mention the term now speak of the skill, unless they already do, and as strongly."""
    for mention in draft.seen.mentions.get(term, ()):
        link = Link(EVIDENCE[mention.label], mention.label, mention.record, skill)
        known = draft.seen.links.get(link)
        said = _said(mention.label, stamp)
        if known is None or _strength(known) < _strength(said):
            draft.put(link, declared(said, known))


def _forget(draft: Draft, term: str, skill: str) -> None:
    """Records keep what another of their terms, or their text, says of the skill."""
    for mention in draft.seen.mentions.get(term, ()):
        link = Link(EVIDENCE[mention.label], mention.label, mention.record, skill)
        known = draft.seen.links.get(link)
        others = [t for t in draft.terms_of.get((mention.label, mention.record), ()) if t != term]
        still = {*mention.others, *(s for t in others for s in draft.meanings.get(t, ()))}
        if known is None or skill in still:
            continue
        if mention.label == "Student":
            draft.put(link, None)
        elif known.get("via") == DECLARED:
            draft.put(link, found(known))


def _said(label: str, stamp: Stamp) -> dict[str, Any]:
    how = stamp.declared
    if label == "Student":
        return {"level": how.stated, "evidence": ["admission"]}
    if label == "Resource":
        return {"gain": how.gain, "via": DECLARED}
    return {"level": how.level, "weight": how.weight, "essential": True, "via": DECLARED}


def _strength(properties: dict[str, Any]) -> float:
    return max(float(properties.get("level") or 0), float(properties.get("gain") or 0))
