"""Reads of what one run found for students: targets, plans, chains, and the paths of chains."""

from __future__ import annotations

from collections.abc import Sequence

from skillpath.cypher import query
from skillpath.graph.core.connection import Graph, Row
from skillpath.graph.scores.chain_page import ChainPage

TARGETS = query("students/read_targets", "codes", "run")
PLANS = query("students/read_plans", "codes", "run")
PAGES = query("recommendations/read_pages", "pages", "run")
RECOMMENDATIONS = query("recommendations/read_by_id", "codes", "run")
NEXT_STEPS = query("recommendations/read_next_steps", "codes", "run")
CHAIN_PATHS = query("recommendations/read_paths", "codes", "run", "first")


def chain_pages(graph: Graph, run: str, pages: Sequence[ChainPage]) -> list[list[Row]]:
    """Chains of each page, in the order of ``pages``; rows carry ``total`` and ``last`` (rank) of their path."""
    asked = [
        {"key": i, "student": p.student, "path": p.path, "first": p.first, "after": p.after}
        for i, p in enumerate(pages)
    ]
    found: list[list[Row]] = [[] for _ in pages]
    for row in graph.read(PAGES, pages=asked, run=run):
        found[row.pop("page")].append(row)
    return found
