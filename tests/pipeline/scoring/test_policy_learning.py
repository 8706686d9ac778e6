"""What people do with what they are shown teaches a policy that scores use, unless it is chance; reversible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from skillpath.chains.feedback.exposure import ExposureSettings
from skillpath.chains.recommend import ChainSettings
from skillpath.cypher import Query
from skillpath.errors import BadInput, NotFound, SkillpathError, Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores import policy_store as store
from skillpath.graph.scores.digest import graph_digest
from skillpath.graph.scores.exposures import ExposureLog, LogSettings, ShownChain
from skillpath.graph.scores.feedback_store import record
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.scoring.policy_learning import learn, rollback, show
from skillpath.pipeline.scoring.refresh import Refresher
from skillpath.pipeline.scoring.score import score
from tests.town import TOWN
from tests.walks import check_chains, served

pytestmark = pytest.mark.long
FIRSTS = Query(
    "x",
    """MATCH (s:Student)-[:RECEIVED]->(r:Recommendation {rank: 1}) WHERE r.run = $run
    RETURN s.code AS student, r.path AS path, r.id AS id, r.propensity AS propensity, r.next AS next,
           coalesce(r.leads, false) AS leads ORDER BY id""",
)
FORGET = Query("x", "MATCH (n:Exposure|Feedback|PolicyUpdate) DETACH DELETE n")
RESET = Query("x", "MATCH (s:Serving {name: 'policy'}) DETACH DELETE s")
UNLOCK = Query("x", "MATCH (s:Serving {name: 'current'}) REMOVE s.locked")
AFTER = datetime.now(UTC) + timedelta(days=15)
"""When the windows of all that these tests show are over."""


@pytest.fixture(scope="module", autouse=True)
def unchanged(town: Graph, town_digest: str) -> Iterator[None]:
    """The town is at the end what it was."""
    yield
    score(town, Reporter(quiet=True))
    town.write(UNLOCK)
    assert graph_digest(town) == town_digest


@pytest.fixture(autouse=True)
def forgotten(town: Graph) -> Iterator[None]:
    yield
    town.write(FORGET)
    town.write(RESET)


def settings(seed: int) -> ChainSettings:
    return ChainSettings(exposure=ExposureSettings(temperature=0.05, seed=seed))


def looked(town: Graph) -> list[dict[str, Any]]:
    """Everybody looks at everything; the first places that they saw."""
    run, firsts = served(town), town.read(FIRSTS, run=served(town))
    log = ExposureLog(town, LogSettings(waiting=100_000))
    for row in firsts:
        log.note(ShownChain(row["student"], row["path"], run, row["id"], row["propensity"]))
        if row["leads"]:
            log.note(ShownChain(row["student"], "NEXT", run, row["id"], row["next"]))
    log.flush()
    assert log.counts["failed"] == log.counts["waiting"] == 0 and log.counts["logged"] > 1.4 * TOWN.students
    return firsts


def reacted(town: Graph, firsts: list[dict[str, Any]], chance: Mapping[str, float], seed: int) -> int:
    """Some apply for the first place that they saw, on each path with a chance of its own; how many."""
    rng = np.random.default_rng(seed)
    liked = [row["id"] for row in firsts if rng.random() < chance[row["path"]]]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda id: record(town, id, "APPLY", f"{seed}|{id}", "test"), liked))
    return len(liked)


def made(town: Graph) -> dict[str, Any]:
    params = runs.params(town, served(town))
    return {name: params[name] for name in ("weights", "gate")}


def next_by_path(town: Graph) -> dict[str, float]:
    """Mean chance of each path to be the next step."""
    firsts = town.read(FIRSTS, run=served(town))
    people = len({row["student"] for row in firsts})
    return {path: sum(r["next"] for r in firsts if r["path"] == path) / people for path in {r["path"] for r in firsts}}


def test_people_who_like_one_path_teach_a_policy_that_is_served_used_and_taken_back(town: Graph) -> None:
    score(town, Reporter(quiet=True), settings(1))
    start, before = made(town), next_by_path(town)
    assert reacted(town, looked(town), {"JOB": 0.05, "TRAINING": 0.05, "VENTURE": 0.9}, 1) > 100
    score(town, Reporter(quiet=True), settings(1))
    assert made(town) == start, "what they said is of a run that was swept"
    done = learn(town, chains=settings(1), now=AFTER)
    assert done["served"] and done["number"] == 1 and done["lower"] > 0 and done["counted"] > 100
    again = learn(town, chains=settings(1), now=AFTER)
    assert not again["recorded"] and again["exposures"] == 0, "nothing is learned twice"
    assert made(town) == start, "only the next score uses it"

    score(town, Reporter(quiet=True), settings(1))
    update = store.served(town)
    assert update and update["served"] and update["after"] == update["tried"] != update["before"]
    used = made(town)
    assert [*np.ravel(used["weights"]), *np.ravel(used["gate"]["weights"]), *used["gate"]["bias"]] == update["after"]
    assert next_by_path(town)["VENTURE"] > before["VENTURE"]
    check_chains(town)
    digest, somebody = graph_digest(town), town.read(FIRSTS, run=served(town))[0]["student"]
    Refresher(town, settings(1)).refresh([somebody])
    assert graph_digest(town) == digest, "a refresh has the policy and the draws of its run"

    assert rollback(town, 1, settings(1)) == {"number": 2, "undoes": 1}
    with pytest.raises(BadInput, match="Nothing to take back"):
        rollback(town, 1, settings(1))
    with pytest.raises(NotFound):
        rollback(town, 3, settings(1))
    assert [row["undoes"] for row in show(town)["updates"]] == [0, 1]
    score(town, Reporter(quiet=True), settings(1))
    assert made(town) == start
    assert learn(town, chains=settings(1), now=AFTER)["exposures"] == 0, "what was taken back is not learned again"


def test_chance_is_judged_once_and_not_served(town: Graph) -> None:
    score(town, Reporter(quiet=True), settings(2))
    assert reacted(town, looked(town), dict.fromkeys(("JOB", "TRAINING", "VENTURE"), 0.3), 2) > 100
    assert learn(town, chains=settings(2))["exposures"] == 0, "no window is over yet"
    done = learn(town, chains=settings(2), now=AFTER)
    assert done["recorded"] and not done["served"] and done["number"] == 1
    update = store.updates(town)[0]
    assert update["after"] == update["before"] != update["tried"] and store.served(town) is None
    with pytest.raises(BadInput, match="Nothing to take back"):
        rollback(town, 1)
    assert learn(town, chains=settings(2), now=AFTER)["exposures"] == 0


def test_a_failure_while_it_is_kept_leaves_the_feedback_to_be_learned(town: Graph, monkeypatch: Any) -> None:
    score(town, Reporter(quiet=True), settings(1))
    reacted(town, looked(town), {"JOB": 0.05, "TRAINING": 0.05, "VENTURE": 0.9}, 1)
    with monkeypatch.context() as patched:
        patched.setattr(store, "SERVE", Query(store.SERVE.name, store.SERVE.text + " broken"))
        with pytest.raises(SkillpathError):
            learn(town, chains=settings(1), now=AFTER)
    assert store.updates(town) == [] and store.served(town) is None
    done = learn(town, chains=settings(1), now=AFTER)
    assert done["served"] and done["number"] == 1


def test_without_exploring_it_says_so(town: Graph) -> None:
    off = ChainSettings(exposure=ExposureSettings(explore=False))
    score(town, Reporter(quiet=True), off)
    firsts, log = town.read(FIRSTS, run=served(town)), ExposureLog(town)
    log.note(ShownChain(firsts[0]["student"], firsts[0]["path"], served(town), firsts[0]["id"], 1.0))
    log.flush()
    assert {row["propensity"] for row in firsts} == {1.0} and log.counts["logged"] == 0
    with pytest.raises(Unavailable, match="nothing can be learned"):
        learn(town, chains=off, now=AFTER)
