"""Demand series: a pure function of the jobs in the graph, written only where it changed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning.demand_store import POSTING_SCHEMA, history
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.enrich.demand_series import DemandCounts, demand_months, refresh_demand

ROOT = Path(__file__).parents[3]
QUIET = Reporter(quiet=True)
CLUSTERS = Query("x", "UNWIND ['c:a', 'c:b'] AS code CREATE (:JobCluster {code: code, label: code})")
ADD = Query(
    "x",
    """
    UNWIND $jobs AS job
    MERGE (j:Job {code: job.code}) SET j += job.properties
    WITH j, job
    CALL (j, job) { MATCH (c:JobCluster {code: job.cluster}) MERGE (j)-[:IN_CLUSTER]->(c) }
    CALL (j, job) {
      WITH j, job WHERE job.region IS NOT NULL
      MERGE (r:Region {code: job.region}) MERGE (j)-[:IN_REGION]->(r)
    }
    CALL (j, job) {
      WITH j, job WHERE job.employer IS NOT NULL
      MERGE (e:Employer {code: job.employer}) MERGE (j)-[:POSTED_BY]->(e)
    }
    """,
)
DROP = Query("x", "MATCH (j:Job {code: $code}) DETACH DELETE j")
SERIES = Query(
    "x",
    "MATCH (c:JobCluster)-[:HAD]->(d:Demand) WHERE d.cluster = c.code OPTIONAL MATCH (d)-[:IN_REGION]->(r:Region) "
    "RETURN d.code AS code, d.postings AS postings, d.vacancies AS vacancies, d.employers AS employers, "
    "d.removed AS removed, d.region = r.code OR (d.region IS NULL AND r IS NULL) AS placed ORDER BY code",
)


def job(code: str, day: date, cluster: str | None = "c:a", **more: Any) -> dict[str, Any]:
    links = {"cluster": cluster, "region": more.pop("region", None), "employer": more.pop("employer", None)}
    return {"code": code, "properties": {"postedAt": day, **more}, **links}


def series(graph: Graph) -> dict[str, tuple[int, ...]]:
    rows = graph.read(SERIES)
    assert all(row["placed"] for row in rows)
    return {row["code"]: (row["postings"], row["vacancies"], row["employers"], row["removed"]) for row in rows}


@pytest.fixture
def market(empty_graph: Graph) -> Graph:
    empty_graph.write(CLUSTERS)
    jobs = [
        job("1", date(2024, 1, 31), region="Hill", employer="Mill", vacancies=3),
        job("2", date(2024, 1, 1), region="Lake", employer="Mill"),
        job("3", date(2024, 2, 1), region="Hill", employer="Dock"),
        job("4", date(2024, 2, 29), "c:b"),
        job("5", date(2024, 2, 29), None, region="Hill"),
    ]
    empty_graph.write(ADD, jobs=jobs)
    return empty_graph


def test_posts_are_counted_by_month_and_region(market: Graph) -> None:
    assert refresh_demand(market, QUIET) == DemandCounts(6, 0, 0, postings=5, unclustered={"2024-02-01": 1})
    assert series(market) == {
        "c:a|2024-01": (2, 4, 1, 0),
        "c:a|2024-01|Hill": (1, 3, 1, 0),
        "c:a|2024-01|Lake": (1, 1, 1, 0),
        "c:a|2024-02": (1, 1, 1, 0),
        "c:a|2024-02|Hill": (1, 1, 1, 0),
        "c:b|2024-02": (1, 1, 0, 0),
    }


def test_run_again_nothing_is_written(market: Graph) -> None:
    refresh_demand(market, QUIET)
    before = graph_digest(market)
    stamps = Query("x", "MATCH (d:Demand) RETURN d.code AS code, toString(d.updatedAt) AS at ORDER BY code")
    written = market.read(stamps)
    assert refresh_demand(market, QUIET) == DemandCounts(0, 0, 6, postings=5, unclustered={"2024-02-01": 1})
    assert market.read(stamps) == written
    assert graph_digest(market) == before


def test_a_late_job_lands_in_its_own_month(market: Graph) -> None:
    refresh_demand(market, QUIET)
    before = series(market)
    market.write(ADD, jobs=[job("late", date(2024, 1, 15), region="Hill", employer="Dock")])
    done = refresh_demand(market, QUIET)
    assert (done.inserted, done.updated, done.unchanged, done.removed) == (0, 2, 4, 0)
    assert series(market) == before | {"c:a|2024-01": (3, 5, 2, 0), "c:a|2024-01|Hill": (2, 4, 2, 0)}


def test_the_last_job_of_a_month_takes_it_along(market: Graph) -> None:
    refresh_demand(market, QUIET)
    market.write(DROP, code="3")
    done = refresh_demand(market, QUIET)
    assert (done.inserted, done.updated, done.unchanged, done.removed) == (0, 0, 4, 2)
    assert {code for code in series(market) if "c:a|2024-02" in code} == set()


def test_reposts_do_not_count_and_removed_posts_do(market: Graph) -> None:
    again = [job("1b", date(2024, 2, 3), repostOf="1"), job("3", date(2024, 2, 1), removedAt=date(2024, 5, 1))]
    market.write(ADD, jobs=again)
    done = refresh_demand(market, QUIET)
    assert (done.postings, done.reposts) == (5, 1)
    assert series(market)["c:a|2024-02"] == (1, 1, 1, 1)


def test_the_order_in_which_jobs_come_does_not_matter(market: Graph) -> None:
    refresh_demand(market, QUIET)
    once = graph_digest(market)
    market.write(DROP, code="1")
    refresh_demand(market, QUIET)
    assert graph_digest(market) != once
    market.write(ADD, jobs=[job("1", date(2024, 1, 31), region="Hill", employer="Mill", vacancies=3)])
    refresh_demand(market, QUIET)
    assert graph_digest(market) == once


def test_history_has_every_month_since_the_first_post(market: Graph) -> None:
    assert history(market, ["c:a"], 3) == [[]]
    market.write(ADD, jobs=[job("6", date(2023, 11, 5), "c:b"), job("7", date(2024, 2, 6), "c:b")])
    refresh_demand(market, QUIET)
    b, nothing, a = history(market, ["c:b", "c:none", "c:a"], 12)
    assert [(row["period"].isoformat()[:7], row["postings"]) for row in b] == [
        ("2023-11", 1),
        ("2023-12", 0),
        ("2024-01", 0),
        ("2024-02", 2),
    ]
    assert nothing == []
    assert [row["postings"] for row in a] == [2, 1]
    assert [row["postings"] for row in history(market, ["c:b"], 2)[0]] == [0, 2]


def test_the_planners_queries_run(market: Graph) -> None:
    more = [job(f"n{i}", date(2024, 2, 7), "c:b") for i in range(19)]
    market.write(ADD, jobs=[*more, job("old", date(2023, 7, 7), "c:b")])
    refresh_demand(market, QUIET)
    guide = (ROOT / "docs" / "planners.md").read_text("utf-8").split("## Demand, month by month")[1].split("\n## ")[0]
    growth, picture, loose = re.findall(r"```cypher\n(.*?)```", guide, re.DOTALL)
    assert market.read(Query("x", growth))[0] | {"occupation": None} == {
        "occupation": None,
        "isco": None,
        "before": 1,
        "now": 20,
        "percent": 950.0,
    }
    here = picture.replace("'software developer'", "'c:a'")
    assert len(market.read(Query("x", here))) == 3
    assert [row["posts"] for row in market.read(Query("x", loose))] == [1]


def test_pay_is_the_median_in_the_currency_most_posts_use() -> None:
    pay = [
        (100.0, 300.0, "EUR"),
        (400.0, None, "EUR"),
        (None, 600.0, "EUR"),
        (9e6, 9e6, "KRW"),
        (5.0, 5.0, None),
        (None, None, "EUR"),
    ]
    rows = [
        {"cluster": "c:a", "period": date(2024, 1, 1), "vacancies": 1, "repost": False, "removed": False}
        | {"salaryMin": low, "salaryMax": high, "salaryCurrency": currency}
        for low, high, currency in pay
    ]
    schema = POSTING_SCHEMA | {"period": pl.Date}
    month = demand_months(pl.DataFrame(rows, schema=schema)).row(0, named=True)
    assert (month["postings"], month["salaries"]) == (6, 3)
    assert (month["salaryMedian"], month["salaryCurrency"]) == (400.0, "EUR")
    without = demand_months(pl.DataFrame(rows[4:5], schema=schema)).row(0, named=True)
    assert (without["salaries"], without["salaryMedian"], without["salaryCurrency"]) == (0, None, None)
    assert demand_months(pl.DataFrame(schema=schema)).is_empty()


def test_standard_scores_know_the_past_alone() -> None:
    """A month's scores are those of its own series' earlier months; what comes later changes none of them."""
    posts = [("c:a", f"2024-0{month}-01", 10 * month) for month in (1, 2, 3, 4) for _ in range(month)]
    frame = pl.DataFrame(posts, schema=["cluster", "period", "salaryMin"], orient="row").with_columns(
        pl.col("period").str.to_date(), pl.col("salaryMin").cast(pl.Float64), salaryCurrency=pl.lit("EUR")
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in POSTING_SCHEMA.items() if name not in frame.columns]
    frame = frame.with_columns(missing).select(POSTING_SCHEMA.keys())
    scores = demand_months(frame)["postingsScore"].to_list()
    assert scores[:2] == [None, None]
    assert scores[2:] == pytest.approx([(3 - 1.5) / 0.5**0.5, 2.0], abs=1e-5)
    assert demand_months(frame)["salaryScore"].to_list()[3] == pytest.approx(2.0, abs=1e-5)
    early = frame.filter(pl.col("period") < date(2024, 4, 1))
    assert demand_months(early)["postingsScore"].to_list() == scores[:3]
