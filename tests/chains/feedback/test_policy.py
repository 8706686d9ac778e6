"""The policy's gradient by finite differences; updates stay within their bounds and can be taken back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.chains.feedback.policy import initial_policy, log_gradient, probabilities, sample_decisions
from skillpath.chains.feedback.updates import PolicyHistory, UpdateSettings, update
from skillpath.chains.model.ranking import PATHS, TERMS
from tests.chains.decisions import draw_decisions, played

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_gradient_is_that_of_the_log_probability(seed: int) -> None:
    rng = np.random.default_rng(seed)
    decisions, policy = draw_decisions(rng, 5), initial_policy()
    policy = policy.moved(policy.flat + rng.normal(0, 0.3, len(policy.flat)))
    found = log_gradient(policy, decisions)
    step = 1e-6
    for i in range(len(policy.flat)):
        move = step * (np.arange(len(policy.flat)) == i)
        above, below = (
            np.log(probabilities(policy.moved(policy.flat + sign * move), decisions)[decisions.chosen])
            for sign in (1, -1)
        )
        assert found[:, i] == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-5)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_probabilities_add_up_and_choices_are_within_their_decision(seed: int) -> None:
    rng = np.random.default_rng(seed)
    decisions, policy = draw_decisions(rng, 12), initial_policy()
    values = decisions.values
    values[rng.random(values.shape) < 0.1] = np.nan
    chance = probabilities(policy, decisions)
    assert np.isfinite(chance).all()
    assert np.add.reduceat(chance, decisions.indptr[:-1]) == pytest.approx(np.ones(12))
    for noise in (np.zeros(12), rng.random(12), np.full(12, np.nextafter(1, 0))):
        chosen, propensity = sample_decisions(policy, decisions, noise)
        assert ((chosen >= decisions.indptr[:-1]) & (chosen < decisions.indptr[1:])).all()
        assert (propensity == chance[chosen]).all()


def test_choices_are_as_frequent_as_their_propensity_says() -> None:
    rng = np.random.default_rng(0)
    one = draw_decisions(rng, 1, 5)
    while len(one.values) < 4:
        one = draw_decisions(rng, 1, 5)
    policy = initial_policy()
    noise = (np.arange(4000) + 0.5) / 4000
    counts = np.bincount(
        [int(sample_decisions(policy, one, np.array([x]))[0][0]) for x in noise], minlength=len(one.values)
    )
    assert counts / 4000 == pytest.approx(probabilities(policy, one), abs=1e-3)


@given(SEEDS, st.floats(0.01, 1.0), st.floats(0.05, 2.0))
@settings(max_examples=30, deadline=None)
def test_an_update_stays_within_its_bounds(seed: int, step: float, drift: float) -> None:
    rng = np.random.default_rng(seed)
    policy_history = PolicyHistory(initial_policy())
    bounds = UpdateSettings(steps=5, learning_rate=0.5, max_step=step, max_drift=drift)
    for _ in range(4):
        policy_history = policy_history.learned(draw_decisions(rng, 30), bounds)
        done = policy_history.updates[-1]
        assert done.moved <= step * (1 + 1e-6) and done.drift <= drift * (1 + 1e-6)
        assert np.isfinite(done.after.flat).all() and done.before.flat.shape == done.after.flat.shape
    moved = policy_history.current.flat - policy_history.start.flat
    # Weights move alike on all three paths, which count as one.
    of_path, of_gate = np.split(moved, [len(TERMS), len(PATHS) * len(TERMS)])[::2]
    assert np.linalg.norm(np.r_[of_path, of_gate]) <= drift * (1 + 1e-6)
    assert np.allclose(moved[: len(PATHS) * len(TERMS)].reshape(len(PATHS), -1), of_path)


def test_a_rollback_returns_exactly_to_the_policy_before() -> None:
    rng = np.random.default_rng(1)
    policy_history = PolicyHistory(initial_policy()).learned(draw_decisions(rng, 50)).learned(draw_decisions(rng, 50))
    second = policy_history.updates[1].before.flat
    assert not np.array_equal(policy_history.current.flat, second)
    back = policy_history.rolled_back(2)
    assert np.array_equal(back.current.flat, second) and back.updates[-1].undoes == 2
    assert np.array_equal(back.rolled_back(3).current.flat, policy_history.current.flat), (
        "a rollback can be rolled back"
    )
    for number in (0, 4):
        with pytest.raises(IndexError, match="no update"):
            back.rolled_back(number)


def test_nothing_to_learn_from_moves_nothing() -> None:
    decisions, policy = draw_decisions(np.random.default_rng(2), 20), initial_policy()
    for reward, propensity in ((np.full(20, np.nan), decisions.propensity), (decisions.reward, np.zeros(20))):
        broken = type(decisions)(
            decisions.indptr, decisions.values, decisions.path, decisions.state, decisions.chosen, propensity, reward
        )
        done = update(policy, policy, broken)
        assert np.array_equal(done.after.flat, policy.flat) and done.left_out == 20 and done.decisions == 0
    same = update(policy, policy, decisions.where(np.zeros(20, dtype=bool)))
    assert same.moved == 0.0


def test_learning_from_clicks_on_matches_raises_the_weight_of_match() -> None:
    rng = np.random.default_rng(3)
    decisions, policy = draw_decisions(rng, 3000), initial_policy()
    log = played(rng, policy, decisions, decisions.values[:, 0])
    done = update(policy, policy, log)
    assert (done.after.weights.values[:, 0] > policy.weights.values[:, 0]).all()
