"""Who reads never trains and never writes, also where nothing was learned: it is told what to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from skillpath.cypher import Query
from skillpath.errors import Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.digest import graph_digest
from skillpath.pipeline.scoring.refresh import Refresher
from tests.api.conftest import asker, client_of

HIDE = Query("x", "MATCH (k:Skill) WHERE k.embedding IS NOT NULL SET k.kept = k.embedding REMOVE k.embedding")
SHOW = Query("x", "MATCH (k:Skill) WHERE k.kept IS NOT NULL SET k.embedding = k.kept REMOVE k.kept")
RUNS = Query("x", "MATCH (r:Run) RETURN count(r) AS runs")
FORGET = Query("x", "MATCH (e:Exposure) DETACH DELETE e")
CHAINS = "recommendations(path: TRAINING, first: 3) { edges { node { id rank score %s } } }"
READS = {
    "chains": ("{ student(code: %s) { code stage { learn } " + CHAINS % "" + " } }", False),
    "next": ("{ student(code: %s) { next { id rank } diagnosis { coverage } } }", False),
    "evidence": ("{ student(code: %s) { " + CHAINS % "evidence { drop }" + " } }", True),
    "counterfactual": ("{ student(code: %s) { " + CHAINS % "counterfactual { sentence }" + " } }", True),
    "search": ("{ skillSearch(text: %s, first: 3) { score } }", False),
    "refresh": ("mutation { refreshRecommendations(input: {student: %s}) { tookMs } }", True),
}


@pytest.fixture(scope="module")
def unlearned(town: Graph) -> Iterator[Graph]:
    """The scored town, with the vectors of its skills out of sight; at the end the tests have changed nothing."""
    town.write(FORGET)
    town.write(HIDE)
    before = graph_digest(town)
    try:
        yield town
        # Who is shown a first place has seen it; that alone is written beside a read, as asked for.
        town.write(FORGET)
        assert graph_digest(town) == before
    finally:
        town.write(FORGET)
        town.write(SHOW)


def warm(refresher: Refresher, _: str) -> None:
    """One look of the thread that keeps warm."""
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    refresher.keep_warm(stop)
    assert refresher._shared is None
    raise Unavailable("skillpath train")


@pytest.mark.parametrize(
    "read",
    [lambda refresher, code: refresher.refresh([code]), Refresher.student_context, warm],
    ids=["refresh", "look", "warm"],
)
def test_without_vectors_a_refresher_refuses(
    unlearned: Graph, somebody: str, read: Callable[[Refresher, str], object]
) -> None:
    runs = unlearned.read(RUNS)
    with pytest.raises(Unavailable, match="skillpath train"):
        read(Refresher(unlearned), somebody)
    assert unlearned.read(RUNS) == runs


def test_without_vectors_no_request_trains(unlearned: Graph, somebody: str) -> None:
    runs = unlearned.read(RUNS)
    for client in client_of(unlearned):
        for name, (query, refused) in READS.items():
            answer = asker(client)(query % f'"{somebody}"')
            assert ("skillpath train" in str(answer.get("errors"))) == refused, name
            assert refused or "errors" not in answer, name
    assert unlearned.read(RUNS) == runs
