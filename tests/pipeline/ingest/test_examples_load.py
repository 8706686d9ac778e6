"""All four mapping files of real jobs in one graph, by their first posts; real server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skillpath.cypher import Query
from skillpath.graph.core.bulk import Counts
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.curation.import_ontology import import_ontology
from skillpath.pipeline.ingest.source_config import read_config
from skillpath.pipeline.ingest.source_spec import Select, SyncConfig
from skillpath.pipeline.ingest.sync import sync

pytestmark = pytest.mark.realdata
EXAMPLES = Path(__file__).parents[3] / "examples"
QUIET = Reporter(quiet=True)
FIRST = {
    "hn": Select(by="post_id", first=300),
    "ethiopia": Select(by="job_id", first=300),
    "china_it": Select(by="company", first=200),
    "lagou": Select(by="companyFullName", first=150),
}
# Enough for the posts here to name, so that needs and occupations are written too.
VOCABULARY = {
    "skills.csv": "code,label,altLabels,definition,kind,broader\n"
    "k:python,Python,,,skill,\nk:sql,SQL,,,skill,\nk:java,Java,,,skill,\nk:sales,sales,,,skill,\n"
    "k:talk,communication,,,skill,\nk:analysis,data analysis,数据分析,,skill,\n",
    "clusters.csv": "code,label,altLabels,definition\nc:dev,software developer,software engineer,\n"
    "c:books,accountant,,\nc:data,data analyst,数据分析师,\n",
    "requirements.csv": "cluster,skill,essential,level\nc:dev,k:python,true,0.8\nc:data,k:analysis,true,0.8\n",
}


@pytest.mark.long
def test_all_four_live_in_one_graph_and_a_second_sync_changes_nothing(
    empty_graph: Graph, real_data: Path, tmp_path: Path
) -> None:
    for file, text in VOCABULARY.items():
        (tmp_path / file).write_text(text, "utf-8")
    import_ontology(empty_graph, "csv", tmp_path, QUIET, tmp_path / "quarantine")
    files = (read_config(EXAMPLES / f"jobs_{name}.toml", real_data) for name in FIRST)
    specs = (replace(file.sources[0], select=select) for file, select in zip(files, FIRST.values(), strict=True))
    config = SyncConfig("jobs", synthetic=False, sources=tuple(specs))
    done = sync(empty_graph, config, QUIET, tmp_path / "quarantine")
    new = {report.source: report.records.inserted for report in done.sources}
    assert all(count >= 200 for count in new.values()), new
    stored = empty_graph.read(Query("x", "MATCH (j:Job) RETURN j.source AS source, count(*) AS n"))
    assert {row["source"]: row["n"] for row in stored} == new
    asked = empty_graph.read(Query("x", "MATCH (j:Job)-[:REQUIRES]->() RETURN count(DISTINCT j) AS n"))[0]["n"]
    assert asked > 300
    before = graph_digest(empty_graph)
    again = sync(empty_graph, config, QUIET, tmp_path / "quarantine")
    assert {report.source: report.records for report in again.sources} == {
        source: Counts(0, 0, count) for source, count in new.items()
    }
    assert graph_digest(empty_graph) == before
