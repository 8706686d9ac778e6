"""The planner's board over HTTP: what it shows is what the graph holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from skillpath.cypher import Query
from skillpath.embeddings.model_forecasts import CHANNELS, CLASSES
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import forecasts
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.training.forecast_rows import forecast_rows
from skillpath.pipeline.training.history_arrays import read_history
from tests.api.conftest import Ask
from tests.api.documents import text_of
from tests.embeddings.made_forecasts import made_forecasts

FORGET = Query("x", "MATCH (s:Serving {name: 'forecasts'})-[u:USES]->() DELETE u")
LACKING = Query(
    "x",
    "MATCH (c:JobCluster)<-[a:AIMS_AT {rank: 1}]-(s:Student) WHERE a.run = $run "
    "OPTIONAL MATCH (s)-[l:LACKS]->(k:Skill) WHERE l.run = $run "
    "RETURN c.code AS cluster, s.code AS student, k.code AS skill, l.gap AS gap, l.required AS required",
)
BRIDGES = Query("x", "MATCH (r)-[b:BRIDGES]->(c) WHERE b.run = $run RETURN c.code AS cluster, b.bridging AS bridging")
ORDERED = """query ($first: Int, $after: String, $field: JobClusterField!, $direction: Direction!, $warning: Boolean) {
    jobClusters(first: $first, after: $after, orderBy: {field: $field, direction: $direction},
                filter: {warning: $warning}) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { cursor node { code label demand { demand trend gap confidence warningIndex warning } } } } }"""
LANGUAGES = ("cypher", "graphql")
FIELDS = {
    "DEMAND": "demand",
    "TREND": "trend",
    "GAP": "gap",
    "CONFIDENCE": "confidence",
    "WARNING_INDEX": "warningIndex",
}


@pytest.fixture(scope="module")
def published(town: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[pl.DataFrame]:
    """Forecasts of all clusters but one, served while these tests run; the rows that were written."""
    history = read_history(town, tmp_path_factory.mktemp("history"), Reporter(quiet=True))
    made = made_forecasts(history.size("cluster"), history.months, first=history.months - 8)
    rows = forecast_rows(history, made).filter(pl.col("cluster") != history.codes["cluster"][2])
    run = runs.open_run(town, "forecast", {}, forecasts.SERVING)
    forecasts.publish(town, run, rows, {})
    yield rows
    town.write(FORGET)
    town.write(forecasts.CLEAR_CURRENT, run="")
    forecasts.sweep(town, keep="")


@pytest.fixture(scope="module")
def now(published: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["cluster"]: row for row in published.filter(pl.col("period") == published["period"].max()).to_dicts()}


@pytest.fixture(scope="module")
def board(ask: Ask, contract: Path, published: pl.DataFrame) -> list[dict[str, Any]]:
    answer = ask(text_of(contract, "planner_board"), first=20)
    assert "errors" not in answer
    found: dict[str, Any] = answer["data"]["jobClusters"]
    assert found["totalCount"] >= len(found["edges"]) > 3
    return [edge["node"] for edge in found["edges"]]


def test_the_board_lists_warnings_with_what_was_foreseen(board: list[Any], now: dict[str, Any]) -> None:
    index = [node["demand"]["warningIndex"] for node in board]
    assert index == sorted(index, reverse=True)
    for node in board:
        demand, row = node["demand"], now[node["code"]]
        assert demand["warning"] is True is row["warning"]
        assert demand["period"] == str(row["period"]) and demand["demandClass"] == row["demandClass"]
        assert {p["demandClass"]: p["probability"] for p in demand["probabilities"]} == dict(
            zip(CLASSES, row["probabilities"], strict=True)
        )
        assert all(demand[name] == row[name] for name in FIELDS.values())


def test_history_joins_posts_and_forecasts_by_month(board: list[Any], published: pl.DataFrame) -> None:
    written = {(row["cluster"], str(row["period"])): row for row in published.to_dicts()}
    for node in board:
        months = node["history"]
        assert [month["period"] for month in months] == sorted(month["period"] for month in months)
        rows = [written.get((node["code"], month["period"])) for month in months]
        assert len(months) == 12 and sum(row is not None for row in rows) == 8
        shown = [(month["demand"], month["gap"], month["demandClass"]) for month in months]
        assert shown == [(row["demand"], row["gap"], row["demandClass"]) if row else (None,) * 3 for row in rows]


def test_shortages_are_what_students_who_aim_there_lack(board: list[Any], town: Graph) -> None:
    run = runs.current(town)
    assert run
    rows = pl.DataFrame(town.read(LACKING, run=run["id"]), infer_schema_length=None)
    checked = 0
    for node in board:
        here = rows.filter(pl.col("cluster") == node["code"])
        many = here["student"].n_unique()
        lacked = (
            here.drop_nulls("skill").group_by("skill").agg(pl.col("gap").sum() / many, pl.len(), pl.first("required"))
        )
        expected = {row["skill"]: row for row in lacked.to_dicts()}
        gaps = [shortage["gap"] for shortage in node["shortages"]]
        assert gaps == sorted(gaps, reverse=True) and len(gaps) == min(5, lacked.height)
        np.testing.assert_allclose(gaps, lacked["gap"].sort(descending=True).head(5).to_numpy())
        for shortage in node["shortages"]:
            row = expected[shortage["skill"]["code"]]
            assert shortage["students"] == row["len"] <= many
            assert shortage["required"] - shortage["supplied"] == pytest.approx(shortage["gap"])
            assert 0 <= shortage["supplied"] < shortage["required"] == row["required"]
            checked += 1
    assert checked > 5


def test_bridges_and_requirements_come_strongest_first(board: list[Any], town: Graph) -> None:
    run = runs.current(town)
    assert run
    stored = Counter(row["cluster"] for row in town.read(BRIDGES, run=run["id"]))
    for node in board:
        bridges = node["bridges"]["edges"]
        assert len(bridges) == min(5, stored[node["code"]])
        assert all(edge["node"]["__typename"] == "Resource" and edge["gain"] > 0 for edge in bridges)
        strength = [edge["bridging"] for edge in bridges]
        assert strength == sorted(strength, reverse=True)
        needs = node["requires"]["edges"]
        assert needs and all(0 < edge["level"] <= 1 and edge["node"]["label"] for edge in needs)
        order = [(edge["weight"], edge["level"]) for edge in needs]
        assert order == sorted(order, reverse=True)


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_pages_in_any_order_are_whole(ask: Ask, now: dict[str, Any], field: str, direction: str) -> None:
    seen: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        page = ask(ORDERED, first=7, after=after, field=field, direction=direction)["data"]["jobClusters"]
        seen += [edge["node"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len({node["code"] for node in seen}) == len(seen) == page["totalCount"] == len(now) + 1
    assert seen[-1]["demand"] is None, "what nothing is foreseen of comes last"
    values = [node["demand"][FIELDS[field]] for node in seen[:-1]]
    assert values == sorted(values, reverse=direction == "DESC")


def test_the_filter_parts_the_clusters(ask: Ask, now: dict[str, Any]) -> None:
    def codes(warning: bool | None) -> set[str]:
        answer = ask(ORDERED, first=100, field="LABEL", direction="ASC", warning=warning)["data"]["jobClusters"]
        return {edge["node"]["code"] for edge in answer["edges"]}

    assert codes(True) == {code for code, row in now.items() if row["warning"]}
    assert codes(True) | codes(False) == codes(None) and not codes(True) & codes(False)


def test_gates_say_which_channel_spoke(ask: Ask, now: dict[str, Any]) -> None:
    query = "query ($c: String!) { jobCluster(code: $c) { label demand { gates { channel weight } } } }"
    for code, row in list(now.items())[:3]:
        gates = ask(query, c=code)["data"]["jobCluster"]["demand"]["gates"]
        assert {g["channel"].lower(): g["weight"] for g in gates} == {n: row[f"gate{n.title()}"] for n in CHANNELS}
    assert ask(query, c="nothing")["data"]["jobCluster"] is None


def test_a_longer_page_asks_no_more_questions_of_the_database(
    ask: Ask, contract: Path, published: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Graph.read

    def counted(self: Graph, query: Query, **parameters: Any) -> Any:
        asked.append(query.name)
        return read(self, query, **parameters)

    monkeypatch.setattr(Graph, "read", counted)
    text = text_of(contract, "planner_board")
    counts = []
    for first in (1, 20):
        asked.clear()
        assert len(ask(text, first=first)["data"]["jobClusters"]["edges"]) >= first - 19
        counts.append(Counter(asked))
    assert counts[0] == counts[1]
    assert max(counts[1].values()) <= 2


def test_targets_of_students_show_demand(ask: Ask, contract: Path, now: dict[str, Any], somebody: str) -> None:
    answer = ask(text_of(contract, "student_home"), student=somebody)
    for edge in answer["data"]["student"]["targets"]["edges"]:
        cluster = edge["node"]["cluster"]
        row = now.get(cluster["code"])
        assert row is None or cluster["demand"]["demand"] == row["demand"]


def test_the_guide_can_be_followed(ask: Ask, town: Graph, now: dict[str, Any]) -> None:
    guide = (Path(__file__).parents[4] / "docs" / "planners.md").read_text("utf-8")
    found = {
        language: re.findall(rf"^```{language}\n(.*?)^```", guide, re.DOTALL | re.MULTILINE) for language in LANGUAGES
    }
    answers = [town.read(Query("x", text)) for text in found["cypher"]]
    assert len(answers) == 5 and len(answers[-1]) == sum(row["warning"] for row in now.values())
    (board,) = found["graphql"]
    assert "errors" not in ask(board)


def test_no_number_in_the_graph_is_nan(town: Graph, published: pl.DataFrame) -> None:
    every = Query(
        "x",
        "MATCH (n) WHERE n:Forecast OR n:JobCluster OR n:Recommendation OR n:Skill "
        "UNWIND [k IN keys(n) WHERE n[k] IS :: FLOAT NOT NULL OR n[k] IS :: LIST<FLOAT NOT NULL> NOT NULL] AS k "
        "UNWIND CASE WHEN n[k] IS :: FLOAT NOT NULL THEN [n[k]] ELSE n[k] END AS value "
        "RETURN count(value) AS all, sum(CASE WHEN isNaN(value) OR abs(value) > 1e300 THEN 1 ELSE 0 END) AS bad",
    )
    found = town.read(every)[0]
    assert found["all"] > 10_000 and found["bad"] == 0
