"""GraphQL types of terms, proposals and vocabulary counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from skillpath.api.graphql.types.connections import check_first
from skillpath.api.graphql.types.skills import Info, Skill, to_skill
from skillpath.api.services.curation_queue import VocabularyCounts
from skillpath.graph.core.connection import Row


@strawberry.enum
class TermStatus(Enum):
    """Status of a term."""

    UNMAPPED = "unmapped"
    REVIEW = "review"
    MAPPED = "mapped"
    REJECTED = "rejected"


@strawberry.enum
class TermOrder(Enum):
    """What comes first: the terms that touch most records, or the alphabet."""

    MENTIONS = "MENTIONS"
    TEXT = "TEXT"


@strawberry.enum
class ProposalStatus(Enum):
    """Status of a proposal; WITHDRAWN is one whose making was undone."""

    OPEN = "OPEN"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


@strawberry.type
class Candidate:
    """A skill that a term may mean: probability of it in [0, 1], and the stage that found it."""

    score: float
    method: str
    skill: Skill


@strawberry.type
class Affected:
    """How many records of each kind mention a term."""

    postings: int
    people: int
    courses: int
    projects: int


@strawberry.type
class TermMapping:
    """What a term means, and who says so."""

    status: str
    method: str | None
    score: float | None
    by: str
    at: datetime | None
    skill: Skill


@strawberry.type
class Term(relay.Node):
    """What a source calls something."""

    code: relay.NodeID[str]
    text: str
    source: str | None
    mentions: int
    status: TermStatus

    @classmethod
    async def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        """Terms by code."""
        rows = await info.context.terms.load_many(list(node_ids))
        return [None if row is None else to_term(row) for row in rows]

    @strawberry.field
    async def affected(self, info: Info) -> Affected:
        """How many records of each kind mention it."""
        found = await info.context.examples.load((self.code, self.text))
        return Affected(postings=found.postings, people=found.people, courses=found.courses, projects=found.projects)

    @strawberry.field
    async def examples(self, info: Info) -> list[str]:
        """Some records that mention it, with the words around it."""
        return list((await info.context.examples.load((self.code, self.text))).contexts)

    @strawberry.field
    async def candidates(self, info: Info, first: int = 5) -> list[Candidate]:
        """Skills it may mean, the likeliest first."""
        wanted = check_first(first, info.context.settings.page)
        found = await info.context.candidates.load(self.code)
        return [Candidate(score=c.score, method=c.method, skill=Skill.of(c.code, c.label)) for c in found[:wanted]]

    @strawberry.field
    async def mapping(self, info: Info) -> TermMapping | None:
        """What it means; null while nobody has decided."""
        rows = await info.context.mappings.load(self.code)
        if not rows:
            return None
        row = rows[0]
        at = row["at"].to_native() if row["at"] is not None else None
        return TermMapping(
            status=row["status"],
            method=row["method"],
            score=row["score"],
            by=row["by"],
            at=at,
            skill=to_skill(row),
        )


@strawberry.type
class Proposal(relay.Node):
    """A change that somebody asks for and somebody else decides."""

    code: relay.NodeID[str]
    kind: str
    status: ProposalStatus
    by: str
    at: datetime
    reason: str | None
    payload: JSON
    decided_by: str | None = None
    decided_at: datetime | None = None
    note: str | None = None

    @classmethod
    async def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        """Proposals by code."""
        rows = await info.context.proposals.load_many(list(node_ids))
        return [None if row is None else to_proposal(row["properties"]) for row in rows]


@strawberry.type
class Vocabulary:
    """The vocabulary in numbers, and the number of its last revision."""

    revision: int
    skills: int
    terms: int
    mapped: int
    unmapped: int
    review: int
    rejected: int
    updated_at: datetime | None


def to_term(row: Row) -> Term:
    """The term of a row."""
    return Term(
        code=row["code"],
        text=row["text"],
        source=row["source"],
        mentions=row["mentions"] or 0,
        status=TermStatus(row["status"] or "unmapped"),
    )


def to_proposal(row: Row) -> Proposal:
    """The proposal with these stored properties."""
    decided = row.get("decidedAt")
    return Proposal(
        code=row["code"],
        kind=row["kind"],
        status=ProposalStatus(row["status"]),
        by=row["by"],
        at=datetime.fromisoformat(row["at"]),
        reason=row.get("reason"),
        payload=json.loads(row["payload"]),
        decided_by=row.get("decidedBy"),
        decided_at=datetime.fromisoformat(decided) if decided else None,
        note=row.get("note"),
    )


def to_vocabulary(counts: VocabularyCounts) -> Vocabulary:
    """What clients see of the counts."""
    return Vocabulary(
        revision=counts.revision,
        skills=counts.skills,
        terms=counts.terms,
        mapped=counts.mapped,
        unmapped=counts.unmapped,
        review=counts.review,
        rejected=counts.rejected,
        updated_at=counts.updated_at.to_native() if counts.updated_at is not None else None,
    )
