"""The trees beside the regression: when there are any, what they change, and that they travel with the model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from skillpath.embeddings.series import Panel, SeriesModel, SeriesSettings, fit, forecast
from skillpath.embeddings.series.series_artifact import FACTS, load_model, save_model
from skillpath.embeddings.series.trees import TreeSettings, ahead
from skillpath.errors import BadInput, Unavailable
from tests.embeddings.series.test_series_model import town

FEW = SeriesSettings(trees=TreeSettings(rounds=20, min_rows=1000))


@pytest.fixture(scope="module")
def panel() -> Panel:
    return town(months=24)


@pytest.fixture(scope="module")
def grown(panel: Panel) -> SeriesModel:
    return fit(panel, None, FEW)


@pytest.mark.train
def test_trees_have_a_say_and_the_same_one_each_time(panel: Panel, grown: SeriesModel) -> None:
    assert grown.trees and fit(panel, None, FEW).trees == grown.trees
    alone = replace(grown, trees=b"")
    assert not np.array_equal(forecast(grown, panel), forecast(alone, panel))
    whole = replace(FEW, trees=replace(FEW.trees, weight=1.0))
    expected = np.expm1(ahead(grown.trees, panel, 3))
    large = expected > 30
    assert np.array_equal(forecast(replace(grown, settings=whole), panel)[large], np.rint(expected[large]))


@pytest.mark.train
def test_trees_see_the_month_of_the_year(panel: Panel, grown: SeriesModel) -> None:
    at_new_year = panel.cut(18)
    shift_months = replace(at_new_year, first_month=np.datetime64("2021-07"))
    assert not np.array_equal(ahead(grown.trees, at_new_year, 3), ahead(grown.trees, shift_months, 3))


def test_there_are_none_where_they_would_guess(panel: Panel) -> None:
    assert not fit(panel.cut(17), None, FEW).trees, "not every month of the year came"
    assert not fit(panel, None, replace(FEW, trees=TreeSettings(min_rows=10**6))).trees
    assert not fit(panel, None, replace(FEW, trees=TreeSettings(weight=0.0, min_rows=1))).trees


@pytest.mark.train
def test_they_travel_with_the_model(tmp_path: Path, panel: Panel, grown: SeriesModel) -> None:
    save_model(grown, tmp_path)
    assert np.array_equal(forecast(load_model(tmp_path), panel), forecast(grown, panel))
    with pytest.raises(BadInput, match="trees are damaged"):
        forecast(replace(grown, trees=b"no trees"), panel)


@pytest.mark.train
def test_without_the_training_extra_the_regression_is_alone(
    panel: Panel, grown: SeriesModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillpath.embeddings.series.trees.find_spec", lambda name: None)
    bare = fit(panel, None, FEW)
    assert not bare.trees
    assert np.array_equal(forecast(bare, panel), forecast(replace(grown, trees=b""), panel))
    with pytest.raises(Unavailable, match="xgboost is not installed"):
        forecast(grown, panel)


def test_a_model_of_the_previous_kind_is_read(tmp_path: Path, panel: Panel, grown: SeriesModel) -> None:
    save_model(grown, tmp_path)
    facts = json.loads((tmp_path / FACTS).read_text("utf-8"))
    trees, decision = facts["settings"]["trees"], facts["settings"]["decision"]
    old = {"rate": "learning_rate", "depth": "max_depth", "leaf": "min_child_weight", "rows": "max_rows"}
    for before, name in (old | {"enough": "min_rows"}).items():
        trees[before] = trees.pop(name)
    decision["enough"] = decision.pop("min_rows")
    (tmp_path / FACTS).write_text(json.dumps(facts | {"kind": "skillpath series model 1"}), "utf-8")
    again = load_model(tmp_path)
    assert again.settings == grown.settings
    assert np.array_equal(forecast(again, panel), forecast(grown, panel))
