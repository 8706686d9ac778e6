"""The stewards' queries: term queue, proposals, vocabulary counts."""

from __future__ import annotations

from functools import partial

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
)
from skillpath.errors import BadInput
from skillpath.graph.curation import curation_reads as reads


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
        rows = await in_thread(partial(reads.queue_page, info.context.graph, asked, wanted, start))
        total = rows[0]["total"] if rows else await in_thread(reads.queue_size, info.context.graph, asked)
        return page([(row["position"], to_term(row)) for row in rows], total, total)

    @strawberry.field
    async def proposals(
        self, info: Info, first: int = 20, after: str | None = None, status: ProposalStatus = ProposalStatus.OPEN
    ) -> Connection[Proposal]:
        """Proposals of one status, the oldest first."""
        wanted, start = check_first(first, info.context.settings.page), from_cursor(after)
        rows = await in_thread(
            partial(info.context.graph.read, reads.PROPOSALS, status=status.value, skip=start, first=wanted)
        )
        total = rows[0]["total"] if rows else 0
        return page([(row["position"], to_proposal(row["properties"])) for row in rows], total, total)

    @strawberry.field
    async def vocabulary(self, info: Info) -> Vocabulary:
        """The vocabulary in numbers."""
        row = (await in_thread(info.context.graph.read, reads.VOCABULARY))[0]
        updated = row.pop("updatedAt")
        return Vocabulary(**row, updated_at=updated.to_native() if updated is not None else None)


def build_filter(
    info: Info,
    status: TermStatus,
    source: str | None,
    contains: str | None,
    order: TermOrder = TermOrder.MENTIONS,
) -> reads.Filter:
    """A filter of bounded texts."""
    most = info.context.settings.text
    for name, text in (("source", source), ("contains", contains)):
        if text and len(text) > most:
            raise BadInput(f"The text has {len(text)} characters", where=name, todo=f"Give at most {most}")
    return reads.Filter(status.value, source, contains, order.value)
