"""Sync against the real server: skills read as the settings say, only what changed is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillpath.cypher import Query
from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.ontology.matching.fuzzy_matching import Closeness
from skillpath.ontology.matching.matching import MatchSettings
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import SyncReport, SyncSettings, sync

QUIET = Reporter(quiet=True)
VOCABULARY = {
    "skills.csv": "code,label,altLabels,definition,kind,broader\n"
    "k:carpentry,carpentry,joinery|carpentry work,,skill,\nk:roof,roof framing,,,skill,\n"
    "k:plan,plan reading,,,skill,\n",
    "clusters.csv": "code,label,altLabels,definition\nc:carpenter,carpenter,,\n",
    "requirements.csv": "cluster,skill,essential,level\nc:carpenter,k:carpentry,true,0.8\n",
}
CONFIG = """
[[source]]
name = "posts"
contract = "jobs"
path = "jobs.csv"
scan = ["title", "text"]
columns = { code = "id", title = "title", text = "text", skills = "skills", posted_at = "day", region = "town" }
[[source]]
name = "people"
contract = "students"
path = "people.csv"
columns = { code = "id", target = "wish" }
"""
JOBS = """id,title,text,skills,day,town
1,Senior carpenter wanted,You know roof framing and plan reading.,joinery|carpentrry|juggling,2024-01-31,Hill
2,Anything,,,2024-02-01,
"""
NEEDS = Query(
    "x",
    "MATCH (:Job {code: '1'})-[r:REQUIRES]->(k) RETURN k.code AS code, r.via AS via, r.level AS level ORDER BY code",
)
TERMS = Query(
    "x",
    "MATCH (:Job)-[:MENTIONS]->(t:Term) OPTIONAL MATCH (t)-[m:MAPS_TO]->(k) "
    "RETURN t.text AS text, t.mentions AS mentions, m.method AS method, k.code AS code ORDER BY text",
)


@pytest.fixture
def folder(empty_graph: Graph, tmp_path: Path) -> Path:
    for name, text in VOCABULARY.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "sync.toml").write_text(CONFIG, "utf-8")
    (tmp_path / "jobs.csv").write_text(JOBS, "utf-8")
    (tmp_path / "people.csv").write_text("id,wish\nann,c:carpenter\nbob,c:astronaut\n", "utf-8")
    import_ontology(empty_graph, "csv", tmp_path, QUIET, tmp_path / "quarantine")
    return tmp_path


def run(graph: Graph, folder: Path, settings: SyncSettings | None = None) -> SyncReport:
    return sync(graph, read_config(folder / "sync.toml"), QUIET, folder / "quarantine", settings)


def test_skills_are_read_from_lists_and_texts(empty_graph: Graph, folder: Path) -> None:
    run(empty_graph, folder)
    assert empty_graph.read(NEEDS) == [
        {"code": "k:carpentry", "via": "term", "level": 0.6},
        {"code": "k:plan", "via": "text", "level": 0.25},
        {"code": "k:roof", "via": "text", "level": 0.25},
    ]
    assert empty_graph.read(TERMS) == [
        {"text": "carpentrry", "mentions": 1, "method": "fuzzy", "code": "k:carpentry"},
        {"text": "joinery", "mentions": 1, "method": "alternative", "code": "k:carpentry"},
        {"text": "juggling", "mentions": 1, "method": None, "code": None},
    ]
    cluster = Query("x", "MATCH (:Job {code: '1'})-[i:IN_CLUSTER]->(c) RETURN c.code AS code, i.score AS score")
    assert empty_graph.read(cluster) == [{"code": "c:carpenter", "score": 1.0}]


def test_the_matcher_obeys_its_settings(empty_graph: Graph, folder: Path) -> None:
    strict = SyncSettings(matching=MatchSettings(fuzzy=Closeness(word_similarity=1.0)))
    posts = run(empty_graph, folder, strict).sources[0]
    assert (posts.terms, posts.mapped) == (3, 1)


def test_only_what_changed_is_written(empty_graph: Graph, folder: Path) -> None:
    first = run(empty_graph, folder).sources[0]
    assert first.records == Counts(2, 0, 0)
    before = graph_digest(empty_graph)
    assert run(empty_graph, folder).sources[0].records == Counts(0, 0, 2)
    assert graph_digest(empty_graph) == before
    (folder / "jobs.csv").write_text(JOBS.replace("plan reading", "nothing else"), "utf-8")
    assert run(empty_graph, folder).sources[0].records == Counts(0, 1, 1)
    assert [row["code"] for row in empty_graph.read(NEEDS)] == ["k:carpentry", "k:roof"]
    (folder / "jobs.csv").write_text(JOBS, "utf-8")
    run(empty_graph, folder)
    assert graph_digest(empty_graph) == before


def test_a_better_vocabulary_rewrites_what_it_changes(empty_graph: Graph, folder: Path) -> None:
    run(empty_graph, folder)
    more = VOCABULARY["skills.csv"] + "k:juggling,juggling,,,skill,\n"
    (folder / "skills.csv").write_text(more, "utf-8")
    import_ontology(empty_graph, "csv", folder, QUIET, folder / "quarantine")
    assert run(empty_graph, folder).sources[0].records == Counts(0, 1, 1)
    assert "k:juggling" in [row["code"] for row in empty_graph.read(NEEDS)]


def test_an_unknown_reference_is_quarantined(empty_graph: Graph, folder: Path) -> None:
    people = run(empty_graph, folder).sources[1]
    assert (people.records.inserted, people.quarantined) == (1, 1)
    kept = Path(people.quarantine).read_text("utf-8").splitlines()[1]
    assert kept.endswith(",2,3,target,c:astronaut,no target has this code,reference")
