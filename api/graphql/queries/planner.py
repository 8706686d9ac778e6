"""The planners' queries: job clusters ordered and filtered."""

from __future__ import annotations

from enum import Enum
from functools import partial

import strawberry

from skillpath.api.graphql.loaders.loaders import in_thread
from skillpath.api.graphql.types.clusters import JobCluster
from skillpath.api.graphql.types.connections import Connection, check_first, from_cursor, page
from skillpath.api.graphql.types.skills import Info
from skillpath.graph.scores import cluster_reads


@strawberry.enum
class JobClusterField(Enum):
    """What job clusters can be ordered by; those without the value come last."""

    LABEL = "LABEL"
    WARNING_INDEX = "WARNING_INDEX"
    DEMAND = "DEMAND"
    TREND = "TREND"
    GAP = "GAP"
    CONFIDENCE = "CONFIDENCE"


@strawberry.enum
class Direction(Enum):
    """Smallest or largest first."""

    ASC = "ASC"
    DESC = "DESC"


@strawberry.input
class JobClusterOrder:
    """By what, and in which direction."""

    field: JobClusterField = JobClusterField.LABEL
    direction: Direction = Direction.ASC


@strawberry.input
class JobClusterFilter:
    """Which job clusters: `warning` those with (true) or without (false) an early warning."""

    warning: bool | None = None


@strawberry.type
class PlannerQuery:
    """What planners can read."""

    @strawberry.field
    async def job_clusters(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        order_by: JobClusterOrder | None = None,
        filter: JobClusterFilter | None = None,
    ) -> Connection[JobCluster]:
        """Job clusters of the vocabulary with their forecasts, page by page."""
        wanted, skip = check_first(first, info.context.settings.page), from_cursor(after)
        order, kind = order_by or JobClusterOrder(), filter or JobClusterFilter()
        asked = cluster_reads.ClusterOrder(order.field.value, order.direction is Direction.DESC, kind.warning)
        rows, total = await in_thread(partial(cluster_reads.page, info.context.graph, asked, first=wanted, skip=skip))
        nodes = [JobCluster(code=row["code"], label=row["label"]) for row in rows]
        return page(list(enumerate(nodes, skip + 1)), total, total)

    @strawberry.field
    async def job_cluster(self, info: Info, code: str) -> JobCluster | None:
        """A job cluster by code; null if there is none."""
        rows = await in_thread(partial(cluster_reads.clusters, info.context.graph, [code]))
        return JobCluster(code=rows[0]["code"], label=rows[0]["label"]) if rows else None
