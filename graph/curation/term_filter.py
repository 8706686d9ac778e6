"""Which terms of the queue are meant."""

from __future__ import annotations

from dataclasses import dataclass

from skillpath.errors import BadInput
from skillpath.ontology.curation.term_decisions import STATUSES


@dataclass(frozen=True)
class TermFilter:
    """Which terms of the queue are meant.

    Attributes:
        status: unmapped, review, mapped or rejected.
        source: the source they come from; None for all.
        contains: text they contain, in any case; None for all.
        order: MENTIONS (those that touch most records first) or TEXT.
    """

    status: str = "unmapped"
    source: str | None = None
    contains: str | None = None
    order: str = "MENTIONS"

    def __post_init__(self) -> None:
        """Raise BadInput for a status that no term has."""
        if self.status not in STATUSES:
            raise BadInput(f"No term is {self.status!r}", where="status", todo=f"Use {', '.join(STATUSES)}")
