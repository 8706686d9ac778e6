"""On the real server: what is said would lift a chain does so, and levels are what their sources add up to."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from skillpath.chains.explain.counterfactual import replace_level
from skillpath.cypher import Query
from skillpath.errors import NotFound
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.scoring.explain_on_demand import ChainKey, WhatIf, compute_counterfactuals, find_evidence
from skillpath.pipeline.scoring.refresh import Refresher, StudentContext
from tests.walks import served

LISTS = Query(
    "x",
    """MATCH (s:Student {code: $student})-[:RECEIVED]->(r:Recommendation {run: $run})-[:SUGGESTS]->(x)
    RETURN r.path AS path, r.score AS score, x.code AS item ORDER BY path, score DESC, r.rank""",
)
SOME = Query(
    "x",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation {run: $run, rank: 3}) WITH s, count(r) AS paths WHERE paths = 3
    RETURN s.code AS code ORDER BY code LIMIT 4""",
)
STATED = Query(
    "x",
    "MATCH (:Student {code: $student})-[h:HAS]->(:Skill {code: $skill}) WHERE h.run IS NULL RETURN h.level AS level",
)
STATE = Query(
    "x",
    """MATCH (s:Student {code: $student}) MATCH (k:Skill {code: $skill})
    CREATE (s)-[:HAS {level: $level, evidence: ['test']}]->(k)""",
)
FORGET = Query("x", "MATCH (:Student {code: $student})-[h:HAS {evidence: ['test']}]->() DELETE h")


@pytest.fixture(scope="module")
def refresher(town: Graph) -> Iterator[Refresher]:
    yield Refresher(town)
    town.write(Query("x", "MATCH (s:Serving {name: 'current'}) REMOVE s.locked"))


def lists(graph: Graph, student: str) -> dict[ChainKey, int]:
    """The student's chains with their places by score."""
    rows = graph.read(LISTS, student=student, run=served(graph))
    starts: dict[str, int] = {}
    for number, row in enumerate(rows):
        starts.setdefault(row["path"], number)
    return {ChainKey(row["path"], row["item"]): i - starts[row["path"]] + 1 for i, row in enumerate(rows)}


def lifted(graph: Graph, refresher: Refresher) -> Iterator[tuple[str, StudentContext, ChainKey, WhatIf]]:
    for row in graph.read(SOME, run=served(graph)):
        student_context, known = refresher.student_context(row["code"]), lists(graph, row["code"])
        found = compute_counterfactuals(student_context, list(known))
        assert len(found) == len(known)
        for (chain, rank), rise in zip(known.items(), found, strict=True):
            if rise is not None:
                assert rise.rank == rank > rise.would_be_rank
                yield row["code"], student_context, chain, rise
            if rank == 1:
                assert rise is None


def test_the_change_applied_to_the_student_gives_the_stated_rank(town: Graph, refresher: Refresher) -> None:
    seen = 0
    for _, student_context, chain, rise in lifted(town, refresher):
        skills, recommender = student_context.snapshot.skills["code"].to_list(), student_context.recommender
        changed = replace_level(student_context.learner, np.array([skills.index(rise.skill)]), np.array([rise.level]))
        _, chains = recommender.by_score(chain.path, changed, student_context.cutoffs)
        codes = {"JOB": student_context.snapshot.jobs, "TRAINING": student_context.snapshot.resources}
        if chain.path in codes:
            items = codes[chain.path]["code"].gather(chains.item.tolist()).to_list()
            assert chains.rank[items.index(chain.item)] == rise.would_be_rank
            seen += rise.would_be_rank == 1
        assert f"{rise.level:.2f}" in rise.sentence and rise.label in rise.sentence
        assert rise.level == round(rise.level, 2)
    assert seen > 4


def test_it_comes_true_in_the_graph(town: Graph, town_digest: str, refresher: Refresher) -> None:
    done = set()
    for student, _, chain, rise in list(lifted(town, refresher)):
        # A level that stands beside what was stated already would be added to it.
        if chain.path in done or town.read(STATED, student=student, skill=rise.skill):
            continue
        more = 1.0 - (1.0 - rise.level) / (1.0 - rise.have)
        town.write(STATE, student=student, skill=rise.skill, level=more)
        try:
            refresher.refresh([student])
            assert lists(town, student)[chain] == rise.would_be_rank
        finally:
            town.write(FORGET, student=student)
            refresher.refresh([student])
        done.add(chain.path)
    assert {"JOB", "TRAINING"} <= done
    assert graph_digest(town) == town_digest


def test_evidence_adds_up_and_tells_what_is_left_of_it(town: Graph, refresher: Refresher) -> None:
    student = town.read(SOME, run=served(town))[0]["code"]
    student_context, known = refresher.student_context(student), list(lists(town, student))
    levels = dict(
        zip(student_context.snapshot.skills["code"], student_context.learner.levels.toarray()[0], strict=True)
    )
    found = find_evidence(student_context, known)
    kinds = {piece.relationship for pieces in found for piece in pieces}
    assert kinds == {"HAS", "IMPROVES", "REQUIRES"}
    taken = (
        set(student_context.snapshot.resources["code"])
        | set(student_context.snapshot.jobs["code"])
        | set(student_context.snapshot.projects["code"])
    )
    for pieces in found:
        assert pieces and [p.drop for p in pieces] == sorted((p.drop for p in pieces), reverse=True)
        for piece in pieces:
            assert piece.drop > 0 and bool(piece.sources) == (piece.relationship == "HAS")
            if piece.sources:
                assert piece.value == pytest.approx(levels[piece.skill])
                assert sum(source.contribution for source in piece.sources) == pytest.approx(piece.value, abs=1e-9)
            for source in piece.sources:
                assert (source.code is None) == (source.component == "admission")
                assert source.code is None or source.code in taken
                assert 0 < source.decay <= 1 and source.amount > 0
                half = {"learning": 6.0, "practice": 8.0, "innovation": 8.0}.get(source.component)
                if half and source.years is not None:
                    assert source.decay == pytest.approx(2 ** (-max(0.0, source.years) / half))


def test_odd_questions(town: Graph, refresher: Refresher) -> None:
    with pytest.raises(NotFound, match="No such student"):
        refresher.student_context("nobody")
    student_context = refresher.student_context(town.read(SOME, run=served(town))[0]["code"])
    unknown = [ChainKey(path, "nothing") for path in ("JOB", "TRAINING", "VENTURE")]
    assert compute_counterfactuals(student_context, unknown) == [None] * 3 and find_evidence(
        student_context, unknown
    ) == [[], [], []]
    assert compute_counterfactuals(student_context, []) == [] and find_evidence(student_context, []) == []
