"""Job clusters as clients see them: what the market asked of them, month by month."""

from __future__ import annotations

from datetime import date

import strawberry

from skillpath.api.schema.connections import check_first
from skillpath.api.schema.skills import Info


@strawberry.type
class Demand:
    """What the market asks of a job cluster; computed by a forecast run."""

    demand_class: str | None = None
    demand: float | None = None
    trend: float | None = None
    gap: float | None = None
    confidence: float | None = None
    warning_index: float | None = None
    warning: bool | None = None


@strawberry.type
class DemandMonth:
    """One month of a job cluster: its first day and the posts, reposts left out; the rest needs a forecast run."""

    period: date
    postings: int
    demand: float | None = None
    gap: float | None = None
    demand_class: str | None = None


@strawberry.type
class JobCluster:
    """An occupation-level group of posts."""

    code: str
    label: str

    @strawberry.field
    def demand(self) -> Demand | None:
        """Null until a forecast run has written it."""
        return None

    @strawberry.field
    async def history(self, info: Info, last: int = 12) -> list[DemandMonth]:
        """The last months until the last one of any cluster, the oldest first, since its first post."""
        wanted = check_first(last, info.context.settings.page, "last")
        rows = await info.context.demand.load((self.code, wanted))
        return [DemandMonth(period=row["period"], postings=row["postings"]) for row in rows]
