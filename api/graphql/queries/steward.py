"""The stewards' queries: term queue, proposals, vocabulary counts."""

from __future__ import annotations

import strawberry

from skillpath.api.graphql.loaders.loaders import in_thread
from skillpath.api.graphql.types.connections import Connection, check_first, from_cursor, page
from skillpath.api.graphql.types.skills import Info
from skillpath.api.graphql.types.stewards import (
    Proposal,
    ProposalStatus,
    Term,
    TermOrder,
    TermStatus,
    Vocabulary,
    to_proposal,
    to_term,
    to_vocabulary,
)
from skillpath.api.services import curation_queue
from skillpath.errors import BadInput
from skillpath.graph.curation.term_filter import TermFilter


@strawberry.type
class StewardQuery:
    """What stewards look at."""

    @strawberry.field
    async def term_queue(
        self,
        info: Info,
        first: int = 20,
        after: str | None = None,
        status: TermStatus = TermStatus.UNMAPPED,
        order_by: TermOrder = TermOrder.MENTIONS,
        source: str | None = None,
        contains: str | None = None,
    ) -> Connection[Term]:
        """Terms of one status, those that touch most records first."""
        asked = build_filter(info, status, source, contains, order_by)
        wanted, start = check_first(first, info.context.settings.page), from_cursor(after)
        found = await in_thread(curation_queue.read_term_page, info.context.graph, asked, wanted, start)
        return page([(row["position"], to_term(row)) for row in found.rows], found.total, found.total)

    @strawberry.field
    async def proposals(
        self, info: Info, first: int = 20, after: str | None = None, status: ProposalStatus = ProposalStatus.OPEN
    ) -> Connection[Proposal]:
        """Proposals of one status, the oldest first."""
        wanted, start = check_first(first, info.context.settings.page), from_cursor(after)
        found = await in_thread(curation_queue.read_proposal_page, info.context.graph, status.value, wanted, start)
        nodes = [(row["position"], to_proposal(row["properties"])) for row in found.rows]
        return page(nodes, found.total, found.total)

    @strawberry.field
    async def vocabulary(self, info: Info) -> Vocabulary:
        """The vocabulary in numbers."""
        counts = await in_thread(curation_queue.read_vocabulary, info.context.graph)
        return to_vocabulary(counts)


def build_filter(
    info: Info,
    status: TermStatus,
    source: str | None,
    contains: str | None,
    order: TermOrder = TermOrder.MENTIONS,
) -> TermFilter:
    """A filter of bounded texts."""
    most = info.context.settings.text
    for name, text in (("source", source), ("contains", contains)):
        if text and len(text) > most:
            raise BadInput(f"The text has {len(text)} characters", where=name, todo=f"Give at most {most}")
    return TermFilter(status.value, source, contains, order.value)
