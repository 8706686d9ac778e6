"""Reads of job clusters for planners: pages, requirements, shortages, bridging resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skillpath.cypher import query
from skillpath.graph.core.connection import Graph, Row

CLUSTER_PAGE = query("clusters/read_page", "field", "descending", "warning", "skip", "first")
CLUSTERS = query("clusters/read_clusters", "codes")
REQUIRES = query("clusters/read_requires", "codes", "first")
SHORTAGES = query("clusters/read_shortages", "codes", "first", "run")
BY_ISCO = query("clusters/read_by_isco", "codes", "first")
BRIDGES = query("clusters/read_bridges", "codes", "first", "run")


@dataclass(frozen=True)
class ClusterOrder:
    """Which job clusters in which order.

    Attributes:
        field: LABEL, WARNING_INDEX, DEMAND, TREND, GAP or CONFIDENCE.
        warning: only those with a warning (True), without one (False), or all (None).
    """

    field: str = "LABEL"
    descending: bool = False
    warning: bool | None = None


def page(graph: Graph, order: ClusterOrder, first: int, skip: int = 0) -> tuple[list[Row], int]:
    """Up to ``first`` job clusters (code, label) behind the ``skip`` first ones, and how many there are in all."""
    found = graph.read(
        CLUSTER_PAGE, field=order.field, descending=order.descending, warning=order.warning, skip=skip, first=first
    )[0]
    return found["clusters"], found["total"]


def clusters(graph: Graph, codes: Sequence[str]) -> list[Row]:
    """Code and label of those of the job clusters that exist."""
    return graph.read(CLUSTERS, codes=list(codes))
