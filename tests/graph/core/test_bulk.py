"""Upserts on the real server: counted truly, replaced whole, decisions of people kept."""

from __future__ import annotations

import polars as pl

from skillpath.cypher import Query
from skillpath.graph.core import bulk
from skillpath.graph.core.bulk import Counts, known, upsert
from skillpath.graph.core.connection import Graph
from skillpath.graph.core.sources import UPSERT_TERMS, UPSERTS
from skillpath.graph.scores.digest import graph_digest
from tests.graph.tiny import fill, resource_rows, skill_rows, term_rows

IMPROVES = Query("x", "MATCH (r:Resource)-[i:IMPROVES]->(k) RETURN k.code AS code, i.gain AS gain ORDER BY code")
MAPPING = Query("x", "MATCH (:Term)-[m:MAPS_TO]->(k:Skill) RETURN k.code AS code, m.by AS by")


def test_new_changed_and_as_they_were(empty_graph: Graph) -> None:
    assert upsert(empty_graph, bulk.UPSERT_SKILLS, skill_rows(), source="t") == Counts(2, 0, 0)
    assert upsert(empty_graph, bulk.UPSERT_SKILLS, skill_rows(), source="t") == Counts(0, 0, 2)
    renamed = skill_rows(label="SQL querying", hash="2")
    assert upsert(empty_graph, bulk.UPSERT_SKILLS, renamed, source="t") == Counts(0, 1, 1)
    assert upsert(empty_graph, bulk.UPSERT_SKILLS, renamed.clear(), source="t") == Counts()


def test_batches_add_up_and_are_told(empty_graph: Graph) -> None:
    from dataclasses import replace

    settings = empty_graph.settings
    empty_graph.settings = replace(settings, batch=1)
    ticks: list[tuple[int, int]] = []
    try:
        counts = upsert(
            empty_graph, bulk.UPSERT_SKILLS, skill_rows(), lambda done, total: ticks.append((done, total)), source="t"
        )
    finally:
        empty_graph.settings = settings
    assert counts == Counts(2, 0, 0)
    assert ticks == [(1, 2), (2, 2)]


def test_twice_is_the_same_graph(empty_graph: Graph) -> None:
    fill(empty_graph)
    before = graph_digest(empty_graph)
    assert fill(empty_graph) == Counts(0, 0, 1)
    assert graph_digest(empty_graph) == before


def test_a_changed_record_replaces_its_own_relationships(empty_graph: Graph) -> None:
    fill(empty_graph)
    changed = resource_rows([{"code": "k:git", "gain": 0.25, "via": "text"}], "2")
    assert upsert(empty_graph, UPSERTS["resources"], changed, source="t", synthetic=True) == Counts(0, 1, 0)
    assert empty_graph.read(IMPROVES) == [{"code": "k:git", "gain": 0.25}]
    enrolled = Query("x", "MATCH (:Student)-[e:ENROLLED_IN]->(r:Course) RETURN count(e) AS count")
    assert empty_graph.read(enrolled) == [{"count": 1}]


def test_a_mapping_follows_the_matcher_until_a_person_decides(empty_graph: Graph) -> None:
    fill(empty_graph)
    upsert(empty_graph, UPSERT_TERMS, term_rows("k:git"), source="t")
    upsert(empty_graph, UPSERT_TERMS, term_rows("k:sql", "2"), source="t")
    assert empty_graph.read(MAPPING) == [{"code": "k:sql", "by": "matcher"}]
    upsert(empty_graph, UPSERT_TERMS, term_rows(None, "3"), source="t")
    assert empty_graph.read(MAPPING) == []
    empty_graph.write(
        Query("x", "MATCH (t:Term), (k:Skill {code: $code}) CREATE (t)-[:MAPS_TO {by: $by}]->(k)"),
        code="k:git",
        by="steward",
    )
    upsert(empty_graph, UPSERT_TERMS, term_rows("k:sql", "4"), source="t")
    assert empty_graph.read(MAPPING) == [{"code": "k:git", "by": "steward"}]


def test_what_is_known(empty_graph: Graph) -> None:
    fill(empty_graph)
    asked = pl.Series(["u:1", "u:9", None, "u:1"])
    assert known(empty_graph, "student", asked).to_list() == ["u:1"]
    assert known(empty_graph, "target", pl.Series(["c:analyst", "k:sql"])).to_list() == ["c:analyst"]


def test_hostile_names_are_only_names(empty_graph: Graph) -> None:
    nasty = "'}) MATCH (n) DETACH DELETE n //"
    upsert(empty_graph, bulk.UPSERT_SKILLS, skill_rows(label=nasty, altLabels=[nasty, "`", "\\"]), source=nasty)
    found = empty_graph.read(Query("x", "MATCH (k:Skill {code: $code}) RETURN k.label AS label"), code="k:sql")
    assert found == [{"label": nasty}]
