"""Bounds over many towns: each knows less than the one before, and beliefs about seasons are chances."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skillpath.embeddings.evaluation.metrics import compute_metrics
from skillpath.synthetic.market.demand_process import make_demand
from skillpath.synthetic.scales import settings_of
from skillpath.synthetic.town_vocabulary import read_vocabulary


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    module = importlib.import_module("bench.learning.bounds")
    monkeypatch.setattr(module, "PATHS", 100)
    return module


def test_who_knows_more_foresees_more(bounds: Any) -> None:
    targets, outlooks = bounds.one_town(settings_of("seed", 3), read_vocabulary())
    found = {name: compute_metrics(outlook, targets, targets.split.test) for name, outlook in outlooks}
    assert list(found) == list(bounds.NOTES)
    loss = {name: figures["log-loss"] for name, figures in found.items()}
    assert loss["oracle"] < loss["observer"] < loss["learner"]


def test_the_rules_as_beliefs(bounds: Any) -> None:
    vocabulary = read_vocabulary()
    believed = bounds.rules(vocabulary, make_demand(settings_of("1000", 3), vocabulary))
    assert len(believed.prior) == 1 + len(believed.waves) * believed.phases
    assert np.isclose(sum(believed.prior), 1.0) and min(believed.prior) >= 0
