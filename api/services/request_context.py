"""The request that is being answered: its id and what is counted of it, known to all code that answers it."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field

WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,128}")
"""Request ids that are taken from a header: nothing in them can break a log line."""
OK, REFUSED, FAILED = "ok", "refused", "failed"


def new_id() -> str:
    """A request id of 16 hexadecimal digits."""
    return secrets.token_hex(8)


@dataclass
class RequestInfo:
    """One request as the log and the metrics know it.

    Attributes:
        operation: one of a few names of ours, never a text of the client's.
        outcome: ok, refused (the request was wrong) or failed (we were).
    """

    id: str = field(default_factory=new_id)
    operation: str = "other"
    outcome: str = OK


current: ContextVar[RequestInfo | None] = ContextVar("request", default=None)


def id_of(header: str) -> str:
    """The id that a client sent, if it is well formed, else a new one.

    >>> id_of("0a1b2c3d-4e5f")
    '0a1b2c3d-4e5f'
    >>> len(id_of("two words"))
    16
    """
    return header if WELL_FORMED.fullmatch(header) else new_id()
