"""Exposures are written once beside the reads, bounded and counted, and what is read is what was shown."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from skillpath.cypher import Query
from skillpath.errors import SkillpathError, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.exposures import ExposureLog, LogSettings, ShownChain, read_exposures, read_reactions
from skillpath.graph.scores.feedback_store import record
from tests.graph.tiny import fill

DRAW = {"draw": {"round": "day/0/0", "policy": 0, "temperature": 0.02}}
SERVE = Query(
    "x",
    """MATCH (s:Student) MATCH (x:Resource {code: 'r:course'}) MATCH (c:JobCluster)
    CREATE (s)-[:HAS_STAGE]->(:StageState {id: s.code, run: $run, enrol: 0.5, learn: 0.25, work: 0.0, startUp: 0.0})
    WITH s, x, c UNWIND [['TRAINING', 1], ['TRAINING', 2], ['JOB', 1]] AS place
    CREATE (s)-[:RECEIVED]->(r:Recommendation {id: s.code + '|' + place[0] + '|' + place[1], run: $run, path: place[0],
      rank: place[1], score: 0.25, weights: [0.5], contributions: [0.25], propensity: 0.75 / place[1],
      next: CASE place[1] WHEN 1 THEN 0.5 END, leads: CASE place[0] WHEN 'JOB' THEN true END, match: 0.1, gain: 0.2,
      bridging: 0.3, heat: 0.4, stage: 0.5, redundancy: 0.6, affinity: 0.7})
    CREATE (r)-[:SUGGESTS]->(x) CREATE (r)-[:TOWARD]->(c)""",
)
KEPT = Query("x", "MATCH (s:Student)-[:SAW]->(e:Exposure) RETURN s.code AS student, e {.*, at: null} AS kept")
EVER = "1970-01-01T00:00:00Z"
LATER = "2100-01-01T00:00:00Z"


def serve(graph: Graph, params: dict[str, Any] | None = None) -> str:
    run = runs.open_run(graph, "score", DRAW if params is None else params)
    graph.write(SERVE, run=run.id)
    runs.serve(graph, run, {})
    runs.sweep(graph, keep=run.id)
    return run.id


@pytest.fixture
def run(empty_graph: Graph) -> str:
    fill(empty_graph)
    return serve(empty_graph)


@pytest.fixture
def seen(run: str) -> ShownChain:
    return ShownChain("u:1", "TRAINING", run, "u:1|TRAINING|1", 0.75)


def test_what_was_shown_is_kept_once_a_round(scratch: Graph, run: str, seen: ShownChain) -> None:
    log = ExposureLog(scratch)
    for _ in range(3):
        log.note(seen)
    log.flush()
    assert log.counts == {"logged": 1, "waiting": 0, "dropped": 0, "failed": 0}
    row = scratch.read(KEPT)[0]
    assert row["student"] == "u:1"
    wanted = {"code": "u:1|TRAINING|day/0/0", "slot": "TRAINING", "round": "day/0/0", "policy": 0, "run": run}
    wanted |= {"chosen": seen.chosen, "propensity": 0.75, "source": "skillpath", "state": [0.5, 0.25, 0.0, 0.0]}
    wanted |= {"candidates": ["u:1|TRAINING|1", "u:1|TRAINING|2"], "paths": ["TRAINING"] * 2, "at": None}
    values = row["kept"].pop("values")
    assert row["kept"] == wanted
    assert np.allclose(values, [0.1, 1 - np.exp(-0.2), 0.3, 0.4, 0.5, 0.6, 0.7, 0.0, 0.0] * 2)
    ExposureLog(scratch).note(seen)
    other = ExposureLog(scratch)
    other.note(seen)
    other.note(replace(seen, run=serve(scratch)))
    other.flush()
    assert len(scratch.read(KEPT)) == 1, "also by another process, and in another run of the same round"


def test_the_next_step_is_one_of_all_first_places(scratch: Graph, run: str) -> None:
    log = ExposureLog(scratch)
    log.note(ShownChain("u:2", "NEXT", run, "u:2|JOB|1", 0.5))
    log.flush()
    kept = scratch.read(KEPT)[0]["kept"]
    assert kept["candidates"] == ["u:2|JOB|1", "u:2|TRAINING|1"] and kept["paths"] == ["JOB", "TRAINING"]


def test_what_was_not_shown_so_is_not_kept(scratch: Graph, run: str, seen: ShownChain) -> None:
    log = ExposureLog(scratch)
    log.note(replace(seen, chance=0.7))
    log.note(replace(seen, run="gone", student="u:2"))
    log.note(ShownChain("u:1", "JOB", run, "u:1|JOB|1", 0.75))
    log.flush()
    assert scratch.read(KEPT) == [], "a list made anew, a swept run, a list of one chain"
    without = serve(scratch, {"draw": None})
    log.note(replace(seen, run=without))
    log.flush()
    assert scratch.read(KEPT) == [], "nothing was drawn"


def test_reads_never_wait_and_what_is_lost_is_counted(scratch: Graph, seen: ShownChain, monkeypatch: Any) -> None:
    log = ExposureLog(scratch, LogSettings(waiting=2))
    for slot in ("TRAINING", "A", "B"):
        log.note(replace(seen, slot=slot))
    assert log.counts["waiting"] == 2 and log.counts["dropped"] == 1

    def down(*_: Any, **__: Any) -> Any:
        raise Unavailable("down")

    with monkeypatch.context() as patched:
        patched.setattr(Graph, "write", down)
        log.flush()
        assert log.counts["waiting"] == 2, "they wait until Neo4j answers again"
    log.flush()
    assert log.counts == {"logged": 1, "waiting": 0, "dropped": 1, "failed": 0}

    def broken(*_: Any, **__: Any) -> Any:
        raise SkillpathError("broken")

    log.note(replace(seen, slot="C"))
    with monkeypatch.context() as patched:
        patched.setattr(Graph, "write", broken)
        log.flush()
    assert log.counts["failed"] == 1 and log.counts["waiting"] == 0


def test_it_writes_in_the_background_and_at_the_end(scratch: Graph, run: str, seen: ShownChain) -> None:
    log = ExposureLog(scratch, LogSettings(seconds=0.05))
    log.start()
    log.note(seen)
    for _ in range(100):
        time.sleep(0.05)
        if log.counts["logged"]:
            break
    assert len(scratch.read(KEPT)) == 1
    log.note(ShownChain("u:2", "TRAINING", run, "u:2|TRAINING|1", 0.75))
    log.stop()
    assert len(scratch.read(KEPT)) == 2


def test_exposures_come_in_the_order_of_time_each_once(scratch: Graph, run: str) -> None:
    log = ExposureLog(scratch)
    for student in ("u:1", "u:2"):
        for slot, chosen, chance in (("TRAINING", "TRAINING|1", 0.75), ("NEXT", "JOB|1", 0.5)):
            log.note(ShownChain(student, slot, run, f"{student}|{chosen}", chance))
            log.flush()
    one = list(read_exposures(scratch, EVER, "", LATER, page=1))
    assert [page.height for page in one] == [1] * 4
    rows = next(read_exposures(scratch, EVER, "", LATER, page=100)).to_dicts()
    assert [page.to_dicts()[0] for page in one] == rows
    # As moments: as text, a fraction that ends in 0 is shorter and sorts behind.
    when = [datetime.fromisoformat(row["at"]) for row in rows]
    assert when == sorted(when)
    rest = list(read_exposures(scratch, rows[1]["at"], rows[1]["code"], LATER, page=100))
    assert [row["code"] for row in rest[0].to_dicts()] == [row["code"] for row in rows[2:]]
    assert list(read_exposures(scratch, EVER, "", EVER, page=100)) == []


def test_reactions_know_which_exposure_showed_it(scratch: Graph, run: str, seen: ShownChain) -> None:
    record(scratch, "u:1|TRAINING|1", "CLICK", "before it was seen", "x")
    log = ExposureLog(scratch)
    log.note(seen)
    log.note(ShownChain("u:1", "NEXT", run, "u:1|JOB|1", 0.5))
    log.flush()
    record(scratch, "u:1|TRAINING|1", "APPLY", "first", "x")
    record(scratch, "u:1|TRAINING|2", "CLICK", "second", "x")
    record(scratch, "u:2|TRAINING|1", "CLICK", "not seen", "x")
    found = read_reactions(scratch, EVER, LATER, timedelta(days=1)).rows()
    assert found == [
        ("before it was seen", "CLICK", None, None),
        ("first", "APPLY", "u:1|NEXT|day/0/0", False),
        ("first", "APPLY", "u:1|TRAINING|day/0/0", True),
        ("not seen", "CLICK", None, None),
        ("second", "CLICK", "u:1|TRAINING|day/0/0", False),
    ]
    assert read_reactions(scratch, EVER, LATER, timedelta(0))["exposure"].null_count() == 4, "after the window"
