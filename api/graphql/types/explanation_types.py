"""GraphQL types of evidence and counterfactuals."""

from __future__ import annotations

import strawberry

from skillpath.api.graphql.types.skills import Skill
from skillpath.pipeline.scoring import explain_on_demand


@strawberry.type
class Counterfactual:
    """The smallest rise of one skill, in hundredths, that would put a suggestion first, or as high as any rise does.

    Levels are in [0, 1]. `rank` and `wouldBeRank` are places by score, whatever first places are drawn.
    """

    sentence: str
    skill: Skill
    from_: float = strawberry.field(name="from")
    to: float
    rank: int
    would_be_rank: int


@strawberry.type
class EvidenceSource:
    """One source of a level: `code` of a resource, posting or project, null for what a record stated.

    `amount` counts before `decay`, which is what is left of it after `years`; contributions add up to the level.
    """

    component: str
    code: str | None
    amount: float
    years: float | None
    decay: float
    contribution: float


@strawberry.type
class Evidence:
    """A relationship without which the score, redundancy aside, would be lower by `drop`.

    A `drop` of 1 or more says that it would not be suggested at all. HAS is the student's, with what its level comes
    from; IMPROVES the item's, REQUIRES the target's.
    """

    relationship: str
    skill: Skill
    value: float
    drop: float
    sources: list[EvidenceSource]


def to_counterfactual(found: explain_on_demand.WhatIf | None) -> Counterfactual | None:
    """What clients see of a rise."""
    if found is None:
        return None
    return Counterfactual(
        sentence=found.sentence,
        skill=Skill.of(found.skill, found.label),
        from_=found.have,
        to=found.level,
        rank=found.rank,
        would_be_rank=found.would_be_rank,
    )


def to_evidence(piece: explain_on_demand.EvidencePiece) -> Evidence:
    """What clients see of a piece of evidence."""
    return Evidence(
        relationship=piece.relationship,
        skill=Skill.of(piece.skill, piece.label),
        value=piece.value,
        drop=piece.drop,
        sources=[
            EvidenceSource(
                component=source.component,
                code=source.code,
                amount=source.amount,
                years=source.years,
                decay=source.decay,
                contribution=source.contribution,
            )
            for source in piece.sources
        ],
    )
