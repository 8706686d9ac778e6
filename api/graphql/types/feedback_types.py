"""GraphQL types of feedback on recommendations."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import strawberry

from skillpath.graph.core.connection import Row


@strawberry.enum
class FeedbackEvent(Enum):
    """How far somebody went with a suggestion, from a look at it to having done it."""

    CLICK = "CLICK"
    BOOKMARK = "BOOKMARK"
    APPLY = "APPLY"
    REGISTER = "REGISTER"
    COMPLETE = "COMPLETE"


@strawberry.type
class Feedback:
    """One thing that was done with a suggestion."""

    event: FeedbackEvent
    at: datetime


def to_feedback(row: Row) -> Feedback:
    """The feedback of a row."""
    return Feedback(event=FeedbackEvent(row["event"]), at=row["at"].to_native())
