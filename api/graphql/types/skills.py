"""GraphQL types of skills and their revisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from skillpath.api.graphql.loaders.loaders import Loaders
from skillpath.api.graphql.types.connections import Connection, check_first, page
from skillpath.api.graphql.types.path_types import Waypoint
from skillpath.graph.core.connection import Row

Info = strawberry.Info[Loaders, None]


@strawberry.type
class RevisionInfo:
    """One immutable entry of the revision log: who, when, why, and how things were before and after."""

    revision: int
    at: datetime
    by: str
    action: str
    reason: str | None
    before: JSON
    after: JSON
    undoes: int | None


@strawberry.type
class Skill(relay.Node, Waypoint):
    """A skill, knowledge or group of the vocabulary."""

    @classmethod
    def resolve_id(cls, root: Any, *, info: Any) -> str:
        """The business key is the local part of the global id."""
        return str(root.code)

    @classmethod
    async def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        """Skills by code."""
        rows = await info.context.skills.load_many(list(node_ids))
        return [None if row is None else to_skill(row) for row in rows]

    async def _row(self, info: Info) -> Row:
        return await info.context.skills.load(self.code) or {}

    @strawberry.field
    async def alt_labels(self, info: Info) -> list[str]:
        """What else people call it."""
        return (await self._row(info)).get("altLabels") or []

    @strawberry.field
    async def definition(self, info: Info) -> str | None:
        """What it means."""
        return (await self._row(info)).get("definition")

    @strawberry.field
    async def kind(self, info: Info) -> str | None:
        """skill, knowledge, language or group."""
        return (await self._row(info)).get("kind")

    @strawberry.field
    async def status(self, info: Info) -> str | None:
        """released or deprecated."""
        return (await self._row(info)).get("status")

    @strawberry.field
    async def broader(self, info: Info) -> list[Skill]:
        """The next broader skills or groups."""
        return [to_skill(row) for row in await info.context.broader.load(self.code)]

    @strawberry.field
    async def narrower(self, info: Info, first: int = 20) -> Connection[Skill]:
        """The next narrower skills, by label."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.narrower.load((self.code, wanted))
        total = rows[0]["total"] if rows else 0
        return page([(i, to_skill(row)) for i, row in enumerate(rows, 1)], total, total)

    @strawberry.field
    async def replaced_by(self, info: Info) -> Skill | None:
        """The skill to use instead of a deprecated one."""
        rows = await info.context.replacements.load(self.code)
        return to_skill(rows[0]) if rows else None

    @strawberry.field
    async def history(self, info: Info, first: int = 20) -> Connection[RevisionInfo]:
        """What was decided about it, the last decision first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.history.load((self.code, wanted))
        total = rows[0]["total"] if rows else 0
        return page([(i, to_revision_info(row)) for i, row in enumerate(rows, 1)], total, total)

    @classmethod
    def of(cls, code: str, label: str) -> Self:
        """A skill whose other fields are read when asked for."""
        return cls(code=code, label=label)


@strawberry.type
class SkillHit:
    """A skill that a search found: ``score`` in (0, 1], and how it was found."""

    score: float
    method: str
    skill: Skill


def to_revision_info(row: Row) -> RevisionInfo:
    """The entry of a row."""
    return RevisionInfo(
        revision=row["revision"],
        at=datetime.fromisoformat(row["at"]),
        by=row["by"],
        action=row["action"],
        reason=row["reason"],
        before=row["before"],
        after=row["after"],
        undoes=row["undoes"],
    )


def to_skill(row: Row) -> Skill:
    """The skill of a row with ``code`` and ``label``."""
    return Skill.of(row["code"], row["label"])
