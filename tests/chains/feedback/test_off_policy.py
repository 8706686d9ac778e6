"""Off-policy estimates against the truth, and a gate that lets only better policies through."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.chains.feedback.exposure import ExposureSettings
from skillpath.chains.feedback.off_policy import estimate_value, may_serve
from skillpath.chains.feedback.policy import Policy, initial_policy, probabilities
from skillpath.chains.feedback.updates import update
from skillpath.chains.model.arrays import sums
from tests.chains.decisions import as_logged, draw_decisions, move_weight, played


def truth(policy: Policy, seed: int = 0) -> tuple[float, list[float], list[float], list[float]]:
    """A policy's true value, and its three estimates from many logs of the start policy."""
    rng = np.random.default_rng(seed)
    decisions = draw_decisions(rng, 400)
    worth = 0.2 + 0.5 * decisions.values[:, 0] * decisions.values[:, 1]
    true = float(sums(decisions.owner, probabilities(policy, decisions) * worth, 400).mean())
    values = [estimate_value(policy, played(rng, initial_policy(), decisions, worth)) for _ in range(150)]
    return true, [v.ips for v in values], [v.snips for v in values], [v.dr for v in values]


def test_estimates_are_right_in_the_mean_and_the_doubly_robust_one_varies_least() -> None:
    start = initial_policy()
    other = move_weight(start, "match", 0.1)
    true, ips, snips, dr = truth(other)
    for found, slack in ((ips, 0.01), (snips, 0.01), (dr, 0.005)):
        assert np.mean(found) == pytest.approx(true, abs=slack)
    assert np.std(dr) < np.std(ips)
    itself, plain, _, _ = truth(start)
    assert np.mean(plain) == pytest.approx(itself, abs=0.01)


def test_a_better_policy_passes_a_worse_one_and_an_equal_one_do_not() -> None:
    rng = np.random.default_rng(1)
    start, decisions = initial_policy(), draw_decisions(rng, 4000)
    log = played(rng, start, decisions, decisions.values[:, 0])
    better, worse = move_weight(start, "match", 0.15), move_weight(start, "match", -0.15)
    assert may_serve(better, start, log).serve
    assert not may_serve(worse, start, log).serve and may_serve(worse, start, log).gain < 0
    equal = may_serve(start, start, log)
    assert not equal.serve and equal.gain == 0.0


def test_few_decisions_or_none_are_not_enough() -> None:
    rng = np.random.default_rng(2)
    start, decisions = initial_policy(), draw_decisions(rng, 40)
    better = move_weight(start, "match", 0.15)
    few = may_serve(better, start, played(rng, start, decisions, decisions.values[:, 0]))
    assert not few.serve and not few.enough and "needed" in few.reason
    none = may_serve(better, start, decisions.where(np.zeros(40, dtype=bool)))
    assert not none.serve and not none.enough and none.gain == 0.0 and "no decisions" in none.reason


@pytest.mark.parametrize(("slope", "least", "most"), [(0.0, 0, 2), (1.0, 18, 20)])
def test_chance_lets_hardly_any_of_twenty_updates_through_and_a_taste_nearly_all(
    slope: float, least: int, most: int
) -> None:
    served = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        start = replace(initial_policy(), temperature=ExposureSettings().temperature)
        decisions = draw_decisions(rng, 6000, most=10)
        values = np.clip(0.4 + 0.1 * rng.standard_normal(decisions.values.shape), 0, 1)
        decisions = as_logged(rng, replace(decisions, values=values))
        log = played(rng, start, decisions, 0.2 + slope * np.maximum(decisions.values[:, 0] - 0.4, -0.2))
        half = np.arange(len(log)) % 2 == 0
        served += may_serve(update(start, start, log.where(half)).after, start, log.where(~half)).serve
    assert least <= served <= most
