"""Policy updates in the graph: write, serve and read."""

from __future__ import annotations

from typing import Any

import structlog

from skillpath.cypher import query
from skillpath.errors import SkillpathError
from skillpath.graph.core.connection import Graph, Row, Transaction

log = structlog.get_logger(__name__)
LOCK = query("policy/lock_policy", "serving")
WRITE = query("policy/write_update", "serving", "number", "properties")
SERVE = query("policy/serve_update", "serving", "number")
SERVED = query("policy/read_served", "serving")
UPDATES = query("policy/read_updates")
SERVING = "policy"


class PolicyChanged(SkillpathError):
    """The policy was updated meanwhile; nothing was changed."""

    code = "CONFLICT"


def served(graph: Graph) -> Row | None:
    """The update whose policy the next scores use; None if none was ever served."""
    rows = graph.read(SERVED, serving=SERVING)
    return dict(rows[0]["told"]) if rows else None


def updates(graph: Graph) -> list[Row]:
    """Every update, the oldest first; numbers count from 1."""
    return [dict(row["told"]) for row in graph.read(UPDATES)]


def keep(graph: Graph, properties: dict[str, Any], *, after: int, serve: bool) -> int:
    """Keep one more update and, if asked to, serve it, in one transaction; its number.

    Args:
        properties: of the node. after: number of the last update when this one was made, 0 before the first.

    Raises:
        PolicyChanged: another update was made since.
    """

    def work(tx: Transaction) -> int:
        if tx.run(LOCK, serving=SERVING)[0]["last"] != after:
            raise PolicyChanged("The policy was updated meanwhile", where=f"update {after + 1}", todo="Run it again")
        tx.run(WRITE, serving=SERVING, number=after + 1, properties=properties)
        if serve:
            tx.run(SERVE, serving=SERVING, number=after + 1)
        return after + 1

    number = graph.transact(work)
    log.info("policy.updated", number=number, served=serve)
    return number
