"""GraphQL types of a student's capability and its sources."""

from __future__ import annotations

from collections.abc import Sequence

import strawberry

from skillpath.api.graphql.types.skills import Skill, to_skill
from skillpath.chains.model.capability import COMPONENTS
from skillpath.graph.core.connection import Row


@strawberry.type
class Share:
    """What one of admission, learning, practice and innovation contributes to a level; shares add up to it."""

    component: str
    share: float


@strawberry.type
class Contribution:
    """What one thing contributes to a level: the code of a resource, posting or project, or `admission`."""

    code: str
    share: float


@strawberry.type
class Capability:
    """A level in [0, 1] that the served run found, and what it comes from: components and things each add up to it."""

    skill: Skill
    level: float
    components: list[Share]
    evidence: list[Contribution]


@strawberry.type
class BroadCapability:
    """A level in [0, 1] with what narrower skills say of it, half of their evidence a step; `own` is without them."""

    skill: Skill
    level: float
    own: float


def to_shares(parts: Sequence[float] | None) -> list[Share]:
    """The components that contribute anything."""
    return [Share(component=name, share=part) for name, part in zip(COMPONENTS, parts or (), strict=False) if part > 0]


def to_capability(row: Row) -> Capability:
    """The capability of a row."""
    parts = zip(row["evidence"] or (), row["shares"] or (), strict=False)
    return Capability(
        skill=to_skill(row),
        level=row["level"],
        components=to_shares(row["components"]),
        evidence=[Contribution(code=code, share=share) for code, share in parts],
    )
