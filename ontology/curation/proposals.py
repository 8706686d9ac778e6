"""Proposals of one steward that another approves or rejects."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from skillpath.errors import BadInput
from skillpath.ontology.curation.actions import (
    Decide,
    Deprecate,
    Merge,
    ProposalKind,
    Propose,
    Stamp,
    checked_label,
    checked_text,
)
from skillpath.ontology.curation.moving import add_labels, create_skill, deprecate, merge
from skillpath.ontology.curation.term_decisions import assign
from skillpath.ontology.curation.working_copy import Conflict, Forbidden, Link, WorkingCopy

OPEN, APPROVED, REJECTED, WITHDRAWN = "OPEN", "APPROVED", "REJECTED", "WITHDRAWN"
_NEEDS: dict[ProposalKind, tuple[str, ...]] = {
    ProposalKind.NEW_SKILL: ("label",),
    ProposalKind.NEW_LABEL: ("skill", "label"),
    ProposalKind.MERGE: ("skill", "into"),
    ProposalKind.DEPRECATE: ("skill",),
}


def propose(working_copy: WorkingCopy, action: Propose, stamp: Stamp) -> None:
    """Write the proposal down; what it refers to must be there."""
    asked = _checked(action, stamp)
    missing = [name for name in _NEEDS[asked.kind] if not getattr(asked, name)]
    if missing:
        raise BadInput(f"{asked.kind} needs {' and '.join(missing)}", where="proposal", todo="Give it")
    for code in (asked.skill, asked.into):
        if code:
            working_copy.seen.mappable_skill(code)
    for code in asked.broader:
        working_copy.seen.active_skill(code)
    if asked.term:
        working_copy.seen.term(asked.term)
    payload = {k: v for k, v in asdict(asked).items() if v and k not in ("kind", "reason")}
    working_copy.create(
        "Proposal",
        code_of(stamp.revision),
        WITHDRAWN,
        kind=asked.kind.value,
        status=OPEN,
        by=stamp.by,
        at=stamp.at,
        reason=asked.reason or None,
        payload=json.dumps(payload, sort_keys=True, ensure_ascii=False),
    )


def code_of(revision: int) -> str:
    """The code of the proposal that a revision writes down."""
    return f"proposal:{revision}"


def decide(working_copy: WorkingCopy, action: Decide, stamp: Stamp) -> None:
    """Approve (and carry out) or reject an open proposal."""
    found = working_copy.seen.proposal(action.proposal)
    note = checked_text(action.note, "note", stamp.settings)
    if found["status"] != OPEN:
        raise Conflict(f"This proposal is {found['status'].lower()} already", where=action.proposal)
    if found["by"] == stamp.by and not stamp.settings.own_proposals:
        raise Forbidden(
            "Nobody decides a proposal of their own",
            where=action.proposal,
            todo="Let another steward decide, or set curation.own_proposals",
        )
    if action.approve:
        _carry_out(working_copy, parsed(found), stamp)
    working_copy.set(
        "Proposal",
        action.proposal,
        status=APPROVED if action.approve else REJECTED,
        decidedBy=stamp.by,
        decidedAt=stamp.at,
        note=note or None,
    )


def parsed(proposal: dict[str, Any]) -> Propose:
    """The action that a stored proposal describes."""
    payload: dict[str, Any] = json.loads(proposal["payload"])
    payload |= {name: tuple(payload.get(name, ())) for name in ("alt_labels", "broader")}
    return Propose(ProposalKind(proposal["kind"]), proposal.get("reason") or "", **payload)


def _carry_out(working_copy: WorkingCopy, asked: Propose, stamp: Stamp) -> None:
    if asked.kind is ProposalKind.NEW_SKILL:
        labels = sorted(set(asked.alt_labels) - {asked.label})
        more = {"altLabels": labels, "localLabels": labels or None, "definition": asked.definition or None}
        code = create_skill(working_copy, asked.label, stamp, **more)
        for parent in asked.broader:
            working_copy.seen.active_skill(parent)  # It may have been deprecated since it was asked for.
            working_copy.put(Link("BROADER", "Skill", code, parent), {"source": "local"})
        if asked.term:
            assign(working_copy, asked.term, code, stamp)
    elif asked.kind is ProposalKind.NEW_LABEL:
        working_copy.seen.mappable_skill(asked.skill)
        add_labels(working_copy, asked.skill, [asked.label])
        if asked.term:
            assign(working_copy, asked.term, asked.skill, stamp)
    elif asked.kind is ProposalKind.MERGE:
        merge(working_copy, Merge(asked.skill, asked.into, asked.reason), stamp)
    else:
        deprecate(working_copy, Deprecate(asked.skill, asked.into, asked.reason), stamp)


def _checked(action: Propose, stamp: Stamp) -> Propose:
    rules = stamp.settings
    if len(action.alt_labels) > rules.items or len(action.broader) > rules.items:
        raise BadInput("The lists are too long", where="proposal", todo=f"Give at most {rules.items} of each")
    return Propose(
        action.kind,
        checked_text(action.reason, "reason", rules),
        checked_label(action.label, rules) if action.label else "",
        tuple(checked_label(x, rules) for x in action.alt_labels),
        checked_text(action.definition, "definition", rules),
        tuple(sorted(set(action.broader))),
        action.term,
        action.skill,
        action.into,
    )
