"""Weights learned from choices: those that were made with known weights are found again in proportion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.chains.feedback.rank_learning import Choices, RankLearningSettings, fit_path_weights
from skillpath.chains.model.arrays import Floats
from skillpath.chains.model.ranking import REDUNDANCY, TERMS, ChainRankSettings

DEFAULTS = ChainRankSettings().weights
LEARNED = np.arange(len(TERMS)) != REDUNDANCY
CHOSEN = RankLearningSettings(ridge=1e-4)


def choose(weights: Floats, decisions: int = 3_000, seed: int = 0) -> Choices:
    """Choices among 2 to 12 candidates each, made by softmax of a score with some weights."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 13, decisions)
    owner = np.repeat(np.arange(decisions), sizes)
    values = rng.random((len(owner), len(TERMS)))
    values[:, REDUNDANCY] = 0.0
    # The largest of the logits with noise of Gumbel is a draw from their softmax.
    drawn = values @ weights + rng.gumbel(size=len(owner))
    order = np.lexsort((-drawn, owner))
    return Choices(owner, values, order[np.cumsum(sizes) - sizes])


def fitted(choices: Choices, settings: RankLearningSettings = CHOSEN) -> Floats:
    found = fit_path_weights(choices, DEFAULTS, settings)
    assert found is not None
    return found


def test_the_proportions_of_the_true_weights_are_found() -> None:
    true = np.array([3.0, 0.0, 1.0, 0.5, 0.0, 0.0, 6.0, 2.0, 0.0])
    found = fitted(choose(true))
    assert found[LEARNED] / found[LEARNED].sum() == pytest.approx(true[LEARNED] / true.sum(), abs=0.03)


def test_the_size_stays_that_of_the_readable_weights_and_so_does_redundancy() -> None:
    found = fitted(choose(np.array([9.0, 1.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.0])))
    assert found[LEARNED].sum() == pytest.approx(DEFAULTS[LEARNED].sum())
    assert found[REDUNDANCY] == DEFAULTS[REDUNDANCY]


def test_what_speaks_against_a_choice_has_the_weight_zero_and_never_less() -> None:
    found = fitted(choose(np.array([3.0, -4.0, 0.0, -1.0, 0.0, 0.0, 2.0, 0.0, 0.0])))
    assert (found[LEARNED] >= 0).all() and found[[1, 3]].tolist() == [0.0, 0.0]


def test_too_few_decisions_teach_nothing() -> None:
    few = choose(np.ones(len(TERMS)), decisions=199)
    nobody = np.zeros(0, dtype=np.int64)
    for choices in (few, Choices(nobody, np.zeros((0, len(TERMS))), nobody)):
        assert fit_path_weights(choices, DEFAULTS, CHOSEN) is None
    assert fit_path_weights(few, DEFAULTS, replace(CHOSEN, min_decisions=199)) is not None


def test_a_pull_without_end_keeps_the_proportions_of_the_readable_weights() -> None:
    found = fitted(choose(np.array([3.0, 0.0, 1.0, 0.5, 0.0, 0.0, 6.0, 2.0, 0.0])), replace(CHOSEN, ridge=1e6))
    assert found == pytest.approx(DEFAULTS, abs=1e-3)


def test_choices_in_another_order_teach_the_same() -> None:
    choices = choose(np.array([3.0, 0.0, 1.0, 0.5, 0.0, 0.0, 6.0, 2.0, 0.0]), decisions=400)
    size = len(choices.owner)
    backwards = Choices(
        (choices.owner.max() - choices.owner)[::-1], choices.values[::-1], (size - 1 - choices.chosen)[::-1]
    )
    assert fitted(backwards) == pytest.approx(fitted(choices), abs=1e-4)


def test_a_term_that_hardly_ever_differs_keeps_its_weight_and_the_others_the_whole_size() -> None:
    choices = choose(np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 6.0, 2.0, 0.0]))
    same, rare = TERMS.index("match"), TERMS.index("heat")
    choices.values[:, same] = 0.4
    choices.values[choices.owner % 40 > 0, rare] = 0.0
    found = fitted(choices)
    assert found[[same, rare]].tolist() == DEFAULTS[[same, rare]].tolist()
    others = [place for place in np.flatnonzero(LEARNED) if place not in (same, rare)]
    size = DEFAULTS[LEARNED].sum() - found[rare] * (1 / 40)
    assert found[others].sum() == pytest.approx(size, abs=0.03)
