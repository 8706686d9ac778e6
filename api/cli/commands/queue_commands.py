"""The commands that show stewards the queue and the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillpath.api.cli.commands.output import JsonOption, emit

if TYPE_CHECKING:
    from skillpath.api.services.curation_queue import VocabularyCounts
    from skillpath.graph.core.connection import Row
    from skillpath.graph.curation.curation_service import CurationService

First = Annotated[int, typer.Option(min=1, max=1000, help="At most as many rows.")]


def queue(
    status: Annotated[str, typer.Option(help="unmapped, review, mapped or rejected.")] = "unmapped",
    source: Annotated[str | None, typer.Option(help="Only terms of this source.")] = None,
    contains: Annotated[str | None, typer.Option(help="Only terms with this text.")] = None,
    first: First = 20,
    json: JsonOption = False,
) -> None:
    """Terms to decide about, those that touch most records first, with candidates and examples."""
    from dataclasses import asdict

    from skillpath.api.services import curation_queue
    from skillpath.graph.curation.term_filter import TermFilter

    with open_for_stewards() as curation:
        graph = curation.graph
        terms = curation_queue.read_term_page(graph, TermFilter(status, source, contains), first).rows
        candidates = curation_queue.read_candidates(graph, [term["code"] for term in terms])
        examples = curation_queue.read_examples(graph, [(term["code"], term["text"]) for term in terms])
        open_proposals = curation_queue.read_proposal_page(graph, "OPEN", first).rows
        counts = curation_queue.read_vocabulary(graph)
    for term, found, shown in zip(terms, candidates, examples, strict=True):
        term |= {"candidates": [asdict(candidate) for candidate in found], "examples": shown.contexts}
    proposals = [proposal["properties"] for proposal in open_proposals]
    emit(
        {"vocabulary": _to_json(counts), "terms": terms, "proposals": proposals},
        _queue_lines(counts, terms, proposals),
        as_json=json,
    )


def _to_json(counts: VocabularyCounts) -> dict[str, Any]:
    updated = {"revision": counts.revision, "updatedAt": str(counts.updated_at or "")}
    names = ("skills", "terms", "mapped", "unmapped", "review", "rejected")
    return updated | {name: getattr(counts, name) for name in names}


def _queue_lines(counts: VocabularyCounts, terms: list[Row], proposals: list[Row]) -> list[str]:
    lines = [
        f"{counts.terms} terms: {counts.mapped} mapped, {counts.review} to review, "
        f"{counts.unmapped} unmapped, {counts.rejected} rejected; revision {counts.revision}"
    ]
    for term in terms:
        lines.append(f"{term['code']}  ({term['affected']} records)")
        lines += [f"    {c['score']:.2f} {c['label']}  [{c['code']}, {c['method']}]" for c in term["candidates"][:3]]
        lines += [f"    “{text}”" for text in term["examples"][:1]]
    lines += [f"{p['code']}  {p['kind']} by {p['by']}: {p['payload']} {p.get('reason') or ''}" for p in proposals]
    return lines


def history(
    skill: Annotated[str, typer.Argument(help="Code of a skill; without it the last decisions of all.")] = "",
    first: First = 20,
    json: JsonOption = False,
) -> None:
    """What was decided, by whom, when and why."""
    from skillpath.api.services.curation_queue import read_last_revisions, read_skill_history

    with open_for_stewards() as curation:
        if skill:
            rows = [{"owner": skill, **row} for row in read_skill_history(curation.graph, [skill], first)[0]]
        else:
            rows = read_last_revisions(curation.graph, first)
    lines = [
        f"{row['revision']:>6}  {row['at'][:16]}  {row['by']}  {row['action']}"
        + (f" of {row['undoes']}" if row["undoes"] else "")
        + (f": {row['reason']}" if row["reason"] else "")
        for row in rows
    ]
    emit(rows, lines or ["Nothing was decided yet."], as_json=json)


@contextmanager
def open_for_stewards() -> Iterator[CurationService]:
    """The curation service over the graph of the settings."""
    from skillpath.api.context import load_settings, open_curation, open_graph

    settings = load_settings()
    with open_graph(settings) as graph:
        yield open_curation(settings, graph)
