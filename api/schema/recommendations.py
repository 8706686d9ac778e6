"""Chains as clients see them: what is suggested, toward what, what it closes, and why."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

import strawberry
from strawberry import relay

from skillpath.api.schema.clusters import JobCluster
from skillpath.api.schema.loaders import in_thread
from skillpath.api.schema.skills import Info, Skill, skill_of
from skillpath.api.schema.suggestions import KINDS, Suggestion
from skillpath.api.why import sentence
from skillpath.graph import reads
from skillpath.graph.connection import Row


@strawberry.type
class Closing:
    """A skill that a chain closes: levels in [0, 1]."""

    skill: Skill
    have: float
    required: float
    gain: float


@strawberry.type
class Explanation:
    """The terms of a chain and a sentence built from them; terms that are not learned yet are null."""

    match: float
    gap: float
    bridging: float
    text: str
    heat: float | None = None
    stage: float | None = None
    redundancy: float | None = None


@strawberry.type
class Recommendation(relay.Node):
    """One explainable chain: goal, gap, resource."""

    key: relay.NodeID[str]
    rank: int
    score: float
    path: str
    suggests: Suggestion
    toward: JobCluster
    closes: list[Closing]
    explanation: Explanation

    @classmethod
    async def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        """Chains of the served run by id."""
        run = await info.context.run()
        found = []
        for key in node_ids:
            rows = await in_thread(partial(info.context.graph.read, reads.RECOMMENDATION, id=key, run=run))
            found.append(recommendation_of(rows[0]) if rows else None)
        return found


def recommendation_of(row: Row) -> Recommendation:
    """The chain of one row."""
    return Recommendation(
        key=row["id"],
        rank=row["rank"],
        score=row["score"],
        path=row["path"],
        suggests=KINDS[row["kind"]](code=row["itemCode"], label=row["itemLabel"]),
        toward=JobCluster(code=row["clusterCode"], label=row["clusterLabel"]),
        closes=[
            Closing(skill=skill_of(s), have=s["have"], required=s["required"], gain=s["gain"]) for s in row["closes"]
        ],
        explanation=Explanation(match=row["match"], gap=row["gap"], bridging=row["bridging"], text=sentence(row)),
    )
