"""Reads for stewards: term queue, candidates, examples, proposals, counts, histories."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skillpath.cypher import query
from skillpath.graph.core.connection import Graph, Row
from skillpath.graph.curation.term_filter import TermFilter

QUEUE = query("curation/read_queue", "status", "source", "contains", "order", "skip", "first")
COUNT = query("curation/count_queue", "status", "source", "contains")
TERMS = query("curation/read_term_rows", "codes")
CANDIDATES = query("curation/read_candidates", "codes")
EXAMPLES = query("curation/read_examples", "codes", "first")
MEANINGS = query("curation/read_meanings", "codes")
PROPOSALS = query("curation/read_proposal_page", "status", "skip", "first")
PROPOSAL_ROWS = query("curation/read_proposals", "codes")
VOCABULARY = query("curation/read_vocabulary")
HISTORY = query("curation/read_history", "codes", "first")
LAST = query("curation/read_last", "first")
CONTEXT = 80
"""Characters shown on each side of a term in an example."""


def queue_page(graph: Graph, asked: TermFilter, first: int, after: int = 0) -> list[Row]:
    """Terms with ``total`` and ``position``."""
    return graph.read(
        QUEUE,
        status=asked.status,
        source=asked.source,
        contains=_folded(asked.contains),
        order=asked.order,
        skip=after,
        first=first,
    )


def queue_size(graph: Graph, asked: TermFilter) -> int:
    """How many terms a filter means."""
    rows = graph.read(COUNT, status=asked.status, source=asked.source, contains=_folded(asked.contains))
    return int(rows[0]["total"])


def examples(graph: Graph, codes: Sequence[str], texts: Sequence[str], first: int = 3) -> list[Row]:
    """For each term the records it affects by kind, and a few of them as ``contexts`` around the term."""
    found = {row["owner"]: row for row in graph.read(EXAMPLES, codes=list(codes), first=first)}
    nothing: Row = {"postings": 0, "people": 0, "courses": 0, "projects": 0, "records": []}
    rows = []
    for code, text in zip(codes, texts, strict=True):
        row = found.get(code, nothing)
        rows.append({**row, "contexts": [c for record in row["records"] if (c := context_of(record, text))]})
    return rows


def context_of(record: Row, term: str) -> str:
    """A record's title, and the words around the term where its text has it.

    >>> context_of({"label": "Analyst", "text": "You know SQL and more."}, "sql")
    'Analyst: You know SQL and more.'
    """
    text = " ".join((record["text"] or "").split())
    at = re.search(re.escape(term), text, re.IGNORECASE)
    if not at:
        return str(record["label"] or "")
    start, end = max(0, at.start() - CONTEXT), at.end() + CONTEXT
    piece = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return f"{record['label']}: {piece}" if record["label"] else piece


def _folded(text: str | None) -> str | None:
    return text.lower() if text else None
