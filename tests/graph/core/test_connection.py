"""Every way to read asks for read access only and is retried after a transient failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from neo4j._sync.work.transaction import TransactionBase
from neo4j.exceptions import ClientError, Neo4jError, TransientError

from skillpath.cypher import Query
from skillpath.errors import SkillpathError, Unavailable
from skillpath.graph.core.connection import ConnectionSettings, Graph
from skillpath.graph.core.database_settings import Address

NUMBERS = Query("x", "UNWIND range(1, 3) AS number RETURN number")
MANY = Query("x", "UNWIND range(1, 100000) AS number RETURN number, 'streamed' AS marker")
CREATE = Query("x", "CREATE (n:Probe) RETURN 1 AS number")
COUNT = Query("x", "MATCH (n:Probe) RETURN count(n) AS number")
END = """SHOW TRANSACTIONS YIELD transactionId, currentQuery, metaData WHERE currentQuery CONTAINS 'streamed'
AND NOT currentQuery STARTS WITH 'SHOW' RETURN transactionId"""
Read = Callable[[Graph, Query], Any]
READS: dict[str, Read] = {
    "read": lambda graph, query: [row["number"] for row in graph.read(query)],
    "frame": lambda graph, query: graph.frame(query, {"number": pl.Int64})["number"].to_list(),
    "stream": lambda graph, query: [row["number"] for row in graph.stream(query)],
}
EXPLAIN: Read = lambda graph, query: graph.explain(query)["operatorType"].split("@")[0]  # noqa: E731


class Flaws:
    """Makes the next queries fail, as a server does that is busy with somebody else's transaction."""

    def __init__(self) -> None:
        self.left: list[Neo4jError] = []
        self.asked = 0


@pytest.fixture
def flaws(monkeypatch: pytest.MonkeyPatch) -> Flaws:
    found, run = Flaws(), TransactionBase.run

    def failing(self: Any, query: str, *arguments: Any, **parameters: Any) -> Any:
        found.asked += 1
        if found.left:
            raise found.left.pop()
        return run(self, query, *arguments, **parameters)

    monkeypatch.setattr(TransactionBase, "run", failing)
    return found


@pytest.mark.parametrize("read", [*READS.values(), EXPLAIN], ids=[*READS, "explain"])
def test_a_transient_failure_is_tried_again(scratch: Graph, flaws: Flaws, read: Read) -> None:
    expected = read(scratch, NUMBERS)
    flaws.left, flaws.asked = [TransientError("outdated")], 0
    assert read(scratch, NUMBERS) == expected
    assert flaws.asked == 2


@pytest.mark.parametrize("read", [*READS.values(), EXPLAIN], ids=[*READS, "explain"])
def test_what_will_not_pass_is_told_at_once(scratch: Graph, flaws: Flaws, read: Read) -> None:
    flaws.left = [ClientError("no")]
    with pytest.raises(SkillpathError, match="Neo4j refused the query"):
        read(scratch, NUMBERS)
    assert flaws.asked == 1


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_what_does_not_pass_in_time_is_told(scratch: Graph, flaws: Flaws, read: Read) -> None:
    flaws.left = [TransientError("outdated")] * 50
    with (
        Graph(scratch.address, settings=ConnectionSettings(retry_time=0.1)) as graph,
        pytest.raises(Unavailable, match="outdated"),
    ):
        read(graph, NUMBERS)
    assert 1 < flaws.asked < 5


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_who_reads_may_not_write(empty_graph: Graph, read: Read) -> None:
    with pytest.raises(SkillpathError, match=r"(?i)read access mode"):
        read(empty_graph, CREATE)
    assert empty_graph.read(COUNT) == [{"number": 0}]
    assert empty_graph.write(CREATE) == [{"number": 1}], "who writes still may"
    assert EXPLAIN(empty_graph, CREATE) == "ProduceResults", "a plan changes nothing"


def test_a_stream_that_breaks_off_hands_out_no_row_twice(scratch: Graph) -> None:
    with Graph(scratch.address, settings=ConnectionSettings(fetch=100)) as graph:
        rows = graph.stream(MANY)
        seen = [next(rows)["number"]]
        with scratch.driver.session() as session:
            (going,) = session.run(END).value()
            session.run("TERMINATE TRANSACTION $going", going=going).consume()
        with pytest.raises(SkillpathError, match="terminated"):
            seen += (row["number"] for row in rows)
    assert seen == list(range(1, len(seen) + 1)) and len(seen) < 100_000


def test_a_stream_left_early_gives_its_connection_back(scratch: Graph) -> None:
    for _ in range(3):
        assert next(scratch.stream(MANY))["number"] == 1
    with scratch.driver.session() as session:
        assert session.run(END).value() == []


def test_reads_through_routing_see_what_was_written(empty_graph: Graph) -> None:
    address = empty_graph.address
    routed = Address(address.uri.replace("bolt://", "neo4j://"), address.user, address.password)
    with Graph(routed) as graph:
        graph.write(CREATE)
        assert [read(graph, COUNT) for read in READS.values()] == [[1]] * 3
