"""The graph as arrays: what was written, in the order of the codes."""

from __future__ import annotations

import numpy as np

from skillpath.cypher import Query
from skillpath.graph.connection import Graph
from skillpath.graph.snapshot import read_embeddings, take_snapshot
from tests.graph.tiny import fill


def test_matrices_hold_what_was_written(empty_graph: Graph) -> None:
    fill(empty_graph, backwards=True)
    empty_graph.write(Query("x", "MATCH (u:Student {code: 'u:2'}), (k:Skill {code: 'k:sql'}) "
                                 "CREATE (u)-[:HAS {level: 0.9, run: 'some run'}]->(k)"))  # fmt: skip
    found = take_snapshot(empty_graph)
    assert found.skills["code"].to_list() == ["k:git", "k:sql"]
    assert found.students["code"].to_list() == ["u:1", "u:2"]
    np.testing.assert_allclose(found.requirements.toarray(), [[0.4, 0.8]])
    np.testing.assert_allclose(found.gains.toarray(), [[0.0, 0.6]])
    np.testing.assert_allclose(found.progress.toarray(), [[0.5], [0.0]])
    np.testing.assert_allclose(found.stated.toarray(), [[0.3, 0.0], [0.3, 0.0]], err_msg="runs are no statements")
    assert found.target.tolist() == [0, 0]
    assert found.job_needs.shape == (0, 2)


def test_groups_are_no_skills_to_learn(empty_graph: Graph) -> None:
    fill(empty_graph)
    empty_graph.write(Query("x", "MATCH (k:Skill {code: 'k:git'}) SET k.kind = 'group'"))
    found = take_snapshot(empty_graph)
    assert found.skills["code"].to_list() == ["k:sql"]
    np.testing.assert_allclose(found.requirements.toarray(), [[0.8]])


def test_embeddings_in_the_order_of_the_skills(empty_graph: Graph) -> None:
    fill(empty_graph)
    skills = take_snapshot(empty_graph).skills
    assert read_embeddings(empty_graph, skills, 2) is None
    empty_graph.write(Query("x", "MATCH (k:Skill {code: 'k:sql'}) SET k.embedding = [0.6, 0.8]"))
    vectors = read_embeddings(empty_graph, skills, 2)
    assert vectors is not None
    np.testing.assert_allclose(vectors, [[0.0, 0.0], [0.6, 0.8]])
