"""A job cluster's history over HTTP: the posts that the graph holds, month by month."""

from __future__ import annotations

from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.enrich.demand_series import refresh_demand
from tests.api.conftest import Ask

HISTORY = """query ($s: String!, $last: Int) { student(code: $s) { targets { edges { node { cluster {
    code history(last: $last) { period postings demand gap demandClass } } } } } } }"""
POSTINGS = Query(
    "x",
    "MATCH (j:Job)-[:IN_CLUSTER]->(c:JobCluster) WHERE j.repostOf IS NULL "
    "RETURN c.code AS cluster, toString(date.truncate('month', j.postedAt)) AS period, count(*) AS postings",
)


def test_history_is_what_the_posts_say(ask: Ask, town: Graph, somebody: str) -> None:
    refresh_demand(town, Reporter(quiet=True))
    posts = {(row["cluster"], row["period"]): row["postings"] for row in town.read(POSTINGS)}
    end = max(period for _, period in posts)
    answer = ask(HISTORY, s=somebody, last=24)
    assert "errors" not in answer
    clusters = [edge["node"]["cluster"] for edge in answer["data"]["student"]["targets"]["edges"]]
    assert clusters
    for cluster in clusters:
        months = cluster["history"]
        assert len(months) == 24 and months[-1]["period"] == end
        assert [m["period"] for m in months] == sorted({m["period"] for m in months})
        assert [m["postings"] for m in months] == [posts.get((cluster["code"], m["period"]), 0) for m in months]
        assert sum(m["postings"] for m in months) > 0
        assert (
            {m["demand"] for m in months} == {m["demandClass"] for m in months} == {m["gap"] for m in months} == {None}
        )
    short = ask(HISTORY, s=somebody, last=2)["data"]["student"]["targets"]["edges"][0]["node"]["cluster"]["history"]
    assert short == clusters[0]["history"][-2:]


def test_last_has_limits(ask: Ask, somebody: str) -> None:
    error = ask(HISTORY, s=somebody, last=0)["errors"][0]
    assert error["extensions"]["code"] == "BAD_INPUT" and "last" in error["message"]
