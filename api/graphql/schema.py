"""The root types and the assembled GraphQL schema."""

from __future__ import annotations

import sys

import strawberry
from graphql import GraphQLError
from strawberry import relay
from strawberry.extensions import MaxAliasesLimiter, MaxTokensLimiter, QueryDepthLimiter
from strawberry.types import ExecutionContext

from skillpath.api.graphql.documented import document
from skillpath.api.graphql.limits import ErrorCodes
from skillpath.api.graphql.loaders.loaders import in_thread
from skillpath.api.graphql.mutations import curation_mutations, feedback_mutations
from skillpath.api.graphql.mutations.curation_mutations import CurationMutations
from skillpath.api.graphql.mutations.feedback_mutations import FeedbackMutations
from skillpath.api.graphql.queries import planner, steward
from skillpath.api.graphql.queries.planner import PlannerQuery
from skillpath.api.graphql.queries.steward import StewardQuery
from skillpath.api.graphql.types import (
    capabilities,
    clusters,
    connections,
    curation_types,
    demand_types,
    explanation_types,
    feedback_types,
    path_types,
    plan_types,
    recommendations,
    run_types,
    skills,
    stewards,
    student_types,
    suggestions,
)
from skillpath.api.graphql.types.connections import check_first
from skillpath.api.graphql.types.skills import Info, Skill, SkillHit, to_skill
from skillpath.api.graphql.types.student_types import Student, to_student
from skillpath.api.graphql.types.suggestions import Job, Project, Resource
from skillpath.api.service_settings import ApiSettings
from skillpath.errors import BadInput
from skillpath.graph.core import reads


@strawberry.type
class Query(PlannerQuery, StewardQuery):
    """Everything that can be read."""

    @strawberry.field
    async def node(self, info: Info, id: strawberry.ID) -> relay.Node | None:
        """Anything that has a global id; null if it is there no more."""
        try:
            known = relay.GlobalID.from_id(id)
            found = await known.resolve_node(info)
        except (relay.GlobalIDValueError, KeyError, TypeError) as error:
            raise BadInput("Not an id", where="id", todo="Give the id of something this API returned") from error
        return found

    @strawberry.field
    async def student(self, info: Info, code: str) -> Student | None:
        """A student by code; null if there is none."""
        row = await info.context.students.load(code)
        return None if row is None else to_student(row)

    @strawberry.field
    async def skill(self, info: Info, code: str) -> Skill | None:
        """A skill by code; null if there is none."""
        row = await info.context.skills.load(code)
        return None if row is None else to_skill(row)

    @strawberry.field
    async def skill_search(self, info: Info, text: str, first: int = 5) -> list[SkillHit]:
        """Skills by what people call them, best first."""
        settings = info.context.settings
        if len(text) > settings.text:
            raise BadInput(f"The text has {len(text)} characters", where="text", todo=f"Give at most {settings.text}")
        rows = await in_thread(reads.search_skills, info.context.graph, text, check_first(first, settings.page))
        for row in rows:
            info.context.skills.prime(row["code"], row)
        return [SkillHit(score=row["score"], method=row["method"], skill=to_skill(row)) for row in rows]


@strawberry.type
class Mutation(CurationMutations, FeedbackMutations):
    """What stewards decide, where the header ``X-Skillpath-User`` says who does, and what people do with chains."""


class Schema(strawberry.Schema):
    """A schema that leaves the logging of errors to :class:`ErrorCodes`, which knows which are ours."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Log nothing here."""


def build_schema(settings: ApiSettings | None = None) -> strawberry.Schema:
    """The schema with the limits of ``settings``."""
    chosen = settings or ApiSettings()
    mine = [clusters, connections, curation_types, curation_mutations, recommendations, skills, steward, stewards]
    more = [
        demand_types,
        feedback_types,
        planner,
        feedback_mutations,
        run_types,
        student_types,
        suggestions,
        path_types,
    ]
    explanations = [capabilities, plan_types, explanation_types]
    document([sys.modules[__name__], *mine, *more, *explanations])
    return Schema(
        Query,
        mutation=Mutation,
        types=[Job, Resource, Project],
        extensions=[
            lambda: QueryDepthLimiter(max_depth=chosen.depth),
            lambda: MaxAliasesLimiter(max_alias_count=chosen.aliases),
            lambda: MaxTokensLimiter(max_token_count=chosen.tokens),
            ErrorCodes,
        ],
    )
