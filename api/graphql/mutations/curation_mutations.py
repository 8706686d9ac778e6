"""The curation mutations; each writes one revision of the vocabulary."""

from __future__ import annotations

import strawberry
from strawberry import relay

from skillpath.api.graphql.loaders.loaders import in_thread
from skillpath.api.graphql.queries.steward import build_filter
from skillpath.api.graphql.types.curation_types import (
    BulkDecision,
    DecideInput,
    DecideTermsInput,
    Decision,
    DeprecateSkillInput,
    MapTermInput,
    MergeSkillsInput,
    Moved,
    MovePayload,
    ProposalInput,
    ProposalPayload,
    RejectTermInput,
    RevisionPayload,
    SplitSkillInput,
    TermPayload,
    TermsPayload,
)
from skillpath.api.graphql.types.skills import Info, Skill
from skillpath.api.graphql.types.stewards import to_proposal, to_term
from skillpath.api.services.curation_queue import read_proposals
from skillpath.errors import NotFound
from skillpath.graph.curation.bulk_decisions import BulkResult, decide_filtered
from skillpath.graph.curation.curation_service import Revision
from skillpath.ontology.curation import actions
from skillpath.ontology.curation.actions import Action
from skillpath.ontology.curation.proposals import code_of


@strawberry.type
class CurationMutations:
    """What stewards decide. The header ``X-Skillpath-User`` says who does."""

    @strawberry.mutation
    async def map_term(self, info: Info, input: MapTermInput) -> TermPayload:
        """This term means this skill; records that mention it follow."""
        action = actions.MapTerm(local(input.term), input.skill, input.reason)
        return await _term(info, action.term, await _do(info, action, input.seen_revision))

    @strawberry.mutation
    async def reject_term(self, info: Info, input: RejectTermInput) -> TermPayload:
        """This term means no skill."""
        action = actions.RejectTerm(local(input.term), input.reason)
        return await _term(info, action.term, await _do(info, action, input.seen_revision))

    @strawberry.mutation
    async def decide_terms(self, info: Info, input: DecideTermsInput) -> TermsPayload:
        """Decide all the terms of a filter at once, or count them."""
        wanted = build_filter(info, input.status, input.source, input.contains)
        done: BulkResult = await in_thread(
            decide_filtered,
            info.context.curation,
            wanted,
            info.context.user,
            input.decision is BulkDecision.MAP,
            input.least_score,
            input.preview,
            input.reason,
            input.seen_revision,
        )
        info.context.forget()
        return TermsPayload(count=done.count, revision=done.revision)

    @strawberry.mutation
    async def propose(self, info: Info, input: ProposalInput) -> ProposalPayload:
        """Ask for a change that another steward decides."""
        action = actions.Propose(
            input.kind,
            input.reason,
            input.label,
            tuple(input.alt_labels),
            input.definition,
            tuple(input.broader),
            local(input.term) if input.term else "",
            input.skill,
            input.into,
        )
        done = await _do(info, action)
        return await _proposal(info, code_of(done.number), done)

    @strawberry.mutation
    async def decide(self, info: Info, input: DecideInput) -> ProposalPayload:
        """Approve a proposal, which carries it out, or reject it; not one's own."""
        code = local(input.proposal)
        action = actions.Decide(code, input.decision is Decision.APPROVE, input.note or "")
        return await _proposal(info, code, await _do(info, action, input.seen_revision))

    @strawberry.mutation
    async def merge_skills(self, info: Info, input: MergeSkillsInput) -> MovePayload:
        """One skill becomes another; its code redirects."""
        done = await _do(info, actions.Merge(input.from_, input.into, input.reason), input.seen_revision)
        return await _moved(info, input.from_, input.into, done)

    @strawberry.mutation
    async def split_skill(self, info: Info, input: SplitSkillInput) -> MovePayload:
        """One skill becomes several; its code redirects to the first."""
        parts = tuple(
            actions.SplitPart(p.label, tuple(p.alt_labels), p.definition, tuple(local(t) for t in p.terms))
            for p in input.parts
        )
        done = await _do(info, actions.SplitSkill(input.skill, parts, input.reason), input.seen_revision)
        first = next(
            link.target for link, _, now in done.changes.links if link.type == "REPLACED_BY" and now is not None
        )
        return await _moved(info, input.skill, first, done)

    @strawberry.mutation
    async def deprecate_skill(self, info: Info, input: DeprecateSkillInput) -> MovePayload:
        """A skill is used no more; with a successor its relationships move there."""
        action = actions.Deprecate(input.skill, input.successor, input.reason)
        done = await _do(info, action, input.seen_revision)
        return await _moved(info, input.skill, input.successor, done)

    @strawberry.mutation
    async def undo(self, info: Info, revision: int, reason: str = "") -> RevisionPayload:
        """Turn one revision back, unless a later one changed the same things."""
        return RevisionPayload(revision=(await _do(info, actions.Undo(revision, reason))).number)


def local(id: str) -> str:
    """The code in a global id; a code itself is taken too."""
    try:
        return relay.GlobalID.from_id(id).node_id
    except (relay.GlobalIDValueError, ValueError):
        return str(id)


async def _do(info: Info, action: Action, seen: int | None = None) -> Revision:
    done: Revision = await in_thread(info.context.curation.do, action, info.context.user, seen)
    info.context.forget()
    return done


async def _term(info: Info, code: str, done: Revision) -> TermPayload:
    row = await info.context.terms.load(code)
    if row is None:
        raise NotFound("No such term", where=code)
    return TermPayload(term=to_term(row), revision=done.number)


async def _proposal(info: Info, code: str, done: Revision) -> ProposalPayload:
    row = (await in_thread(read_proposals, info.context.graph, [code]))[0]
    if row is None:
        raise NotFound("No such proposal", where=code)
    return ProposalPayload(proposal=to_proposal(row["properties"]), revision=done.number)


async def _moved(info: Info, code: str, successor: str, done: Revision) -> MovePayload:
    kinds = {"MAPS_TO": 0, "REQUIRES": 0, "HAS": 0, "IMPROVES": 0}
    for link, before, now in done.changes.links:
        if link.type in kinds and link.label != "Skill" and link.target == code and before is not None and now is None:
            kinds[link.type] += 1
    old = await info.context.skills.load(code)
    new = await info.context.skills.load(successor) if successor else None
    if old is None:
        raise NotFound("No such skill", where=code)
    return MovePayload(
        skill=None if new is None else Skill.of(new["code"], new["label"]),
        redirected=Skill.of(old["code"], old["label"]),
        moved=Moved(
            terms=kinds["MAPS_TO"],
            requirements=kinds["REQUIRES"],
            capabilities=kinds["HAS"],
            resources=kinds["IMPROVES"],
        ),
        revision=done.number,
    )
