"""The synthetic town: every chain walks, twice gives the same graph, and a killed run is never seen."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from skillpath.cypher import Query
from skillpath.errors import SkillpathError
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.ingest.sync import SyncReport
from skillpath.pipeline.scoring.score import score
from tests.walks import check_chains, leftovers, served

SKILLPATH = Path(__file__).parents[3] / ".venv" / "bin" / "skillpath"
UNSERVED = Query("x", "MATCH (r:Recommendation) WHERE r.run <> $run RETURN count(r) AS count")
QUIET = Reporter(quiet=True)


def test_every_chain_walks_and_recomputes(town: Graph) -> None:
    totals = check_chains(town)
    assert totals["students"] > 200
    assert totals["chains"] > 1_500


def test_a_broken_chain_would_be_seen(town: Graph) -> None:
    run = served(town)
    change = Query(
        "x",
        "MATCH (:Recommendation {run: $run})-[s:CLOSES]->() WITH s LIMIT 1 SET s.was = s.have, s.have = s.have + 0.5",
    )
    town.write(change, run=run)
    try:
        with pytest.raises(AssertionError):
            check_chains(town)
    finally:
        # Subtracting 0.5 again would leave a rounding error behind.
        restore = Query(
            "x",
            "MATCH (:Recommendation {run: $run})-[s:CLOSES]->() WHERE s.was IS NOT NULL "
            "SET s.have = s.was REMOVE s.was",
        )
        town.write(restore, run=run)


def test_syncing_again_changes_nothing(town: Graph, town_digest: str, load_town: Callable[[Graph], SyncReport]) -> None:
    again = load_town(town)
    assert {(s.records.inserted, s.records.updated) for s in again.sources} == {(0, 0)}
    assert graph_digest(town) == town_digest


@pytest.mark.long
def test_a_killed_score_leaves_readers_where_they_were_and_the_next_one_says_the_same(
    town: Graph, town_digest: str
) -> None:
    run = served(town)
    environ = {
        **os.environ,
        "SKILLPATH_NEO4J_URI": town.address.uri,
        "SKILLPATH_NEO4J_PASSWORD": town.address.password,
    }
    process = subprocess.Popen([SKILLPATH, "score"], env=environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while town.read(UNSERVED, run=run)[0]["count"] < 500:
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert served(town) == run
    assert leftovers(town) > 0
    assert graph_digest(town) == town_digest
    check_chains(town)
    score(town, QUIET)
    assert served(town) != run
    assert leftovers(town) == 0
    assert graph_digest(town) == town_digest


def test_a_run_that_was_overtaken_is_not_served(town: Graph) -> None:
    run = served(town)
    slow = runs.open_run(town, "score", {})
    runs.open_run(town, "score", {})
    with pytest.raises(runs.RunSuperseded, match="Another run started meanwhile"):
        runs.serve(town, slow, {})
    assert served(town) == run


def test_nothing_to_score(empty_graph: Graph) -> None:
    with pytest.raises(SkillpathError, match=r"There are no students to score.*skillpath sync"):
        score(empty_graph, QUIET)
