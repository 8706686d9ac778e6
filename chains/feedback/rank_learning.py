"""Weights of the score learned from what people did next, by conditional logit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from skillpath.chains.model.arrays import Floats, Ints, sums
from skillpath.chains.model.ranking import REDUNDANCY

_SAME = 1e-9
"""Values that differ by less are equal."""


@dataclass(frozen=True)
class RankLearningSettings:
    """How the weights are learned.

    Attributes:
        ridge: pull toward the readable weights; with one without end their proportions stay.
        min_varying: share of decisions in which a term must differ among the candidates, or its weight stays.
        min_decisions: decisions below which nothing is learned.
        max_students: students that are learned from at most.
        pool: candidates of each decision at most.
    """

    ridge: float = 0.003
    min_varying: float = 0.05
    min_decisions: int = 200
    max_students: int = 2_000
    pool: int = 100


@dataclass(frozen=True)
class Choices:
    """N decisions among M candidates, each with the candidate that was chosen.

    Attributes:
        owner: (M,) decision of each candidate, from 0, rising. values: (M, T) explanation vectors.
        chosen: (N,) index into the candidates.
    """

    owner: Ints
    values: Floats
    chosen: Ints

    @staticmethod
    def none(terms: int) -> Choices:
        """No decision at all."""
        nobody = np.zeros(0, dtype=np.int64)
        return Choices(nobody, np.zeros((0, terms)), nobody)


def fit_path_weights(choices: Choices, defaults: Floats, settings: RankLearningSettings) -> Floats | None:
    """(T,) weights under which what was chosen is most likely; None from too few decisions.

    Minimised over w and k is ``−mean log softmax(w·x)[chosen] + ridge / 2 · ‖w − k · defaults‖²``, McFadden's
    conditional logit with a ridge toward a multiple of the defaults. Signs are meaning, so every weight stays at least
    0. Only proportions matter for the order, but temperatures and the least score are in units of the defaults, so the
    result is scaled: ``Σ vₜ wₜ = Σ defaultₜ`` with vₜ the share of decisions whose candidates differ in term t.
    The weights of terms that hardly ever differ, and of redundancy, which depends on the list and not on the candidate,
    are those of the defaults.

    Args:
        defaults: (T,) signed weights.
    """
    if len(choices.chosen) < settings.min_decisions:
        return None
    learned = np.flatnonzero(np.arange(len(defaults)) != REDUNDANCY)
    values, start = choices.values[:, learned], defaults[learned]
    count = len(choices.chosen)

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights, scale = flat[:-1], flat[-1]
        log_share = _log_softmax(choices.owner, values @ weights, count)
        away = weights - scale * start
        value = -log_share[choices.chosen].mean() + 0.5 * settings.ridge * (away @ away)

        surprise = np.exp(log_share)
        surprise[choices.chosen] -= 1.0
        by_weight = values.T @ surprise / count + settings.ridge * away
        by_scale = -settings.ridge * (away @ start)
        return float(value), np.r_[by_weight, by_scale]

    bounds = [(0.0, None)] * (len(learned) + 1)
    found = minimize(loss, np.r_[start, 1.0], jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500})
    weights = found.x[:-1]
    varying = _share_varying(choices.owner, values, count)
    size = float((varying * weights).sum())
    if not size > 0:
        return None
    fitted = defaults.copy()
    fitted[learned] = np.where(varying >= settings.min_varying, weights * (start.sum() / size), start)
    return fitted


def _share_varying(owner: Ints, values: Floats, count: int) -> Floats:
    """(T,) share of the decisions in which each term differs among the candidates."""
    least, most = np.full((count, values.shape[1]), np.inf), np.full((count, values.shape[1]), -np.inf)
    np.minimum.at(least, owner, values)
    np.maximum.at(most, owner, values)
    return np.asarray((most - least > _SAME).mean(axis=0))


def _log_softmax(owner: Ints, logits: Floats, count: int) -> Floats:
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, owner, logits)
    shifted = logits - highest[owner]
    return np.asarray(shifted - np.log(sums(owner, np.exp(shifted), count))[owner])
