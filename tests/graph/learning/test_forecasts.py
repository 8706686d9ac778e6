"""Forecasts and vectors in the graph: one whole run or the one before, and no value that is no number."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from skillpath.cypher import Query
from skillpath.errors import BadInput
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.runs import OpenRun, RunSuperseded
from skillpath.graph.learning import forecasts, vectors
from skillpath.graph.learning.vectors import Vectors
from tests.graph.tiny import fill

CLUSTERS = ("c:analyst", "c:nurse")
SEEN = Query(
    "x",
    "MATCH (c:JobCluster) RETURN c.code AS code, c.demand AS demand, c.forecastRun AS run, c.warning AS warning, "
    "toString(c.forecastPeriod) AS period ORDER BY code",
)
NODES = Query("x", "MATCH (:JobCluster)-[:FORECAST]->(f:Forecast) RETURN f.run AS run, count(f) AS many ORDER BY run")
EMBEDDED = Query(
    "x", "MATCH (n) WHERE n.embedding IS NOT NULL RETURN n.code AS code, n.embedding[0] AS first, n.embeddingRun AS run"
)


def rows_of(value: float, clusters: tuple[str, ...] = CLUSTERS, months: int = 3) -> pl.DataFrame:
    """Forecasts that say ``value`` everywhere."""
    values = dict.fromkeys(forecasts.SCHEMA, value) | {"demandClass": "STABLE", "probabilities": [value] * 5}
    values["warning"] = value > 0.5
    places = [{"cluster": c, "period": date(2024, m + 1, 1)} for m in range(months) for c in clusters]
    return pl.DataFrame([values | place for place in places], schema=forecasts.SCHEMA)


def publish(graph: Graph, value: float, clusters: tuple[str, ...] = CLUSTERS) -> OpenRun:
    run = runs.open_run(graph, "forecast", {}, forecasts.SERVING)
    forecasts.publish(graph, run, rows_of(value, clusters), {"said": value})
    return run


@pytest.fixture
def filled(empty_graph: Graph) -> Graph:
    fill(empty_graph)
    empty_graph.write(Query("x", "CREATE (:JobCluster {code: 'c:nurse', label: 'nurse'})"))
    return empty_graph


def now(graph: Graph) -> list[tuple[Any, ...]]:
    return [(row["demand"], row["run"], row["warning"], row["period"]) for row in graph.read(SEEN)]


def test_a_run_is_served_whole_and_replaces_the_one_before(filled: Graph) -> None:
    first = publish(filled, 0.2)
    assert now(filled) == [(0.2, first.id, False, "2024-03-01")] * 2
    second = publish(filled, 0.7, ("c:nurse",))
    assert now(filled) == [(None, None, None, None), (0.7, second.id, True, "2024-03-01")]
    assert filled.read(NODES) == [{"run": second.id, "many": 3}]
    served = runs.current(filled, forecasts.SERVING)
    assert served and served["id"] == second.id
    months = forecasts.monthly(filled, CLUSTERS, date(2024, 2, 1))
    assert [len(rows) for rows in months] == [0, 2] and months[1][0]["period"] == date(2024, 2, 1)


def test_a_run_cut_off_on_the_way_changes_nothing_and_is_swept(filled: Graph) -> None:
    first = publish(filled, 0.2)
    slow = Graph(filled.address, settings=replace(filled.settings, batch=2))

    def cut(done: int, total: int) -> None:
        if done >= total - 2:
            raise KeyboardInterrupt

    run = runs.open_run(filled, "forecast", {}, forecasts.SERVING)
    with slow, pytest.raises(KeyboardInterrupt):
        forecasts.publish(slow, run, rows_of(0.9), {}, cut)
    assert now(filled) == [(0.2, first.id, False, "2024-03-01")] * 2
    assert {row["run"] for row in filled.read(NODES)} == {first.id, run.id}
    last = publish(filled, 0.3)
    assert filled.read(NODES) == [{"run": last.id, "many": 6}]


def test_an_overtaken_run_is_not_served_nor_half_seen(filled: Graph) -> None:
    first = publish(filled, 0.2)
    late = runs.open_run(filled, "forecast", {}, forecasts.SERVING)
    runs.open_run(filled, "forecast", {}, forecasts.SERVING)
    with pytest.raises(RunSuperseded):
        forecasts.publish(filled, late, rows_of(0.9), {})
    assert now(filled) == [(0.2, first.id, False, "2024-03-01")] * 2


def test_nothing_is_written_when_any_value_is_no_number(filled: Graph) -> None:
    broken = rows_of(0.4).with_columns(trend=pl.Series([0.1] * 5 + [float("nan")]))
    run = runs.open_run(filled, "forecast", {}, forecasts.SERVING)
    with pytest.raises(forecasts.NotANumber, match="trend"):
        forecasts.publish(filled, run, broken, {})
    assert filled.read(NODES) == [] and now(filled)[0][0] is None


def vectors_of(value: float, codes: tuple[str, ...] = ("k:git", "k:sql")) -> dict[str, Vectors]:
    return {"skill": Vectors(codes, np.full((len(codes), 128), value)), "cluster": Vectors(CLUSTERS, np.ones((2, 128)))}


def embed(graph: Graph, found: dict[str, Vectors], tick: Any = None) -> OpenRun:
    run = runs.open_run(graph, "train", {}, vectors.SERVING)
    vectors.publish(graph, run, found, {}, tick)
    return run


def test_vectors_of_two_runs_never_mix(filled: Graph) -> None:
    embed(filled, vectors_of(0.5))
    second = embed(filled, vectors_of(0.25, ("k:sql",)))
    kept = {row["code"]: (row["first"], row["run"]) for row in filled.read(EMBEDDED)}
    assert kept == {"k:sql": (0.25, second.id), **dict.fromkeys(CLUSTERS, (1.0, second.id))}


def test_zero_vectors_are_left_out_and_others_must_be_numbers(filled: Graph) -> None:
    nothing = vectors_of(0.0)
    embed(filled, nothing)
    assert {row["code"] for row in filled.read(EMBEDDED)} == set(CLUSTERS)
    nothing["skill"].array[1, 7] = np.inf
    with pytest.raises(BadInput, match=r"no number.*k:sql"):
        embed(filled, nothing)


def test_text_vectors_are_found_by_their_index(filled: Graph) -> None:
    text = np.eye(2, 384)
    embed(filled, {"skill_text": Vectors(["k:git", "k:sql"], text)})
    near = "CALL db.index.vector.queryNodes('skill_text_embedding', 1, $v) YIELD node RETURN node.code AS code"
    filled.read(Query("x", "CALL db.awaitIndexes(30)"))
    assert filled.read(Query("x", near), v=text[1].tolist()) == [{"code": "k:sql"}]


KILLED = """
import os, sys
from skillpath.graph.core.database_settings import Address
from skillpath.graph.core.connection import Graph
from tests.graph.learning import test_forecasts as here

with Graph(Address(*sys.argv[1:4])) as graph:
    here.embed(graph, here.vectors_of(0.75), lambda done, total: os._exit(9))
"""


def test_a_process_killed_within_the_write_leaves_the_vectors_before(filled: Graph) -> None:
    first = embed(filled, vectors_of(0.5))
    address = [filled.address.uri, filled.address.user, filled.address.password]
    dead = subprocess.run([sys.executable, "-c", KILLED, *address], check=False, timeout=60)
    assert dead.returncode == 9
    kept = {(row["first"], row["run"]) for row in filled.read(EMBEDDED)}
    assert kept == {(0.5, first.id), (1.0, first.id)}
    again = embed(filled, vectors_of(0.25))
    assert {row["run"] for row in filled.read(EMBEDDED)} == {again.id}
