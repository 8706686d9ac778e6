"""Fields of work that fit a student without a target so far, and what would bring chains to one without any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skillpath.chains.model.coverage import REMEDIES
from skillpath.graph.core import reads
from skillpath.graph.core.connection import Graph, Row
from skillpath.ontology.formats.isco import read_sub_major_groups


@dataclass(frozen=True)
class WorkFieldMatch:
    """A sub-major group of ISCO-08 with its match in [0, 1]."""

    code: str
    label: str
    match: float


def to_work_fields(rows: Sequence[Row]) -> list[WorkFieldMatch]:
    """The fields of the rows of one student's stage state, best first; none before any scores or with a target."""
    if not rows or not rows[0]["fields"]:
        return []
    labels = read_sub_major_groups()
    found = zip(rows[0]["fields"], rows[0]["fieldMatches"], strict=True)
    return [WorkFieldMatch(code, labels.get(code, code), match) for code, match in found]


def to_remedy(rows: Sequence[Row]) -> str | None:
    """What would bring chains to the student of some rows; None where there is a chain, or before any scores."""
    return REMEDIES.get(rows[0]["reason"]) if rows else None


def read_stage_state(graph: Graph, run: str, student: str) -> list[Row]:
    """The row of one student's stage state in a run, as a list of one or none."""
    return reads.by_owner(graph, reads.STAGE_STATES, [student], run=run)[0]
