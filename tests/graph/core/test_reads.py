"""Reads: any text is only text, and equal labels come before similar ones."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillpath.graph.core.connection import Graph
from skillpath.graph.core.reads import search_skills
from tests.graph.tiny import fill

hostile = st.one_of(st.text(max_size=60), st.text(alphabet='+-&|!(){}[]^"~*?:\\/ ANDORT<>=', max_size=60))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile)
def test_any_text_can_be_searched(scratch: Graph, text: str) -> None:
    rows = search_skills(scratch, text, 5)
    assert all(0 < row["score"] <= 1 for row in rows)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def test_equal_labels_come_first(empty_graph: Graph) -> None:
    fill(empty_graph)
    with empty_graph.driver.session() as session:
        session.run("CREATE (:Skill {code: 'k:x', label: 'SQL SQL SQL', altLabels: ['sql'], kind: 'skill'})").consume()
        session.run("CREATE (:Skill {code: 'k:y', label: 'SQL tuning', altLabels: [], kind: 'skill'})").consume()
        session.run("CREATE (:Skill {code: 'k:g', label: 'SQL', altLabels: [], kind: 'group'})").consume()
        session.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()").consume()
    found = [(row["code"], row["method"]) for row in search_skills(empty_graph, " sql ", 5)]
    assert found == [("k:sql", "exact"), ("k:x", "alternative"), ("k:y", "fulltext")]
    assert search_skills(empty_graph, "   ", 5) == []
    assert [row["code"] for row in search_skills(empty_graph, "structured querry language", 1)] == ["k:sql"]
