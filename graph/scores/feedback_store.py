"""Feedback on recommendations, stored once for each idempotency key."""

from __future__ import annotations

import secrets

from skillpath.cypher import query
from skillpath.errors import BadInput, NotFound, SkillpathError
from skillpath.graph.core.connection import Graph, Transaction
from skillpath.graph.core.runs import SERVING

RECORD = query("feedback/record_feedback", "serving", "recommendation", "key", "event", "by", "stamp")
BY_KEY = query("feedback/read_by_key", "key")
FEEDBACK = query("feedback/read_feedback", "codes", "first")
KEY_LENGTH = 200
"""Most characters of an idempotency key."""


class KeyTaken(SkillpathError):
    """An idempotency key was given again with something else."""

    code = "CONFLICT"


def record(graph: Graph, recommendation: str, event: str, key: str, by: str) -> bool:
    """Keep what somebody did with a recommendation of the served run; whether this key had been counted already.

    The first of equal keys counts, also of those sent at once. Its retry is answered even if what it was about is
    gone meanwhile.

    Raises:
        BadInput: the key is blank or longer than `KEY_LENGTH`.
        KeyTaken: the key stands for another event or recommendation; nothing was changed.
        NotFound: the served run has no such recommendation.
    """
    if not key.strip() or len(key) > KEY_LENGTH:
        todo = f"Give 1 to {KEY_LENGTH} characters, the same whenever the same event is sent again"
        raise BadInput("Not an idempotency key", where=key[:20], todo=todo)
    asked = {"recommendation": recommendation, "key": key, "event": event, "by": by, "stamp": secrets.token_hex(8)}

    def work(tx: Transaction) -> bool:
        rows = tx.run(RECORD, serving=SERVING, **asked) or tx.run(BY_KEY, key=key)
        if not rows:
            raise NotFound("No such recommendation", where=recommendation, todo="Read the student's chains again")
        if (rows[0]["event"], rows[0]["recommendation"]) != (event, recommendation):
            raise KeyTaken("This key stands for something else", where=key, todo="Give each event a key of its own")
        return not rows[0]["isNew"]

    return graph.transact(work)
