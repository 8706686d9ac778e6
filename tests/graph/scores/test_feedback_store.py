"""Feedback counts once for each key, also when sent at once, and is kept when the run is swept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from skillpath.chains.feedback.rewards import EVENTS
from skillpath.cypher import Query
from skillpath.errors import BadInput, NotFound, SkillpathError
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.reads import by_owner
from skillpath.graph.scores.feedback_store import FEEDBACK, KEY_LENGTH, record
from tests.graph.tiny import fill

SERVE = Query(
    "x",
    """MATCH (s:Student) MATCH (x:Resource {code: 'r:course'}) MATCH (c:JobCluster)
    CREATE (s)-[:RECEIVED]->(r:Recommendation {id: s.code + '|TRAINING|r:course', run: $run, path: 'TRAINING', rank: 3,
      score: 0.25, weights: [0.5], contributions: [0.25]})
    CREATE (r)-[:SUGGESTS]->(x) CREATE (r)-[:TOWARD]->(c)
    RETURN r.id AS id ORDER BY id""",
)
KEPT = Query(
    "x",
    """MATCH (s:Student)-[:GAVE]->(f:Feedback)-[:ABOUT]->(x)
    RETURN s.code AS student, x.code AS item, f {.*, at: null, stamp: null} AS kept""",
)


def serve(graph: Graph, *, empty: bool = False) -> tuple[str, list[str]]:
    """A served run with one chain for each student, or with none; its id and those of its chains."""
    run = runs.open_run(graph, "score", {})
    chains = [] if empty else [row["id"] for row in graph.write(SERVE, run=run.id)]
    runs.serve(graph, run, {})
    runs.sweep(graph, keep=run.id)
    return run.id, chains


def events(graph: Graph, chain: str, first: int = 100) -> list[str]:
    return [row["event"] for row in by_owner(graph, FEEDBACK, [chain], first=first)[0]]


@pytest.fixture
def chain(empty_graph: Graph) -> str:
    fill(empty_graph)
    return serve(empty_graph)[1][0]


def test_the_same_key_counts_once_also_at_once(scratch: Graph, chain: str) -> None:
    with ThreadPoolExecutor(16) as pool:
        seen = list(pool.map(lambda _: record(scratch, chain, "CLICK", "key", "local"), range(64)))
    assert sorted(seen) == [False, *[True] * 63]
    assert len(scratch.read(KEPT)) == 1
    assert not record(scratch, chain, "CLICK", "another key", "local")
    assert events(scratch, chain) == ["CLICK", "CLICK"]


def test_all_that_was_said_then_outlives_the_run(scratch: Graph, chain: str) -> None:
    before = runs.current(scratch)
    assert before
    record(scratch, chain, "APPLY", "key", "somebody")
    kept: dict[str, Any] = {"event": "APPLY", "recommendation": chain, "by": "somebody", "path": "TRAINING", "rank": 3}
    kept |= {"score": 0.25, "weights": [0.5], "contributions": [0.25], "servedRun": before["id"], "code": "key"}
    kept |= {"toward": "c:analyst", "source": "skillpath", "at": None, "stamp": None}
    assert serve(scratch)[0] != before["id"]
    assert scratch.read(KEPT) == [{"student": chain.split("|")[0], "item": "r:course", "kept": kept}]
    record(scratch, chain, "COMPLETE", "next", "somebody")
    assert events(scratch, chain) == ["COMPLETE", "APPLY"], "of a later run too, the last first"
    assert events(scratch, chain, first=1) == ["COMPLETE"]


def test_a_retry_is_answered_after_the_chain_vanished_but_nothing_new_is_taken(scratch: Graph, chain: str) -> None:
    record(scratch, chain, "CLICK", "key", "local")
    serve(scratch, empty=True)
    assert record(scratch, chain, "CLICK", "key", "local")
    with pytest.raises(NotFound, match="No such recommendation"):
        record(scratch, chain, "CLICK", "new", "local")
    assert events(scratch, chain) == ["CLICK"]


@pytest.mark.parametrize("key", ["", "  ", "k" * (KEY_LENGTH + 1)])
def test_what_is_no_key_is_refused(scratch: Graph, chain: str, key: str) -> None:
    with pytest.raises(BadInput, match="Not an idempotency key"):
        record(scratch, chain, "CLICK", key, "local")
    assert scratch.read(KEPT) == []


def test_a_key_stands_for_one_thing(scratch: Graph, chain: str) -> None:
    record(scratch, chain, "CLICK", "key", "local")
    with pytest.raises(SkillpathError, match="stands for something else") as caught:
        record(scratch, chain, "APPLY", "key", "local")
    assert caught.value.code == "CONFLICT"
    assert events(scratch, chain) == ["CLICK"]


def test_hostile_keys_are_only_text(scratch: Graph, chain: str) -> None:
    keys = ["'}) DETACH DELETE (n) //", "\u202e\x00\n", "k" * KEY_LENGTH, "😀" * 50]
    assert [record(scratch, chain, "CLICK", key, "'\"") for key in keys] == [False] * 4
    assert {row["kept"]["code"] for row in scratch.read(KEPT)} == set(keys)


def test_nothing_scored_yet(empty_graph: Graph) -> None:
    with pytest.raises(NotFound):
        record(empty_graph, "x", EVENTS[0], "key", "local")
