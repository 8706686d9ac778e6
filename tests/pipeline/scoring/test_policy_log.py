"""Exposures and reactions become decisions: each reaction counts once, where it was shown, and nothing is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from skillpath.chains.model.stage import GATES
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.exposures import ExposureLog, ShownChain
from skillpath.graph.scores.feedback_store import record
from skillpath.pipeline.scoring.policy_log import BEGINNING, PolicyLogSettings, read_policy_log
from tests.graph.scores.test_exposures import LATER, serve
from tests.graph.tiny import fill


@pytest.fixture
def shown(empty_graph: Graph) -> Graph:
    """Two students were shown their training and their next step."""
    fill(empty_graph)
    run, log = serve(empty_graph), ExposureLog(empty_graph)
    for student in ("u:1", "u:2"):
        log.note(ShownChain(student, "TRAINING", run, f"{student}|TRAINING|1", 0.75))
        log.note(ShownChain(student, "NEXT", run, f"{student}|JOB|1", 0.5))
    log.flush()
    return empty_graph


def test_each_exposure_is_a_decision_with_what_came_of_it(shown: Graph) -> None:
    record(shown, "u:1|TRAINING|1", "CLICK", "a", "x")
    record(shown, "u:1|TRAINING|1", "APPLY", "b", "x")
    record(shown, "u:2|JOB|1", "COMPLETE", "c", "x")
    log = read_policy_log(shown, BEGINNING, "", LATER, PolicyLogSettings(page_size=1))
    decisions = log.decisions
    assert len(decisions) == 4 and np.array_equal(np.diff(decisions.indptr), [2, 2, 2, 2])
    paths = [GATES[path] for path in decisions.path[decisions.chosen]]
    assert sorted(zip(paths, decisions.propensity.tolist(), decisions.reward.tolist(), strict=True)) == [
        ("JOB", 0.5, 0.0),
        ("JOB", 0.5, 1.0),
        ("TRAINING", 0.75, 0.0),
        ("TRAINING", 0.75, 0.6),
    ]
    assert np.allclose(decisions.values[:, 0], 0.1) and np.allclose(decisions.values[:, 5], 0.6)
    assert np.allclose(decisions.state, [0.5, 0.25, 0.0, 0.0])
    assert log.counts == {"exposures": 4, "counted": 3, "elsewhere": 2, "unseen": 0, "unknown": 0}


def test_the_same_event_a_thousand_times_counts_once(shown: Graph) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: record(shown, "u:1|JOB|1", "CLICK", "key", "x"), range(1000)))
    log = read_policy_log(shown, BEGINNING, "", LATER, PolicyLogSettings())
    assert log.counts["counted"] == 1 and log.decisions.reward.sum() == pytest.approx(0.1)


def test_what_vanished_counts_if_it_is_known_to_have_been_seen(shown: Graph) -> None:
    record(shown, "u:1|JOB|1", "APPLY", "seen", "x")
    record(shown, "u:1|TRAINING|2", "APPLY", "another place", "x")
    run = serve(shown)
    record(shown, "u:2|TRAINING|2", "APPLY", "of a later run", "x")
    with shown.driver.session() as session:
        session.run("MATCH (r:Recommendation) DETACH DELETE r").consume()
        session.run("MATCH (:Student {code: 'u:2'})-[:SAW]->(e) DETACH DELETE e").consume()
    log = read_policy_log(shown, BEGINNING, "", LATER, PolicyLogSettings())
    assert run and log.counts == {"exposures": 2, "counted": 1, "elsewhere": 1, "unseen": 1, "unknown": 0}
    assert sorted(log.decisions.reward.tolist()) == [0.0, 0.6]


def test_so_many_at_a_time_and_then_the_rest(shown: Graph) -> None:
    record(shown, "u:2|JOB|1", "CLICK", "key", "x")
    settings = PolicyLogSettings(page_size=1, max_exposures=3)
    first = read_policy_log(shown, BEGINNING, "", LATER, settings)
    rest = read_policy_log(shown, first.at, first.code, LATER, settings)
    none = read_policy_log(shown, rest.at, rest.code, LATER, settings)
    assert [len(log.decisions) for log in (first, rest, none)] == [3, 1, 0]
    assert first.decisions.reward.sum() + rest.decisions.reward.sum() == pytest.approx(0.1)
    assert (none.at, none.code) == (rest.at, rest.code) and none.counts["exposures"] == 0
