"""GraphQL types of students: stage, targets, diagnosis, recommendations."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

import strawberry
from strawberry import relay

from skillpath.api.graphql.types.capabilities import BroadCapability, Capability, to_capability
from skillpath.api.graphql.types.clusters import JobCluster
from skillpath.api.graphql.types.connections import Connection, check_first, from_cursor, page
from skillpath.api.graphql.types.path_types import Waypoint
from skillpath.api.graphql.types.plan_types import Plan, to_plan
from skillpath.api.graphql.types.recommendations import Recommendation, to_recommendation
from skillpath.api.graphql.types.skills import Info, Skill, to_skill
from skillpath.api.services.broad_capability import compute_broad_levels
from skillpath.api.services.work_fields import to_remedy, to_work_fields
from skillpath.chains.model.coverage import REASONS
from skillpath.graph.core.connection import Row
from skillpath.graph.scores.chain_page import ChainPage

HAS_CHAIN = REASONS[0]


@strawberry.enum
class Path(Enum):
    """What a chain suggests: a posting, a resource, or a venture project."""

    JOB = "JOB"
    TRAINING = "TRAINING"
    VENTURE = "VENTURE"


@strawberry.type
class Stage:
    """Stage state of a student, each in [0, 1], and the path probabilities, which add up to 1; null before any scores.

    `enrol` is the share of the study still ahead; the others saturate with what was done. `stale` if anything of the
    student's changed since; a refresh makes it anew.
    """

    enrol: float | None = None
    learn: float | None = None
    work: float | None = None
    start_up: float | None = None
    job: float | None = None
    training: float | None = None
    venture: float | None = None
    stale: bool = False


@strawberry.type
class Target:
    """A job cluster a student aims at; ``gap`` is in levels summed over its requirements."""

    match: float
    gap: float
    rank: int
    stated: bool
    cluster: JobCluster
    student: strawberry.Private[str]

    @strawberry.field
    async def plan(self, info: Info) -> Plan | None:
        """A few resources that close most of the gap together; null but for the first target, or if nothing helps."""
        stored_plan = await info.context.plans.load(self.student) if self.rank == 1 else None
        return to_plan(stored_plan) if stored_plan else None


@strawberry.type
class WorkField:
    """A field of work that fits what a student without a target can so far: a sub-major group of ISCO-08."""

    code: str
    label: str
    match: float

    @strawberry.field
    async def clusters(self, info: Info, first: int = 5) -> list[JobCluster]:
        """Job clusters of the field to choose a target from, the most wanted first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.field_clusters.load((self.code, wanted))
        return [JobCluster(code=row["code"], label=row["label"]) for row in rows]


@strawberry.type
class Lack:
    """A skill a student lacks; levels in [0, 1]."""

    skill: Skill
    have: float
    required: float
    gap: float


@strawberry.type
class Dimension:
    """What a student has and lacks in one category, in levels summed over its skills."""

    category: Skill | None
    have: float
    required: float
    gap: float


@strawberry.type
class Diagnosis:
    """The gap between a student and the first target."""

    student: strawberry.Private[str]

    @strawberry.field
    async def coverage(self, info: Info) -> float | None:
        """Share of the required levels that the student has; null without a target."""
        targets = await info.context.targets.load(self.student)
        if not targets or not targets[0]["required"]:
            return None
        return 1.0 - float(targets[0]["gap"]) / float(targets[0]["required"])

    @strawberry.field
    async def dimensions(self, info: Info) -> list[Dimension]:
        """By category of skill, the most required first."""
        rows = await info.context.dimensions.load(self.student)
        return [
            Dimension(
                category=to_skill(row) if row["code"] and row["label"] else None,
                have=row["have"],
                required=row["required"],
                gap=row["gap"],
            )
            for row in rows
        ]

    @strawberry.field
    async def lacking(self, info: Info, first: int = 10) -> list[Lack]:
        """The skills lacking, largest gap first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.lacking.load(self.student)
        return [
            Lack(skill=to_skill(row), have=row["have"], required=row["required"], gap=row["gap"])
            for row in rows[:wanted]
        ]


@strawberry.type
class Student(relay.Node, Waypoint):
    """A person on the way from what they can to what they aim at; the label is the code again, as no name is kept."""

    cohort: int | None
    programme: str | None

    @classmethod
    def resolve_id(cls, root: Any, *, info: Any) -> str:
        """The business key is the local part of the global id."""
        return str(root.code)

    @classmethod
    async def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        """Students by code."""
        rows = await info.context.students.load_many(list(node_ids))
        return [None if row is None else to_student(row) for row in rows]

    @strawberry.field
    async def stage(self, info: Info) -> Stage:
        """Stage state of the student: enrolment, learning, work and start-up."""
        rows = await info.context.stage_states.load(self.code)
        if not rows:
            return Stage()
        row = rows[0]
        return Stage(
            enrol=row["enrol"],
            learn=row["learn"],
            work=row["work"],
            start_up=row["startUp"],
            job=row["job"],
            training=row["training"],
            venture=row["venture"],
            stale=row["stale"],
        )

    @strawberry.field
    async def without_chain(self, info: Info) -> str | None:
        """Why there is no chain at all, as a code such as NO_CAPABILITY; null if there is one, or before any scores."""
        rows = await info.context.stage_states.load(self.code)
        return rows[0]["reason"] if rows and rows[0]["reason"] != HAS_CHAIN else None

    @strawberry.field
    async def chain_remedy(self, info: Info) -> str | None:
        """What would bring chains to a student who has none, as a sentence; null if there is one, or before scores."""
        rows = await info.context.stage_states.load(self.code)
        return to_remedy(rows)

    @strawberry.field
    async def fields(self, info: Info) -> list[WorkField]:
        """Fields of work that fit so far, best first, where too little is known to name a target; else empty."""
        rows = await info.context.stage_states.load(self.code)
        return [WorkField(code=each.code, label=each.label, match=each.match) for each in to_work_fields(rows)]

    @strawberry.field
    async def targets(self, info: Info, first: int = 3) -> Connection[Target]:
        """The job clusters aimed at, first target first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.targets.load(self.code)
        items = [
            (
                row["rank"],
                Target(
                    match=row["match"],
                    gap=row["gap"],
                    rank=row["rank"],
                    stated=row["stated"],
                    cluster=JobCluster(code=row["code"], label=row["label"]),
                    student=self.code,
                ),
            )
            for row in rows[:wanted]
        ]
        return page(items, len(rows), rows[-1]["rank"] if rows else 0)

    @strawberry.field
    async def capabilities(self, info: Info, first: int = 10) -> list[Capability]:
        """What the student can by the served run, highest level first, and where that comes from."""
        wanted = check_first(first, info.context.settings.page)
        return [to_capability(row) for row in (await info.context.capabilities.load(self.code))[:wanted]]

    @strawberry.field
    async def broad_capabilities(self, info: Info, first: int = 10) -> list[BroadCapability]:
        """What the student can along the hierarchy, highest level first; a view, which no score uses."""
        wanted = check_first(first, info.context.settings.page)
        rows = compute_broad_levels(await info.context.broader_capabilities.load(self.code))
        return [BroadCapability(skill=to_skill(row), level=row["level"], own=row["own"]) for row in rows[:wanted]]

    @strawberry.field
    async def diagnosis(self, info: Info) -> Diagnosis:
        """The gap between the student and the first target."""
        await info.context.run()
        return Diagnosis(student=self.code)

    @strawberry.field
    async def next(self, info: Info) -> Recommendation | None:
        """The one chain to go on with, of all paths: drawn from the first of each."""
        rows = await info.context.next_steps.load(self.code)
        found: list[Any] = await Recommendation.resolve_nodes(info=info, node_ids=[row["id"] for row in rows])
        return found[0] if found else None

    @strawberry.field
    async def recommendations(
        self, info: Info, path: Path, first: int = 5, after: str | None = None
    ) -> Connection[Recommendation]:
        """Chains of one path, best first."""
        wanted = check_first(first, info.context.settings.page)
        rows = await info.context.chains.load(ChainPage(self.code, path.value, wanted, from_cursor(after)))
        items = [(row["rank"], to_recommendation(row)) for row in rows]
        return page(items, rows[0]["total"] if rows else 0, rows[0]["last"] if rows else 0)


def to_student(row: Row) -> Student:
    """The student of a row."""
    return Student(label=row["code"], **row)
