"""What people went on to is learned from enrolments without any skill, served, refreshed, and replaced as a whole."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import progression
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.pipeline.scoring.refresh import Refresher
from skillpath.pipeline.scoring.score import score
from skillpath.pipeline.training.train import train
from tests.walks import check_chains

QUIET = Reporter(quiet=True)
CONFIG = """
name = "steps"
[[source]]
name = "courses"
contract = "resources"
path = "courses.csv"
columns = { code = "code", title = "title" }
constants = { kind = "course" }
[[source]]
name = "students"
contract = "students"
path = "steps.csv"
select = { distinct = ["code"] }
columns = { code = "student" }
[[source]]
name = "enrolments"
contract = "enrolments"
path = "steps.csv"
columns = { student = "student", resource = "course" }
constants = { progress = 1.0 }
"""
EDGES = Query(
    "x",
    """MATCH (a:Resource)-[e:FOLLOWED_BY]->(b:Resource)
    RETURN a.code AS source, b.code AS target, e.support AS support, e.weight + e.nextWeight AS weight""",
)
RETITLE = Query(
    "x",
    """UNWIND [['b', 'Knots (2015)'], ['c', 'Knots (2016)']] AS row MATCH (r:Resource {code: row[0]})
    SET r.label = row[1], r.text = 'Bends, hitches and splices for ropes on deck'""",
)
EDITIONS = Query("x", "MATCH (r:Resource) WHERE r.edition IS NOT NULL RETURN r.code AS code, r.edition AS edition")
UNENROL = Query("x", "MATCH ()-[e:ENROLLED_IN]->() DELETE e")
FIRST = Query(
    "x",
    """MATCH (:Student {code: $student})-[:RECEIVED]->(r:Recommendation {run: $run, path: 'TRAINING'})-[:SUGGESTS]->(x)
    RETURN x.code AS item, [(r)-[why:BECAUSE]->(q) | q.code] AS because, r.contributions[6] AS affinity,
           reduce(total = 0.0, c IN [(r)-[why:BECAUSE]->() | why.contribution] | total + c) AS sum
    ORDER BY r.score DESC, r.rank""",
)


def write_steps(folder: Path, steps: list[tuple[str, str]]) -> Path:
    with (folder / "courses.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "title"])
        writer.writerows([[code, f"Lesson number {code * 3}"] for code in "abcdefgh"])
    with (folder / "steps.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["student", "course"])
        writer.writerows(steps)
    (folder / "steps.toml").write_text(CONFIG, "utf-8")
    return folder / "steps.toml"


def write_vocabulary(folder: Path) -> Path:
    """A vocabulary of one skill that no course improves and nobody has."""
    folder.mkdir(exist_ok=True)
    (folder / "skills.csv").write_text("code,label\nk:1,juggling\n", "utf-8")
    (folder / "clusters.csv").write_text("code,label\nc:1,juggler\n", "utf-8")
    (folder / "requirements.csv").write_text("cluster,skill,essential\nc:1,k:1,true\n", "utf-8")
    return folder


def taught(graph: Graph, folder: Path, steps: list[tuple[str, str]]) -> str:
    """The id of the run after import, sync, train and score."""
    import_ontology(graph, "csv", write_vocabulary(folder / "vocabulary"), QUIET, folder / "quarantine")
    sync(graph, read_config(write_steps(folder, steps)), QUIET, folder / "quarantine")
    train(graph, QUIET)
    return str(score(graph, QUIET)["run"])


def walk_steps() -> list[tuple[str, str]]:
    """Forty go from a over b to c, forty from d over e to f, three from g to h, everybody of them begins alike."""
    steps = [(f"s{n:03}", course) for n in range(40) for course in "abc"]
    steps += [(f"t{n:03}", course) for n in range(40) for course in "def"]
    steps += [(f"u{n}", course) for n in range(3) for course in "gh"]
    return [*steps, ("new1", "a"), ("new2", "d"), ("new3", "g")]


def test_without_skills_chains_are_what_people_went_on_to(empty_graph: Graph, tmp_path: Path) -> None:
    run = taught(empty_graph, tmp_path, walk_steps())
    edges = {(row["source"], row["target"]): row for row in empty_graph.read(EDGES)}
    assert set(edges) == {("a", "b"), ("a", "c"), ("b", "c"), ("d", "e"), ("d", "f"), ("e", "f")}
    assert {row["support"] for row in edges.values()} == {40}, "of three who went from g to h nothing is told"
    for student, after, item in (("new1", "a", "b"), ("new2", "d", "e")):
        chain = empty_graph.read(FIRST, student=student, run=run)[0]
        assert chain["item"] == item and after in chain["because"]
        assert chain["sum"] == pytest.approx(chain["affinity"], abs=1e-9)
    assert empty_graph.read(FIRST, student="new3", run=run), "who took what few did gets what most people take"
    check_chains(empty_graph)


@pytest.mark.long
def test_a_refresh_equals_the_score_and_another_run_replaces_all(empty_graph: Graph, tmp_path: Path) -> None:
    taught(empty_graph, tmp_path, walk_steps())
    digest = graph_digest(empty_graph)
    Refresher(empty_graph).refresh(["new1", "s001", "u1"])
    assert graph_digest(empty_graph) == digest
    first = runs.current(empty_graph, progression.SERVING)
    train(empty_graph, QUIET)
    score(empty_graph, QUIET)
    again = runs.current(empty_graph, progression.SERVING)
    assert first and again and first["id"] != again["id"] and graph_digest(empty_graph) == digest
    taught(empty_graph, tmp_path, [(f"s{n:03}", course) for n in range(40) for course in "ab"])
    assert {(row["source"], row["target"]) for row in empty_graph.read(EDGES)} == {("a", "b")}


@pytest.mark.long
def test_odd_histories_end_in_a_stated_result(empty_graph: Graph, tmp_path: Path) -> None:
    everybody = [(f"s{n:03}", "a") for n in range(50)]
    everything = [("all", course) for course in "abcdefgh"]
    run = taught(empty_graph, tmp_path, [*everybody, *everything])
    assert empty_graph.read(EDGES) == []
    metrics = runs.current(empty_graph)
    assert metrics and metrics["id"] == run
    assert empty_graph.read(FIRST, student="all", run=run) == [], "nothing is left for who took everything"
    check_chains(empty_graph)


@pytest.mark.long
def test_editions_stand_apart_and_what_was_learned_goes_with_the_enrolments(empty_graph: Graph, tmp_path: Path) -> None:
    taught(empty_graph, tmp_path, walk_steps())
    empty_graph.write(RETITLE)
    train(empty_graph, QUIET)
    run = str(score(empty_graph, QUIET)["run"])
    editions = {row["code"]: row["edition"] for row in empty_graph.read(EDITIONS)}
    assert editions == {"b": "b", "c": "b"}
    shown = [row["item"] for row in empty_graph.read(FIRST, student="new1", run=run)]
    assert len({"b", "c"} & set(shown)) == 1
    check_chains(empty_graph)

    empty_graph.write(UNENROL)
    train(empty_graph, QUIET)
    assert empty_graph.read(EDGES) == [] and empty_graph.read(EDITIONS) == []
