"""The graph as arrays: what was written, in the order of the codes."""

from __future__ import annotations

import numpy as np
import polars as pl

from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.snapshot import place_vectors, read_snapshot, read_vectors
from skillpath.graph.scores.student_reads import CodeIndex, read_students
from tests.graph.tiny import fill


def test_matrices_hold_what_was_written(empty_graph: Graph) -> None:
    fill(empty_graph, backwards=True)
    empty_graph.write(Query("x", "MATCH (u:Student {code: 'u:2'}), (k:Skill {code: 'k:sql'}) "
                                 "CREATE (u)-[:HAS {level: 0.9, run: 'some run'}]->(k)"))  # fmt: skip
    found = read_snapshot(empty_graph)
    assert found.skills["code"].to_list() == ["k:git", "k:sql"]
    assert found.students["code"].to_list() == ["u:1", "u:2"]
    np.testing.assert_allclose(found.requirements.toarray(), [[0.4, 0.8]])
    np.testing.assert_allclose(found.gains.toarray(), [[0.0, 0.6]])
    np.testing.assert_allclose(found.progress.toarray(), [[0.5], [0.0]])
    np.testing.assert_allclose(found.stated.toarray(), [[0.3, 0.0], [0.3, 0.0]], err_msg="runs are no statements")
    assert found.target.tolist() == [0, 0]
    assert found.job_needs.shape == (0, 2)
    np.testing.assert_allclose(found.weights.toarray(), [[0.5, 1.0]])
    assert found.order.nnz == 0 and found.placed.is_empty() and np.isnan(found.enrolments.day).all()
    assert found.students["region"].to_list() == ["Hill", "Hill"] and found.students["cohort"].to_list() == [2024, 2024]


def test_dates_places_and_deeds_are_read(empty_graph: Graph) -> None:
    fill(empty_graph)
    empty_graph.write(
        Query(
            "x",
            """MATCH (u:Student {code: 'u:1'})-[e:ENROLLED_IN]->(r:Resource) SET u.graduatesAt = date('1970-01-31'),
                 e.at = date('1970-01-11'), e.practice = 0.25, r.seats = 12, r.closesAt = date('1970-02-01'), r:Mentor
               REMOVE r:Course
               CREATE (j:Job {code: 'j:1', label: 'Post', postedAt: date('1970-01-21')})-[:IN_REGION]->
                 (:Region {code: 'Sea'}), (u)-[:WORKED_AT {code: 'w:1', from: date('1970-01-26')}]->(j),
                 (u)-[:WORKED_AT {code: 'w:2'}]->(:Employer {code: 'e:1'}),
                 (u)-[:JOINED {code: 'm:1', joinedAt: date('1970-01-16')}]->(p:Project {code: 'p:1', label: 'Project'}),
                 (r)-[:BUILDS_ON]->(:Resource {code: 'r:basics', label: 'Basics'})
               WITH DISTINCT 1 AS done MATCH (c:JobCluster) SET c.warningIndex = 0.7""",
        )
    )
    found = read_snapshot(empty_graph)
    assert found.students["graduates"].to_list() == [30, None] and found.clusters["heat"].to_list() == [0.7]
    course = found.resources.filter(pl.col("code") == "r:course").row(0, named=True)
    assert (course["kind"], course["seats"], course["closes"]) == ("Mentor", 12, 31)
    assert found.jobs.row(0, named=True)["opened"] == 20 and found.jobs["region"].to_list() == ["Sea"]
    assert found.enrolments.day.tolist() == [10.0] and found.practice.data.tolist() == [0.25]
    assert found.placements.day.tolist() == [25.0] and found.memberships.day.tolist() == [15.0]
    assert found.placed.rows() == [(0, None), (0, 25)]
    few = read_students(empty_graph, found, CodeIndex(found), ["u:2", "u:1", "u:9"])
    assert few.students.drop("seen").equals(found.students) and few.placed.sort("day").equals(found.placed)
    for name in ("enrolments", "placements", "memberships"):
        one, all_ = getattr(few, name), getattr(found, name)
        np.testing.assert_array_equal(one.amount.toarray(), all_.amount.toarray())
        np.testing.assert_array_equal(one.day, all_.day)
    for name in ("practice", "stated"):
        np.testing.assert_array_equal(getattr(few, name).toarray(), getattr(found, name).toarray())
    assert few.target.tolist() == found.target.tolist()
    basics = found.resources["code"].to_list().index("r:basics")
    assert found.order.toarray()[1 - basics, basics] == 1.0 and found.order.nnz == 1


def test_groups_are_no_skills_to_learn(empty_graph: Graph) -> None:
    fill(empty_graph)
    empty_graph.write(Query("x", "MATCH (k:Skill {code: 'k:git'}) SET k.kind = 'group'"))
    found = read_snapshot(empty_graph)
    assert found.skills["code"].to_list() == ["k:sql"]
    np.testing.assert_allclose(found.requirements.toarray(), [[0.8]])


def test_embeddings_in_the_order_of_the_skills(empty_graph: Graph) -> None:
    fill(empty_graph)
    skills = read_snapshot(empty_graph).skills
    assert read_vectors(empty_graph).is_empty()
    empty_graph.write(Query("x", "MATCH (k:Skill {code: 'k:sql'}) SET k.embedding = [0.6, 0.8]"))
    vectors = place_vectors(read_vectors(empty_graph), skills, 2)
    np.testing.assert_allclose(vectors, [[0.0, 0.0], [0.6, 0.8]])
