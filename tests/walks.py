"""Asserts that every served chain walks in the graph and recomputes, and counts what other runs left."""

from __future__ import annotations

from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.pipeline.scoring.chain_verification import verify_chains

LEFTOVERS = Query(
    "test/leftovers",
    """MATCH (n:Recommendation|StageState) WHERE n.run <> $run RETURN 'node' AS what, count(n) AS count
    UNION ALL
    MATCH ()-[r:HAS|AIMS_AT|LACKS|BRIDGES]->() WHERE r.run <> $run RETURN type(r) AS what, count(r) AS count""",
)


def served(graph: Graph) -> str:
    run = runs.current(graph)
    assert run
    return str(run["id"])


def check_chains(graph: Graph) -> dict[str, int]:
    """Assert that every chain of the served run walks and recomputes; how many chains and students there are."""
    found = verify_chains(graph, served(graph))
    assert found.broken == {}
    assert found.chains == found.of
    return {"chains": found.chains, "students": found.students}


def leftovers(graph: Graph) -> int:
    """How much of runs other than the served one is left."""
    return sum(row["count"] for row in graph.read(LEFTOVERS, run=served(graph)))
