"""GraphQL types of the plan toward a student's first target."""

from __future__ import annotations

import strawberry

from skillpath.api.graphql.types.skills import Skill, to_skill
from skillpath.api.graphql.types.suggestions import Resource
from skillpath.api.services.plan_gains import JointPlan


@strawberry.type
class PlanStep:
    """A resource of a plan, and the weighted levels that it closes beyond those before it."""

    resource: Resource
    gain: float


@strawberry.type
class PlanClosing:
    """A skill that a plan closes: `gain` in levels, of all its resources together."""

    skill: Skill
    have: float
    required: float
    gain: float


@strawberry.type
class Plan:
    """Resources in order, prerequisites first; `gain` is what they close together, in weighted levels."""

    gain: float
    steps: list[PlanStep]
    closes: list[PlanClosing]


def to_plan(stored_plan: JointPlan) -> Plan:
    """What clients see of a plan."""
    return Plan(
        gain=stored_plan.gain,
        steps=[
            PlanStep(resource=Resource(code=step["code"], label=step["label"]), gain=step["gain"])
            for step in stored_plan.resources
        ],
        closes=[
            PlanClosing(skill=to_skill(step), have=step["have"], required=step["required"], gain=step["gain"])
            for step in stored_plan.closes
        ],
    )
