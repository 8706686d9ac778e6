"""Off-policy evaluation (IPS, SNIPS, doubly robust), which decides whether a new policy may be served."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.chains.feedback.policy import LoggedDecisions, Policy, features, probabilities
from skillpath.chains.model.arrays import Floats, sums
from skillpath.chains.model.stage import GATES


@dataclass(frozen=True)
class ServeSettings:
    """When a new policy may be served.

    Attributes:
        max_importance_weight: higher importance weights are cut to it.
        ridge: of the reward model of the doubly robust estimate.
        critical_value: standard errors that the gain must lie above 0 (1.645: one-sided 95 %).
        min_effective_size: least effective sample size, in decisions.
    """

    max_importance_weight: float = 20.0
    ridge: float = 1.0
    critical_value: float = 1.645
    min_effective_size: float = 100.0


@dataclass(frozen=True)
class Value:
    """Estimates of a policy's mean reward.

    Attributes:
        ips: inverse propensity score. snips: self-normalised. dr: doubly robust. error: standard error of ``dr``.
        effective: ``(Σw)² / Σw²`` decisions that the weights are worth.
        parts: (N,) doubly robust estimate of each decision, whose mean is ``dr``.
    """

    ips: float
    snips: float
    dr: float
    error: float
    effective: float
    parts: Floats


@dataclass(frozen=True)
class Verdict:
    """Decision on serving a new policy: expected gain, its lower bound and the reason.

    ``enough`` is false where there was too little to judge by.
    """

    serve: bool
    gain: float
    lower: float
    effective: float
    reason: str
    enough: bool = True


def estimate_value(policy: Policy, decisions: LoggedDecisions, settings: ServeSettings | None = None) -> Value:
    """The mean reward that a policy would have earned; zeros from no usable decisions.

    Weights are clipped, which biases IPS and SNIPS toward the logging policy. The reward model of the doubly robust
    estimate is a ridge regression on the terms and the path, fitted on one half and used on the other.
    """
    chosen = settings or ServeSettings()
    used = decisions.where(decisions.usable)
    count = len(used)
    if not count:
        return Value(0.0, 0.0, 0.0, 0.0, 0.0, np.zeros(0))
    chance = probabilities(policy, used)
    weight = np.minimum(chance[used.chosen] / used.propensity, chosen.max_importance_weight)
    guess = _expected(policy, used, chosen.ridge)
    parts = sums(used.owner, chance * guess, count) + weight * (used.reward - guess[used.chosen])
    total, square = float(weight.sum()), float((weight**2).sum())
    return Value(
        float(weight @ used.reward / count),
        float(weight @ used.reward / total) if total > 0 else 0.0,
        float(parts.mean()),
        float(parts.std() / np.sqrt(count)),
        total**2 / square if square > 0 else 0.0,
        parts,
    )


def may_serve(new: Policy, now: Policy, decisions: LoggedDecisions, settings: ServeSettings | None = None) -> Verdict:
    """Decide whether a new policy is significantly better, on decisions it was not learned from.

    The gain is the mean difference of the doubly robust estimates, decision by decision; it must lie so many standard
    errors above 0, and the log must be worth enough decisions for the new policy.
    """
    chosen = settings or ServeSettings()
    after, before = estimate_value(new, decisions, chosen), estimate_value(now, decisions, chosen)
    if not len(after.parts):
        return Verdict(False, 0.0, 0.0, 0.0, "there are no decisions to judge by", enough=False)
    difference = after.parts - before.parts
    gain = float(difference.mean())
    lower = gain - chosen.critical_value * float(difference.std() / np.sqrt(len(difference)))
    if after.effective < chosen.min_effective_size:
        reason = f"the log is worth {after.effective:.0f} decisions, {chosen.min_effective_size:.0f} are needed"
        return Verdict(False, gain, lower, after.effective, reason, enough=False)
    if lower <= 0:
        return Verdict(False, gain, lower, after.effective, "it is not better beyond doubt")
    return Verdict(True, gain, lower, after.effective, "it is better beyond doubt")


def _expected(policy: Policy, decisions: LoggedDecisions, ridge: float) -> Floats:
    """(M,) expected reward of each candidate, from a model that has not seen its decision's reward."""
    path = np.eye(len(GATES))[decisions.path]
    columns = np.concatenate([features(policy, decisions), path], axis=1)
    fold, guess = np.arange(len(decisions)) % 2, np.zeros(len(columns))
    for part in (0, 1):
        train = decisions.chosen[fold != part]
        wide = columns[train]
        system = wide.T @ wide + ridge * np.eye(columns.shape[1])
        model = np.linalg.solve(system, wide.T @ decisions.reward[fold != part])
        mine = fold[decisions.owner] == part
        guess[mine] = columns[mine] @ model
    return guess
