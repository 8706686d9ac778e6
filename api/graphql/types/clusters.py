"""GraphQL types of job clusters: requirements, shortages, bridging resources, demand."""

from __future__ import annotations

import strawberry

from skillpath.api.graphql.types.connections import PageInfo, check_first, page, to_cursor
from skillpath.api.graphql.types.demand_types import Demand, DemandMonth, to_demand, to_demand_month
from skillpath.api.graphql.types.path_types import Waypoint
from skillpath.api.graphql.types.skills import Info, Skill, to_skill
from skillpath.api.graphql.types.suggestions import KINDS, Suggestion


@strawberry.type
class RequirementEdge:
    """A skill that a job cluster requires: the level in [0, 1], and 1 as the weight of what is essential."""

    cursor: str
    level: float
    weight: float | None
    node: Skill


@strawberry.type
class RequirementConnection:
    """The first requirements of a job cluster."""

    total_count: int
    edges: list[RequirementEdge]
    page_info: PageInfo


@strawberry.type
class BridgeEdge:
    """A resource that bridges the way to a job cluster, over all students who aim there: mean bridging and gain."""

    cursor: str
    bridging: float
    gain: float
    node: Suggestion


@strawberry.type
class BridgeConnection:
    """The strongest bridges to a job cluster."""

    total_count: int
    edges: list[BridgeEdge]
    page_info: PageInfo


@strawberry.type
class Shortage:
    """A skill that the students who aim first at a job cluster lack: levels in [0, 1], means over all of them.

    `students` is how many of them lack it.
    """

    skill: Skill
    required: float
    supplied: float
    gap: float
    students: int


@strawberry.type
class JobCluster(Waypoint):
    """An occupation-level group of postings."""

    @strawberry.field
    async def demand(self, info: Info) -> Demand | None:
        """What the served forecasts say now; null where there are none."""
        row = await info.context.forecasts.load(self.code)
        return None if row is None else to_demand(row)

    @strawberry.field
    async def history(self, info: Info, last: int = 12) -> list[DemandMonth]:
        """The last months until the last one of any cluster, the oldest first, since its first posting."""
        wanted = check_first(last, info.context.settings.page, "last")
        rows = await info.context.demand.load((self.code, wanted))
        if not rows:
            return []
        rows_of_months = await info.context.month_forecasts.load((self.code, rows[0]["period"]))
        forecasts = {row["period"]: row for row in rows_of_months}
        return [to_demand_month(row, forecasts.get(row["period"])) for row in rows]

    @strawberry.field
    async def requires(self, info: Info, first: int = 10) -> RequirementConnection:
        """The skills it requires, the most essential and highest first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.requires.load((self.code, wanted))
        edges = [
            RequirementEdge(cursor=to_cursor(i), level=row["level"], weight=row["weight"], node=to_skill(row))
            for i, row in enumerate(rows, 1)
        ]
        total = rows[0]["total"] if rows else 0
        return RequirementConnection(total_count=total, edges=edges, page_info=_info(len(rows), total))

    @strawberry.field
    async def shortages(self, info: Info, first: int = 5) -> list[Shortage]:
        """The skills that students who aim here lack most, by the served scores; empty before the first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.shortages.load((self.code, wanted))
        return [
            Shortage(
                skill=to_skill(row),
                required=row["required"],
                supplied=row["supplied"],
                gap=row["gap"],
                students=row["students"],
            )
            for row in rows
        ]

    @strawberry.field
    async def bridges(self, info: Info, first: int = 5) -> BridgeConnection:
        """The resources that bridge most of the way here, by the served scores; empty before the first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.bridges.load((self.code, wanted))
        edges = [
            BridgeEdge(
                cursor=to_cursor(i),
                bridging=row["bridging"],
                gain=row["gain"],
                node=KINDS["Resource"](code=row["code"], label=row["label"]),
            )
            for i, row in enumerate(rows, 1)
        ]
        total = rows[0]["total"] if rows else 0
        return BridgeConnection(total_count=total, edges=edges, page_info=_info(len(rows), total))


def _info(shown: int, total: int) -> PageInfo:
    return page([(shown, None)] if shown else [], total, total).page_info
