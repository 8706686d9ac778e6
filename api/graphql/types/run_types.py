"""GraphQL type of a pipeline run."""

from __future__ import annotations

import json
from datetime import datetime

import strawberry

from skillpath.api.graphql.types.path_types import Property, to_properties
from skillpath.graph.core.connection import Row


@strawberry.type
class Run:
    """One run of the pipeline; all that a request reads of students is of one."""

    id: strawberry.ID
    kind: str
    started_at: datetime
    finished_at: datetime | None
    metrics: list[Property]


def to_run(row: Row) -> Run:
    """The run of a row."""
    finished = row["finishedAt"]
    return Run(
        id=strawberry.ID(row["code"]),
        kind=row["kind"],
        started_at=row["startedAt"].to_native(),
        finished_at=finished.to_native() if finished is not None else None,
        metrics=to_properties(json.loads(row["metrics"] or "{}")),
    )
