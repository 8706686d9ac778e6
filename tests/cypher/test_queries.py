"""Every query is documented, used, and answered from an index on the real server."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import skillpath.api
import skillpath.graph
import skillpath.pipeline
from skillpath import cypher
from skillpath.cypher import Query, QueryError
from skillpath.graph.core.connection import Graph

SCANS = (
    "AllNodesScan",
    "NodeByLabelScan",
    "UnionNodeByLabelsScan",
    "IntersectionNodeByLabelsScan",
    "SubtractionNodeByLabelsScan",
    "DirectedAllRelationshipsScan",
    "UndirectedAllRelationshipsScan",
    "DirectedRelationshipTypeScan",
    "UndirectedRelationshipTypeScan",
    "DirectedUnionRelationshipTypesScan",
    "UndirectedUnionRelationshipTypesScan",
)


def loaded() -> dict[str, Query]:
    """Every query that some module of ours holds, by name."""
    found: dict[str, Query] = {}
    for room in (skillpath.graph, skillpath.pipeline, skillpath.api):
        for info in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
            for value in vars(importlib.import_module(info.name)).values():
                found |= {q.name: q for q in _queries(value)}
    return found


def _queries(value: Any) -> Iterator[Query]:
    if isinstance(value, Query):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _queries(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _queries(inner)


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].split("@")[0]
    for child in plan.get("children", []):
        yield from operators(child)


def test_every_file_is_used_and_every_query_has_a_file() -> None:
    assert set(loaded()) == set(cypher.names())


@pytest.mark.parametrize("name", cypher.names())
def test_the_plan_scans_nothing_that_is_not_listed_with_its_reason(town: Graph, name: str) -> None:
    """Over a graph that is filled: what the server plans for an empty one is not what users get."""
    query = loaded()[name]
    scans = [operator for operator in operators(town.explain(query)) if operator in SCANS]
    listed = [line for line in query.text.splitlines() if line.startswith("// Scan: ")]
    if listed:
        assert scans, "lists a scan that its plan does not make"
        assert len(listed[0]) > len("// Scan: ") + 10
    else:
        assert not scans


def test_a_scan_would_be_seen(scratch: Graph) -> None:
    plan = scratch.explain(Query("x", "MATCH (s:Skill {label: $label}) RETURN s"))
    assert "NodeByLabelScan" in list(operators(plan))


def test_a_missing_file_and_wrong_parameters_fail_at_once() -> None:
    with pytest.raises(QueryError, match="No such query"):
        cypher.query("skills/nothing")
    with pytest.raises(QueryError, match=r"takes \['codes'\], its caller gives \['code'\]"):
        cypher.query("skills/read_skills", "code")


def test_parameters_are_checked_again_when_it_runs(scratch: Graph) -> None:
    with pytest.raises(QueryError, match="Wants"):
        scratch.read(cypher.query("skills/read_skills", "codes"), code="x")
