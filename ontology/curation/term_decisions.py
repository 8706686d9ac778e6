"""Decisions about terms, applied to the records that mention them."""

from __future__ import annotations

from typing import Any

from skillpath.errors import BadInput
from skillpath.ontology.curation.actions import Bulk, MapTerm, RejectTerm, Stamp, checked_text
from skillpath.ontology.curation.links import DECLARED, overlay_declared, strip_declared
from skillpath.ontology.curation.working_copy import Link, WorkingCopy

STATUSES = ("unmapped", "review", "mapped", "rejected")
EVIDENCE = {"Job": "REQUIRES", "Project": "REQUIRES", "Resource": "IMPROVES", "Student": "HAS"}
"""The relationship by which a record of each kind says that it speaks of a skill."""


def map_term(working_copy: WorkingCopy, action: MapTerm, stamp: Stamp) -> None:
    """The term means the skill; records that mention it follow."""
    checked_text(action.reason, "reason", stamp.settings)
    working_copy.seen.term(action.term)
    working_copy.seen.mappable_skill(action.skill)
    assign(working_copy, action.term, action.skill, stamp)


def reject_term(working_copy: WorkingCopy, action: RejectTerm, stamp: Stamp) -> None:
    """The term means no skill; records that mention it follow."""
    checked_text(action.reason, "reason", stamp.settings)
    working_copy.seen.term(action.term)
    assign(working_copy, action.term, None, stamp)


def decide_many(working_copy: WorkingCopy, action: Bulk, stamp: Stamp) -> None:
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
        working_copy.seen.term(term)
        if skill is not None:
            working_copy.seen.mappable_skill(skill)
        assign(working_copy, term, skill, stamp)


def assign(working_copy: WorkingCopy, term: str, skill: str | None, stamp: Stamp, status: str = "") -> None:
    """Give a term its skill (or none: ``rejected`` unless another status is given)."""
    for old in sorted(working_copy.meanings.get(term, ())):
        working_copy.put(Link("MAPS_TO", "Term", term, old), None)
        if old != skill:
            _forget(working_copy, term, old)
    if skill is not None:
        mapping = {"method": "steward", "score": 1.0, "status": "accepted", "by": stamp.by, "at": stamp.at}
        working_copy.put(Link("MAPS_TO", "Term", term, skill), mapping)
        _declare(working_copy, term, skill, stamp)
    working_copy.set("Term", term, status="mapped" if skill is not None else status or "rejected", decidedBy=stamp.by)


def _declare(working_copy: WorkingCopy, term: str, skill: str, stamp: Stamp) -> None:
    """Records that mention the term now link to the skill, unless they already do, and as strongly."""
    for mention in working_copy.seen.mentions.get(term, ()):
        link = Link(EVIDENCE[mention.label], mention.label, mention.record, skill)
        known = working_copy.seen.links.get(link)
        declaration = _build_declaration(mention.label, stamp)
        if known is None or _strength(known) < _strength(declaration):
            working_copy.put(link, overlay_declared(declaration, known))


def _forget(working_copy: WorkingCopy, term: str, skill: str) -> None:
    """Records keep what another of their terms, or their text, says of the skill."""
    for mention in working_copy.seen.mentions.get(term, ()):
        link = Link(EVIDENCE[mention.label], mention.label, mention.record, skill)
        known = working_copy.seen.links.get(link)
        others = [t for t in working_copy.terms_of.get((mention.label, mention.record), ()) if t != term]
        still = {*mention.others, *(s for t in others for s in working_copy.meanings.get(t, ()))}
        if known is None or skill in still:
            continue
        if mention.label == "Student":
            working_copy.put(link, None)
        elif known.get("via") == DECLARED:
            working_copy.put(link, strip_declared(known))


def _build_declaration(label: str, stamp: Stamp) -> dict[str, Any]:
    how = stamp.declared
    if label == "Student":
        return {"level": how.stated, "evidence": ["admission"]}
    if label == "Resource":
        return {"gain": how.gain, "via": DECLARED, "relevance": 1.0}
    return {"level": how.level, "weight": how.weight, "essential": True, "via": DECLARED, "relevance": 1.0}


def _strength(properties: dict[str, Any]) -> float:
    return max(float(properties.get("level") or 0), float(properties.get("gain") or 0))
