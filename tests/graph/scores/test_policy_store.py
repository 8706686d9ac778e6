"""Updates of the policy are serial and whole: one is served, whatever happens in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from skillpath.cypher import Query
from skillpath.errors import SkillpathError
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores import policy_store


def kept(graph: Graph, after: int, *, serve: bool = True) -> int:
    return policy_store.keep(graph, {"after": [0.5, float(after)]}, after=after, serve=serve)


def test_each_update_is_kept_and_the_last_served_one_is_served(empty_graph: Graph) -> None:
    assert policy_store.served(empty_graph) is None and policy_store.updates(empty_graph) == []
    assert [kept(empty_graph, 0), kept(empty_graph, 1), kept(empty_graph, 2, serve=False)] == [1, 2, 3]
    served = policy_store.served(empty_graph)
    assert served and served["number"] == 2 and served["after"] == [0.5, 1.0]
    assert [row["number"] for row in policy_store.updates(empty_graph)] == [1, 2, 3]


def test_of_two_at_once_one_is_refused(empty_graph: Graph) -> None:
    def attempt(_: int) -> str:
        try:
            return f"kept {kept(empty_graph, 0)}"
        except policy_store.PolicyChanged:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["kept 1", *["refused"] * 7]
    assert len(policy_store.updates(empty_graph)) == 1


@pytest.mark.parametrize("step", ["WRITE", "SERVE"])
def test_a_failure_between_the_steps_leaves_one_whole_policy(empty_graph: Graph, step: str, monkeypatch: Any) -> None:
    kept(empty_graph, 0)
    before = policy_store.served(empty_graph), policy_store.updates(empty_graph)
    with monkeypatch.context() as patched:
        query = getattr(policy_store, step)
        patched.setattr(policy_store, step, Query(query.name, query.text + " + 1 / 0"))
        with pytest.raises(SkillpathError):
            kept(empty_graph, 1)
    assert (policy_store.served(empty_graph), policy_store.updates(empty_graph)) == before
    assert kept(empty_graph, 1) == 2
