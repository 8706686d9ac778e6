"""The calibration of links: signs that its features must keep, and what it is stored as."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from skillpath.ontology.ranking.link_calibration import (
    KINDS,
    SIGNS,
    LinkCalibration,
    calibrations_from_json,
    calibrations_to_json,
    fit_links,
)


@pytest.fixture(scope="module")
def shown() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(400, len(SIGNS)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_packaged_weights_keep_their_signs(kind: str) -> None:
    model = LinkCalibration.default(kind)
    assert len(model.weights) == len(model.means) == len(model.scales) == len(SIGNS)
    assert all(weight * sign >= 0 for weight, sign in zip(model.weights, SIGNS.values(), strict=True))
    assert any(model.weights)


@pytest.mark.parametrize("kind", KINDS)
def test_a_probability_moves_with_its_features(kind: str, shown: np.ndarray) -> None:
    model = LinkCalibration.default(kind)
    before = model.probability(shown)
    assert ((before >= 0) & (before <= 1)).all()
    for at, sign in enumerate(SIGNS.values()):
        more = shown.copy()
        more[:, at] += 0.5
        if sign:
            assert (sign * (model.probability(more) - before) >= -1e-12).all()


def test_a_fit_finds_what_tells_apart_and_refuses_a_wrong_sign(shown: np.ndarray) -> None:
    names = list(SIGNS)
    right = shown[:, names.index("text_cosine")] - shown[:, names.index("coherence")] > 0
    weights = dict(zip(names, fit_links("course", shown, right, ridge=1.0).weights, strict=True))
    assert weights["text_cosine"] == max(weights.values()) and weights["coherence"] == 0.0


def test_a_fit_is_calibrated_and_repeats(shown: np.ndarray) -> None:
    chance = 1 / (1 + np.exp(-2 * shown[:, 0]))
    right = np.random.default_rng(4).random(len(shown)) < chance
    model = fit_links("posting", shown, right)
    assert model == fit_links("posting", shown, right)
    assert model.probability(shown).mean() == pytest.approx(right.mean(), abs=1e-3)


def test_a_flat_feature_is_no_error(shown: np.ndarray) -> None:
    flat = shown.copy()
    flat[:, 1] = 1.0
    assert np.isfinite(fit_links("course", flat, flat[:, 0] > 0).weights).all()


def test_stored_models_come_back() -> None:
    models = [LinkCalibration.default(kind) for kind in KINDS]
    assert list(calibrations_from_json(calibrations_to_json(models, {})).values()) == models


def test_the_stored_file_says_how_it_was_made_and_holds_no_text() -> None:
    stored = json.loads(files("skillpath.ontology.ranking").joinpath("calibration_links.json").read_text("utf-8"))
    assert stored["features"] == list(SIGNS)
    assert {"seed", "folds", "dev"} <= stored["about"].keys()
    assert "item" not in json.dumps(stored).replace("items", "")
