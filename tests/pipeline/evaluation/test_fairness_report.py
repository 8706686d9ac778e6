"""The report on the town is what the graph says, counted another way; gender changes no chain."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from skillpath.chains.explain.fairness import FEW
from skillpath.chains.recommend import PATHS, ChainSettings, Recommender
from skillpath.cypher import Query
from skillpath.errors import Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.snapshot import Snapshot, read_snapshot
from skillpath.pipeline.evaluation.fairness_report import NOT_KNOWN, OTHERS, fairness_lines, fairness_report
from skillpath.pipeline.inputs.chain_inputs import build_evidence, build_market, build_students, fit_stage_gate
from tests.walks import served

PEOPLE = Query(
    "x",
    """MATCH (s:Student)-[:HAS_STAGE]->(n:StageState {run: $run})
    OPTIONAL MATCH (s)-[a:AIMS_AT {rank: 1, run: $run}]->()
    RETURN s.code AS code, s.gender AS gender, toString(s.cohort) AS cohort,
      [(s)-[:IN_REGION]->(g) | g.code][0] AS region,
      n.reason AS reason, a.gap / a.required AS gap,
      COUNT { (s)-[:RECEIVED]->(:Recommendation {run: $run}) } AS chains""",
)
SHOWN = Query(
    "x",
    """MATCH (r:Recommendation {run: $run, path: $path})-[:SUGGESTS]->(x)
    WITH x, count(r) AS times RETURN times ORDER BY times DESC""",
)


@pytest.fixture(scope="module")
def report(town: Graph) -> dict[str, Any]:
    return fairness_report(town)


def test_groups_are_what_the_graph_says(town: Graph, report: dict[str, Any]) -> None:
    people = town.read(PEOPLE, run=served(town))
    assert report["students"] == len(people)
    reasons = Counter(row["reason"] for row in people)
    assert report["with_chain"] == reasons.pop("HAS_CHAIN")
    assert {name.upper(): n for name, n in report["without"].items() if n} == dict(reasons)
    assert set(report["groups"]) == {"region", "cohort", "gender"}
    for name, reported in report["groups"].items():
        assert sum(row["students"] for row in reported["rows"]) == len(people)
        for row in reported["rows"]:
            if row["group"] == OTHERS:
                continue
            wanted = None if row["group"] == NOT_KNOWN else row["group"]
            mine = [each for each in people if each[name] == wanted]
            assert row["students"] == len(mine)
            if len(mine) < FEW:
                assert row["chains"] is None
                continue
            assert row["covered"] == pytest.approx(np.mean([each["chains"] > 0 for each in mine]), abs=1e-6)
            assert row["chains"] == pytest.approx(np.mean([each["chains"] for each in mine]), abs=1e-6)
            gaps = [each["gap"] for each in mine if each["gap"] is not None]
            assert row["gap"] == pytest.approx(np.mean(gaps), abs=1e-6)


def test_popularity_is_what_the_graph_says(town: Graph, report: dict[str, Any]) -> None:
    for path in PATHS:
        times = np.array([row["times"] for row in town.read(SHOWN, run=served(town), path=path)])
        reported = report["paths"][path]
        assert (reported["chains"], reported["shown"]) == (times.sum(), len(times))
        assert (
            reported["coverage"] == pytest.approx(len(times) / reported["open"], abs=1e-6) and reported["coverage"] <= 1
        )
        assert reported["top_share"] == pytest.approx(times[: -(-reported["open"] // 10)].sum() / times.sum(), abs=1e-6)
        assert 0 < reported["unevenness"] < 1
    assert report["prerequisites"]["links"] > 0 and report["prerequisites"]["in_a_cycle"] == 0


def test_the_terminal_shows_every_group_and_path(report: dict[str, Any]) -> None:
    shown = "\n".join(fairness_lines(report))
    for reported in report["groups"].values():
        assert all(row["group"] in shown for row in reported["rows"])
    assert all(path.lower() in shown for path in PATHS)


def test_gender_changes_no_chain(town: Graph) -> None:
    snapshot, settings = read_snapshot(town), ChainSettings()
    genders = snapshot.students["gender"]
    assert genders.n_unique() > 1
    others = [genders.reverse(), pl.Series("gender", [None] * len(genders), dtype=pl.String)]

    def chains(read: Snapshot) -> list[np.ndarray[Any, Any]]:
        market = build_market(read, np.random.default_rng(0).normal(size=(read.skills.height, 8)), settings)
        recommender = Recommender(market, settings, fit_stage_gate(read, settings))
        everybody = build_students(read, build_evidence(read, settings), settings)
        block = recommender.block(everybody.part(slice(0, 300)), recommender.cutoffs(everybody))
        paths = [part for path in PATHS for part in (block.paths[path].item, block.paths[path].score)]
        return [*paths, block.levels.data, block.stage_probabilities, block.reasons]

    before = chains(snapshot)
    for gender in others:
        after = chains(replace(snapshot, students=snapshot.students.with_columns(gender.alias("gender"))))
        assert all(np.array_equal(one, two) for one, two in zip(before, after, strict=True))


def test_nothing_scored_yet(empty_graph: Graph) -> None:
    with pytest.raises(Unavailable, match="Nothing was scored yet"):
        fairness_report(empty_graph)
