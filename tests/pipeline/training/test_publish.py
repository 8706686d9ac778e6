"""What a model learned goes to the graph under the right codes, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from skillpath.cypher import Query
from skillpath.errors import BadInput
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import forecasts, vectors
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.training.history_arrays import build_history
from skillpath.pipeline.training.publish import CODES, publish_learned
from tests.embeddings.made_forecasts import made_forecasts
from tests.pipeline.made_history import made_frames

QUIET = Reporter(quiet=True)
HISTORY = build_history(made_frames(1), "r")
LABELS = {"skill": "Skill", "cluster": "JobCluster", "resource": "Resource", "student": "Student"}


def learned() -> dict[str, NDArray[Any]]:
    """A vector for everything, whose first number tells whose it is."""
    sizes = {kind: (HISTORY.size(of), 384 if kind == "skill_text" else 128) for kind, of in CODES.items()}
    found = {kind: np.ones(size) for kind, size in sizes.items()}
    for array in found.values():
        array[:, 0] = np.arange(len(array))
    return found


@pytest.fixture
def filled(empty_graph: Graph) -> Graph:
    for kind, label in LABELS.items():
        many = Query("x", f"UNWIND $codes AS code CREATE (:{label} {{code: code}})")
        empty_graph.write(many, codes=HISTORY.codes[kind])
    return empty_graph


def test_both_are_served_under_the_codes_they_belong_to(filled: Graph) -> None:
    made = made_forecasts(5, HISTORY.months, first=20)
    done = publish_learned(filled, HISTORY, learned(), made, {"seed": 7}, {"accuracy": 0.5}, QUIET)
    assert done["vectors"] == {kind: HISTORY.size(of) for kind, of in CODES.items()}
    assert done["forecasts"] == 5 * int(made.made.sum())
    for serving, run in ((vectors.SERVING, done["run"]), (forecasts.SERVING, done["forecastRun"])):
        served = runs.current(filled, serving)
        assert served and served["id"] == run and '"accuracy": 0.5' in served["metrics"]
    for kind, label in LABELS.items():
        rows = filled.read(Query("x", f"MATCH (n:{label}) RETURN n.code AS code, n.embedding[0] AS place"))
        assert {row["code"]: row["place"] for row in rows} == {c: i for i, c in enumerate(HISTORY.codes[kind])}
    rows = filled.read(Query("x", "MATCH (c:JobCluster) RETURN c.code AS code, c.demand AS demand"))
    assert {row["code"]: row["demand"] for row in rows} == dict(
        zip(HISTORY.codes["cluster"], made.demand[:, -1].tolist(), strict=True)
    )


def test_nonsense_in_one_serves_neither(filled: Graph) -> None:
    made = made_forecasts(5, HISTORY.months)
    broken = replace(made, gap=np.full_like(made.gap, np.inf))
    with pytest.raises(forecasts.NotANumber):
        publish_learned(filled, HISTORY, learned(), broken, {}, {}, QUIET)
    short = learned() | {"skill": np.ones((3, 128))}
    with pytest.raises(BadInput, match="3 vectors for 8 things of kind skill"):
        publish_learned(filled, HISTORY, short, made, {}, {}, QUIET)
    odd = learned()
    odd["student"][2, 5] = np.nan
    with pytest.raises(BadInput, match="no number"):
        publish_learned(filled, HISTORY, odd, made, {}, {}, QUIET)
    assert runs.current(filled, vectors.SERVING) is runs.current(filled, forecasts.SERVING) is None
