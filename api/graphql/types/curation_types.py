"""GraphQL inputs and payloads of the curation mutations."""

from __future__ import annotations

from enum import Enum

import strawberry

from skillpath.api.graphql.types.skills import Skill
from skillpath.api.graphql.types.stewards import Proposal, Term, TermStatus
from skillpath.ontology.curation import actions

strawberry.enum(actions.ProposalKind, description="What can be proposed.")


@strawberry.enum
class Decision(Enum):
    """What becomes of a proposal."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"


@strawberry.enum
class BulkDecision(Enum):
    """What becomes of many terms: each to its likeliest candidate, or none."""

    MAP = "MAP"
    REJECT = "REJECT"


@strawberry.input
class MapTermInput:
    """A term, the skill it means, and the revision of the vocabulary that was looked at."""

    term: strawberry.ID
    skill: str
    reason: str = ""
    seen_revision: int | None = None


@strawberry.input
class RejectTermInput:
    """A term that means no skill."""

    term: strawberry.ID
    reason: str = ""
    seen_revision: int | None = None


@strawberry.input
class DecideTermsInput:
    """Many terms by filter; a preview changes nothing and tells how many would be decided."""

    decision: BulkDecision
    status: TermStatus = TermStatus.REVIEW
    source: str | None = None
    contains: str | None = None
    least_score: float = 0.0
    preview: bool = True
    reason: str = ""
    seen_revision: int | None = None


@strawberry.input
class ProposalInput:
    """NEW_SKILL needs a label; NEW_LABEL a skill and a label; MERGE skill and into; DEPRECATE a skill."""

    kind: actions.ProposalKind = actions.ProposalKind.NEW_SKILL
    label: str = ""
    alt_labels: list[str] = strawberry.field(default_factory=list)
    definition: str = ""
    broader: list[str] = strawberry.field(default_factory=list)
    term: strawberry.ID | None = None
    skill: str = ""
    into: str = ""
    reason: str = ""


@strawberry.input
class DecideInput:
    """A proposal and what becomes of it."""

    proposal: strawberry.ID
    decision: Decision
    note: str | None = None
    seen_revision: int | None = None


@strawberry.input
class MergeSkillsInput:
    """``from`` becomes ``into``."""

    from_: str = strawberry.field(name="from")
    into: str
    reason: str = ""
    seen_revision: int | None = None


@strawberry.input
class PartInput:
    """One of the skills that a skill is split into, with the terms that mean it."""

    label: str
    alt_labels: list[str] = strawberry.field(default_factory=list)
    definition: str = ""
    terms: list[strawberry.ID] = strawberry.field(default_factory=list)


@strawberry.input
class SplitSkillInput:
    """A skill and the parts it becomes; what no term assigns goes to the first."""

    skill: str
    parts: list[PartInput]
    reason: str = ""
    seen_revision: int | None = None


@strawberry.input
class DeprecateSkillInput:
    """A skill that is used no more, and the one to use instead."""

    skill: str
    successor: str = ""
    reason: str = ""
    seen_revision: int | None = None


@strawberry.type
class TermPayload:
    """The term after the decision, and the revision that holds it."""

    term: Term
    revision: int


@strawberry.type
class TermsPayload:
    """How many terms are (or would be) decided; no revision without a change."""

    count: int
    revision: int | None


@strawberry.type
class ProposalPayload:
    """The proposal after the action, and the revision that holds it."""

    proposal: Proposal
    revision: int


@strawberry.type
class Moved:
    """How many relationships of each kind now belong to another skill."""

    terms: int
    requirements: int
    capabilities: int
    resources: int


@strawberry.type
class MovePayload:
    """The skill that stays, the one that redirects, and what moved."""

    skill: Skill | None
    redirected: Skill
    moved: Moved
    revision: int


@strawberry.type
class RevisionPayload:
    """The number of the revision."""

    revision: int
