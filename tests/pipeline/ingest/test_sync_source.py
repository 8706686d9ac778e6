"""One source after another state of itself: changes, deletions, corrections, rows that wait, marks; real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skillpath.cypher import Query
from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.sync import sync
from skillpath.pipeline.ingest.sync_source import SourceReport
from tests.pipeline.ingest.test_sync import VOCABULARY

QUIET = Reporter(quiet=True)
JOBS = """[[source]]
name = "posts"
contract = "jobs"
path = "jobs.csv"
columns = { code = "id", title = "title", skills = "skills", posted_at = "day", employer = "by", text = "text" }
"""
PEOPLE = """[[source]]
name = "people"
contract = "students"
path = "people.csv"
columns = { code = "id" }
"""
TAKEN = """[[source]]
name = "taken"
contract = "participation"
path = "taken.csv"
columns = { student = "who", project = "what", joined_at = "day" }
[[source]]
name = "ventures"
contract = "projects"
path = "ventures.csv"
columns = { code = "id", title = "name" }
"""
LIVE = Query("x", "MATCH (n:Job) WHERE n.removed IS NULL RETURN n.code AS code ORDER BY code")
ALL = Query("x", "MATCH (n:Job) RETURN count(n) AS n, count(n.removed) AS gone")
HEADER = "id,title,skills,day,by,text\n"


@pytest.fixture
def folder(empty_graph: Graph, tmp_path: Path) -> Path:
    for name, text in VOCABULARY.items():
        (tmp_path / name).write_text(text, "utf-8")
    import_ontology(empty_graph, "csv", tmp_path, QUIET, tmp_path / "quarantine")
    return tmp_path


def jobs(folder: Path, *rows: str) -> None:
    (folder / "jobs.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")


def run(graph: Graph, folder: Path, config: str = JOBS, **options: Any) -> dict[str, SourceReport]:
    (folder / "sync.toml").write_text(config, "utf-8")
    done = sync(graph, read_config(folder / "sync.toml"), QUIET, folder / "quarantine", **options)
    return {source.source: source for source in done.sources}


def codes(graph: Graph) -> list[str]:
    return [row["code"] for row in graph.read(LIVE)]


A, B, C = "a,Carpenter,joinery,2024-01-31,Mill,", "b,Roofer,roof framing,2024-02-01,Mill,", "c,Cook,,2024-02-02,Inn,"


def test_an_unchanged_file_is_not_even_read(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A, B, "d,Bad,,soon,,")
    first = run(empty_graph, folder)["posts"]
    again = run(empty_graph, folder)["posts"]
    assert not first.skipped and again.skipped
    assert (again.rows, again.quarantined, again.records) == (3, 1, Counts(0, 0, 2))
    assert Path(again.quarantine).is_file()
    jobs(folder, B, A, "d,Bad,,soon,,")
    turned = run(empty_graph, folder)["posts"]
    assert not turned.skipped and turned.records == Counts(0, 0, 2)


def test_what_is_no_longer_listed_gets_a_tombstone_and_may_come_back(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A, B, C)
    run(empty_graph, folder)
    before = graph_digest(empty_graph)
    jobs(folder, A, C)
    report = run(empty_graph, folder)["posts"]
    assert (report.removed, report.records) == (1, Counts(0, 0, 2))
    assert codes(empty_graph) == ["a", "c"]
    assert empty_graph.read(ALL) == [{"n": 3, "gone": 1}]
    assert run(empty_graph, folder)["posts"].removed == 0
    jobs(folder, A, B, C)
    assert run(empty_graph, folder)["posts"].records == Counts(0, 1, 2)
    assert graph_digest(empty_graph) == before


def test_a_row_that_broke_is_no_deletion(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A, B, C)
    run(empty_graph, folder)
    jobs(folder, A, B.replace("2024-02-01", "2024-02-31"), C)
    assert run(empty_graph, folder)["posts"].removed == 0
    # Nobody knows which record a row without a code is: as many as there are of them are left alone.
    jobs(folder, A, B[1:], C)
    report = run(empty_graph, folder)["posts"]
    assert (report.removed, report.kept_unlisted) == (0, 1)
    assert codes(empty_graph) == ["a", "b", "c"]
    jobs(folder, C, "x" + C[1:], "y" + C[1:], B[1:])
    assert run(empty_graph, folder)["posts"].removed == 2
    assert codes(empty_graph) == ["c", "x", "y"]


def test_mended_rows_are_played_again(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A, B, "d,Cook,,soon,,", "a,Again,,2024-01-31,,")
    assert run(empty_graph, folder)["posts"].quarantined == 2
    whole = folder / "quarantine" / "posts.rows.csv"
    whole.write_text(whole.read_text("utf-8").replace("soon", "2024-03-05"), "utf-8")
    retried = run(empty_graph, folder, retry=True)["posts"]
    assert (retried.records.inserted, retried.records.updated, retried.quarantined) == (1, 0, 1)
    assert codes(empty_graph) == ["a", "b", "d"]
    title = Query("x", "MATCH (n:Job {code: 'a'}) RETURN n.label AS label")
    assert empty_graph.read(title) == [{"label": "Carpenter"}]
    # The source still has the broken row; a correction outlives that, and its own deletion ends it.
    jobs(folder, A, "d,Cook,,soon,,")
    assert run(empty_graph, folder)["posts"].removed == 1
    assert codes(empty_graph) == ["a", "d"]
    jobs(folder, A, "d,Cook,,2024-03-05,,")
    assert run(empty_graph, folder)["posts"].records == Counts(0, 1, 1)
    jobs(folder, A)
    assert run(empty_graph, folder)["posts"].removed == 1


def test_rows_wait_for_what_they_refer_to(empty_graph: Graph, folder: Path) -> None:
    (folder / "people.csv").write_text("id\nann\n", "utf-8")
    (folder / "ventures.csv").write_text("id,name\nv,Tide\n", "utf-8")
    (folder / "taken.csv").write_text("who,what,day\nann,v,2024-01-01\nbob,v,2024-01-02\n", "utf-8")
    # Sources are written in the order of what refers to what, not in that of the configuration.
    first = run(empty_graph, folder, TAKEN + PEOPLE)
    assert (first["taken"].records.inserted, first["taken"].quarantined) == (1, 1)
    assert run(empty_graph, folder, TAKEN + PEOPLE)["taken"].skipped
    (folder / "people.csv").write_text("id\nann\nbob\n", "utf-8")
    late = run(empty_graph, folder, PEOPLE + TAKEN)["taken"]
    assert (late.records, late.quarantined, late.quarantine) == (Counts(1, 0, 1), 0, "")
    digest = graph_digest(empty_graph)
    (folder / "again").mkdir()
    empty_graph.driver.execute_query("MATCH (n:Student|Project|Source) DETACH DELETE n")
    run(empty_graph, folder, PEOPLE + TAKEN)
    assert graph_digest(empty_graph) == digest


def test_nobody_overwrites_what_another_source_has(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A)
    run(empty_graph, folder)
    other = JOBS.replace('"posts"', '"rival"')
    rival = run(empty_graph, folder, other.replace("refuse", "") + "refuse_above = 1.0\n")["rival"]
    assert (rival.records, rival.quarantined) == (Counts(), 1)
    assert "source posts has a record of this code" in Path(rival.quarantine).read_text("utf-8")


def test_a_source_of_bad_rows_is_refused_whole(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A, "x,,,,,", "y,,,,,")
    report = run(empty_graph, folder)["posts"]
    assert "67% of the rows are bad (it is missing" in report.failure
    assert codes(empty_graph) == []


def test_a_source_of_news_goes_by_its_mark(empty_graph: Graph, folder: Path) -> None:
    news = JOBS + 'mode = "append"\nwatermark = "text"\n'
    jobs(folder, A + "9", B + "10", "d,Bad,,soon,,11")
    assert run(empty_graph, folder, news)["posts"].records.inserted == 2
    mark = Query("x", "MATCH (s:Source {code: 'posts'}) RETURN s.watermark AS mark")
    assert empty_graph.read(mark) == [{"mark": "11"}]
    # An old row that reappears with another content lies below the mark and is not looked at; what was turned
    # away still waits, and nothing is taken for deleted.
    jobs(folder, A.replace("Carpenter", "Joiner") + "9", C + "12")
    report = run(empty_graph, folder, news)["posts"]
    assert (report.records.inserted, report.records.updated, report.removed, report.quarantined) == (1, 0, 0, 1)
    assert codes(empty_graph) == ["a", "b", "c"]


def test_a_late_post_lands_in_its_own_month(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A, B)
    run(empty_graph, folder)
    jobs(folder, A, B, "late,Carpenter,,2023-11-15,Mill,")
    run(empty_graph, folder)
    months = Query(
        "x",
        "MATCH (:JobCluster {code: 'c:carpenter'})-[:HAD]->(d:Demand) WHERE NOT (d)-[:IN_REGION]->() "
        "RETURN toString(d.period) AS period, d.postings AS postings ORDER BY period",
    )
    assert empty_graph.read(months) == [
        {"period": "2023-11-01", "postings": 1},
        {"period": "2024-01-01", "postings": 1},
    ]


def test_a_repeated_ad_is_kept_and_counted_once(empty_graph: Graph, folder: Path) -> None:
    text = " ".join(f"word{i}" for i in range(60))
    jobs(folder, f"a,Carpenter,,2024-01-02,Mill,{text}", f"b,Carpenter,,2024-01-20,Mill,{text}")
    assert run(empty_graph, folder)["posts"].reposts == 1
    found = Query("x", "MATCH (b:Job)-[r:REPOST_OF]->(a:Job) RETURN b.code AS b, a.code AS a, r.method AS method")
    assert empty_graph.read(found) == [{"b": "b", "a": "a", "method": "exact"}]
    jobs(folder, f"b,Carpenter,,2024-01-20,Mill,{text}", f"0,Carpenter,,2023-12-30,Mill,{text}")
    run(empty_graph, folder)
    assert {(r["b"], r["a"]) for r in empty_graph.read(found)} == {("a", "0"), ("b", "0")}


def test_the_run_keeps_what_became_of_each_source(empty_graph: Graph, folder: Path) -> None:
    jobs(folder, A, "d,Bad,,soon,,")
    run(empty_graph, folder)
    kept = Query("x", "MATCH (r:Run {kind: 'sync'}) RETURN r.metrics AS metrics, r.finishedAt AS done")
    row = empty_graph.read(kept)[0]
    metrics = json.loads(row["metrics"])["posts"]
    assert row["done"] is not None
    assert (metrics["rows"], metrics["quarantined"], metrics["records"]["inserted"]) == (2, 1, 1)
