"""Reacting to a chain and having chains made anew, over HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skillpath.api.graphql.types.feedback_types import FeedbackEvent
from skillpath.chains.feedback.rewards import EVENTS
from skillpath.cypher import Query
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.scoring.score import score
from tests.api.conftest import Ask
from tests.api.documents import text_of

CLEAR = Query("x", "MATCH (s:Serving {name: 'current'}) REMOVE s.locked WITH s MATCH (f:Feedback) DETACH DELETE f")
COUNT = Query("x", "MATCH (f:Feedback) RETURN count(f) AS count")
FIRST = """query ($s: String!) { student(code: $s) { id recommendations(path: TRAINING, first: 1) {
    edges { node { id feedback { event at } } } } } }"""


@pytest.fixture(scope="module", autouse=True)
def unchanged(town: Graph, town_digest: str) -> Iterator[None]:
    """But for feedback the town is at the end what it was, after one more scoring and a refresh."""
    yield
    assert graph_digest(town) == town_digest


@pytest.fixture(autouse=True)
def clean(town: Graph) -> Iterator[None]:
    yield
    town.write(CLEAR)


@pytest.fixture
def react(ask: Ask, contract: Path) -> Ask:
    """Runs the contract's document, which holds two operations, as a client would: by name."""
    document = text_of(contract, "feedback")
    start = document.index("mutation Refresh")

    def run(operation: str, **variables: Any) -> dict[str, Any]:
        return ask(document[:start] if operation == "React" else document[start:], **variables)

    return run


def first_chain(ask: Ask, student: str) -> dict[str, Any]:
    chain: dict[str, Any] = ask(FIRST, s=student)["data"]["student"]["recommendations"]["edges"][0]["node"]
    return chain


def code_of(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


def test_the_events_are_those_that_policies_learn_from() -> None:
    assert [event.value for event in FeedbackEvent] == list(EVENTS)


@pytest.mark.long
def test_a_reaction_counts_once_and_is_shown_of_later_runs(ask: Ask, react: Ask, town: Graph, somebody: str) -> None:
    chain = first_chain(ask, somebody)
    assert chain["feedback"] == []
    key = secrets.token_hex(8)
    answers = [react("React", id=chain["id"], event="BOOKMARK", key=key) for _ in range(3)]
    assert all("errors" not in answer for answer in answers)
    payloads = [answer["data"]["recordFeedback"] for answer in answers]
    assert [t["duplicate"] for t in payloads] == [False, True, True]
    assert [f["event"] for f in payloads[2]["recommendation"]["feedback"]] == ["BOOKMARK"]
    assert payloads[2]["recommendation"]["id"] == chain["id"]
    before = runs.current(town)
    score(town, Reporter(quiet=True))
    after = runs.current(town)
    assert before and after and before["id"] != after["id"]
    again = first_chain(ask, somebody)
    assert again["id"] == chain["id"] and again["feedback"] == payloads[0]["recommendation"]["feedback"]


def test_bad_reactions_are_told_apart_and_change_nothing(ask: Ask, react: Ask, town: Graph, somebody: str) -> None:
    from strawberry.relay import GlobalID

    chain = first_chain(ask, somebody)
    gone = str(GlobalID("Recommendation", "nobody|TRAINING|nothing"))
    student = ask(FIRST, s=somebody)["data"]["student"]["id"]
    cases = [
        (chain["id"], "LIKE", "k", "BAD_INPUT"),
        (chain["id"], "CLICK", " ", "BAD_INPUT"),
        (chain["id"], "CLICK", "k" * 201, "BAD_INPUT"),
        ("nonsense", "CLICK", "k", "BAD_INPUT"),
        (student, "CLICK", "k", "BAD_INPUT"),
        (gone, "CLICK", "k", "NOT_FOUND"),
    ]
    for id_, event, key, code in cases:
        assert code_of(react("React", id=id_, event=event, key=key)) == code, (id_, event, key)
    assert town.read(COUNT) == [{"count": 0}]


def test_chains_are_made_anew_on_request(react: Ask, town: Graph, somebody: str) -> None:
    answer = react("Refresh", student=somebody)
    assert "errors" not in answer
    done, run = answer["data"]["refreshRecommendations"], runs.current(town)
    assert run and done["run"]["id"] == run["id"]
    assert done["student"]["code"] == somebody and done["tookMs"] > 0
    assert code_of(react("Refresh", student="nobody's code")) == "NOT_FOUND"
