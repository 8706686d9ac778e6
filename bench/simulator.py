"""Simulator of students with hidden preferences, to measure whether a policy learns from feedback."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from skillpath.chains.feedback.off_policy import ServeSettings, may_serve
from skillpath.chains.feedback.policy import (
    LoggedDecisions,
    Policy,
    initial_policy,
    probabilities,
    sample_decisions,
    score_candidates,
)
from skillpath.chains.feedback.rewards import EVENTS, RewardSettings
from skillpath.chains.feedback.updates import PolicyHistory, UpdateSettings
from skillpath.chains.model.arrays import Floats, Ints, sums
from skillpath.chains.model.ranking import REDUNDANCY, TERMS, PathWeights
from skillpath.chains.model.stage import GATES, StageGate, default_gate


@dataclass(frozen=True)
class SimulatorSettings:
    """The synthetic world.

    Attributes:
        rounds: of feedback; at the beginning of round ``drifts`` all tastes change.
        decisions: in each round; candidates: in each decision.
        sharpness: how much people care; threshold: how good a thing must be for half of them to touch it.
        onward: chance of each further step after the first.
        window: rounds whose log is learned from.
    """

    rounds: int = 24
    drifts: int = 12
    decisions: int = 1_500
    candidates: int = 8
    sharpness: float = 6.0
    threshold: float = 0.45
    onward: float = 0.6
    window: int = 2


@dataclass(frozen=True)
class TruePreferences:
    """True preferences: weights of the terms and a true stage gate."""

    weights: Floats
    gate: StageGate


@dataclass(frozen=True)
class SimulationResult:
    """True mean reward in each round (T,) of the start policy, the served one, and one that knows the tastes.

    ``served`` says in which rounds a new policy passed the off-policy test.
    """

    start: Floats
    learned: Floats
    ideal: Floats
    served: NDArray[np.bool_]
    policy_history: PolicyHistory


def simulate(
    seed: int,
    settings: SimulatorSettings | None = None,
    updates: UpdateSettings | None = None,
    serving: ServeSettings | None = None,
) -> SimulationResult:
    """Rounds of serving, logging, learning on one half of the log and judging on the other.

    A new policy is served only if the off-policy estimate on the half that it has not seen says so; otherwise its
    update is rolled back. Everything follows from the seed.
    """
    chosen, rng = settings or SimulatorSettings(), np.random.default_rng(seed)
    preference_phases = [_draw_preferences(rng), _draw_preferences(rng)]
    policy_history, log, rows, served = (
        PolicyHistory(initial_policy()),
        list[LoggedDecisions](),
        list[list[float]](),
        list[bool](),
    )
    for number in range(chosen.rounds):
        preferences = preference_phases[int(number >= chosen.drifts)]
        decisions = _draw_decisions(rng, chosen)
        expected = _expected_reward(preferences, decisions, chosen)
        ideal = Policy(PathWeights.same(preferences.weights), preferences.gate, 1e-3)
        rows.append(
            [_value(policy, decisions, expected) for policy in (policy_history.start, policy_history.current, ideal)]
        )
        log = [*log, _simulate_reactions(rng, policy_history.current, decisions, preferences, chosen)][-chosen.window :]
        policy_history, passed = _learn_round(policy_history, log, updates, serving)
        served.append(passed)
    start, learned, best = np.array(rows).T
    return SimulationResult(start, learned, best, np.array(served), policy_history)


def _learn_round(
    policy_history: PolicyHistory,
    log: list[LoggedDecisions],
    updates: UpdateSettings | None,
    serving: ServeSettings | None,
) -> tuple[PolicyHistory, bool]:
    halves = [[part.where(np.arange(len(part)) % 4 // 2 == half) for part in log] for half in (0, 1)]
    learned = policy_history.learned(_joined(halves[0]), updates)
    if may_serve(learned.current, policy_history.current, _joined(halves[1]), serving).serve:
        return learned, True
    return learned.rolled_back(len(learned.updates)), False


def _draw_preferences(rng: np.random.Generator) -> TruePreferences:
    """Draw true preferences: positive weights that add up to 1, redundancy disliked, a random gate."""
    plus = rng.dirichlet(np.full(len(TERMS) - 1, 0.7))
    gate = default_gate()
    return TruePreferences(
        np.insert(plus, REDUNDANCY, -rng.uniform(0.0, 0.4)),
        StageGate(gate.weights + rng.normal(0, 1.5, gate.weights.shape), gate.bias + rng.normal(0, 0.5, len(GATES))),
    )


def _draw_decisions(rng: np.random.Generator, settings: SimulatorSettings) -> LoggedDecisions:
    """Decisions whose outcome is still open."""
    count, each = settings.decisions, settings.candidates
    none = np.zeros(count)
    values = rng.random((count * each, len(TERMS)))
    path, state = rng.integers(0, len(GATES), count * each), rng.random((count, 4))
    indptr = np.arange(0, count * each + 1, each)
    return LoggedDecisions(indptr, values, path, state, none.astype(np.int64), none, none)


def _true_score(preferences: TruePreferences, decisions: LoggedDecisions) -> Floats:
    return score_candidates(Policy(PathWeights.same(preferences.weights), preferences.gate, 1.0), decisions)


def _reaction_probability(
    preferences: TruePreferences, decisions: LoggedDecisions, settings: SimulatorSettings
) -> Floats:
    """(M,) chance that a candidate is touched at all when it is shown."""
    return np.asarray(expit(settings.sharpness * (_true_score(preferences, decisions) - settings.threshold) * 2))


def _expected_reward(preferences: TruePreferences, decisions: LoggedDecisions, settings: SimulatorSettings) -> Floats:
    """(M,) mean reward of each candidate when it is shown."""
    steps = np.arange(len(EVENTS))
    reach = settings.onward**steps * np.where(steps < len(EVENTS) - 1, 1 - settings.onward, 1.0)
    return _reaction_probability(preferences, decisions, settings) * float(reach @ RewardSettings().values)


def _simulate_reactions(
    rng: np.random.Generator,
    policy: Policy,
    decisions: LoggedDecisions,
    preferences: TruePreferences,
    settings: SimulatorSettings,
) -> LoggedDecisions:
    """The offers with what was shown, with which chance, and what came of it."""
    chosen, chance = sample_decisions(policy, decisions, rng.random(len(decisions)))
    touched = rng.random(len(decisions)) < _reaction_probability(preferences, decisions, settings)[chosen]
    steps = (np.cumprod(rng.random((len(decisions), len(EVENTS) - 1)) < settings.onward, axis=1)).sum(axis=1)
    reward = np.where(touched, RewardSettings().values[steps], 0.0)
    return LoggedDecisions(decisions.indptr, decisions.values, decisions.path, decisions.state, chosen, chance, reward)


def _value(policy: Policy, decisions: LoggedDecisions, expected: Floats) -> float:
    """True mean reward of a policy on these offers."""
    return float(sums(decisions.owner, probabilities(policy, decisions) * expected, len(decisions)).mean())


def _joined(parts: list[LoggedDecisions]) -> LoggedDecisions:
    shifts = np.cumsum([0, *(len(part.values) for part in parts)])
    ends = [part.indptr[1:] + shift for part, shift in zip(parts, shifts[:-1], strict=True)]
    chosen: list[Ints] = [part.chosen + shift for part, shift in zip(parts, shifts[:-1], strict=True)]
    return LoggedDecisions(
        np.concatenate([[0], *ends]).astype(np.int64),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.path for part in parts]),
        np.concatenate([part.state for part in parts]),
        np.concatenate(chosen),
        np.concatenate([part.propensity for part in parts]),
        np.concatenate([part.reward for part in parts]),
    )
