"""The feedback and refresh mutations."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry import relay

from skillpath.api.graphql.loaders.loaders import in_thread
from skillpath.api.graphql.types.feedback_types import FeedbackEvent
from skillpath.api.graphql.types.recommendations import Recommendation, student_by_code
from skillpath.api.graphql.types.run_types import Run, to_run
from skillpath.api.graphql.types.skills import Info
from skillpath.api.graphql.types.student_types import Student
from skillpath.errors import BadInput, NotFound
from skillpath.graph.scores import feedback_store
from skillpath.pipeline.scoring.refresh import RefreshResult


@strawberry.input
class RecordFeedbackInput:
    """What was done with which suggestion; the key, such as a random UUID, is the same when it is sent again."""

    recommendation: strawberry.ID
    event: FeedbackEvent
    idempotency_key: str


@strawberry.type
class RecordFeedbackPayload:
    """`duplicate` if the key had been counted already; the recommendation is null if it is not served any more."""

    recommendation: Recommendation | None
    duplicate: bool


@strawberry.input
class RefreshRecommendationsInput:
    """Whose chains to make anew, by code."""

    student: str


@strawberry.type
class RefreshRecommendationsPayload:
    """Whose chains were made anew, in which run, and how many milliseconds that took."""

    student: Student
    run: Run
    took_ms: float


@strawberry.type
class FeedbackMutations:
    """What people do with chains."""

    @strawberry.mutation
    async def record_feedback(self, info: Info, input: RecordFeedbackInput) -> RecordFeedbackPayload:
        """Keep what somebody did with a suggestion; the same key twice counts once."""
        key = _key_of(input.recommendation)
        seen: bool = await in_thread(
            feedback_store.record, info.context.graph, key, input.event.value, input.idempotency_key, info.context.user
        )
        info.context.forget()
        found: list[Any] = await Recommendation.resolve_nodes(info=info, node_ids=[key])
        return RecordFeedbackPayload(recommendation=found[0], duplicate=seen)

    @strawberry.mutation
    async def refresh_recommendations(
        self, info: Info, input: RefreshRecommendationsInput
    ) -> RefreshRecommendationsPayload:
        """Compute a student's chains anew from what the graph holds now; of nobody else anything changes."""
        done: RefreshResult = await in_thread(info.context.refresher.refresh, [input.student])
        info.context.forget()
        row = await info.context.runs.load(done.run)
        if row is None:
            raise NotFound("The run is gone", where=done.run, todo="Refresh again")
        return RefreshRecommendationsPayload(
            student=await student_by_code(info, input.student), run=to_run(row), took_ms=done.took_ms
        )


def _key_of(id: str) -> str:
    """The local part of a recommendation's global id."""
    try:
        known = relay.GlobalID.from_id(id)
    except (relay.GlobalIDValueError, ValueError) as error:
        raise BadInput("Not an id", where="recommendation", todo="Give the id of a Recommendation") from error
    if known.type_name != "Recommendation":
        raise BadInput(f"The id of a {known.type_name[:50]}", where="recommendation", todo="Give a Recommendation's")
    return known.node_id
