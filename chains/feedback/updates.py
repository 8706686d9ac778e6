"""Policy-gradient updates: clipped, bounded, recorded one by one, and reversible (equation 22)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from skillpath.chains.feedback.policy import LoggedDecisions, Policy, log_gradient, probabilities
from skillpath.chains.model.arrays import Floats
from skillpath.chains.model.ranking import PATHS, TERMS


@dataclass(frozen=True)
class UpdateSettings:
    """How far feedback may move a policy.

    Attributes:
        steps: gradient steps in an update.
        learning_rate: length of a step for a gradient of length 1.
        clip: longest gradient; longer ones are cut to it.
        max_importance_weight: highest weight of a decision that the new policy would take more often.
        max_step: how far (Euclidean) one update may move the parameters in sum.
        max_drift: how far (Euclidean) all updates together may move the parameters from the start policy.
    """

    steps: int = 20
    learning_rate: float = 0.05
    clip: float = 1.0
    max_importance_weight: float = 10.0
    max_step: float = 0.3
    max_drift: float = 1.5


@dataclass(frozen=True)
class Update:
    """Record of one update.

    Attributes:
        before: the policy before.
        after: the policy after.
        decisions: how many were learned from.
        left_out: how many could not be used.
        gradient: length of the first gradient.
        clipped: gradients that were cut.
        moved: distance from the policy before.
        drift: distance from the start policy.
        bounded: whether a bound held it back.
        undoes: number of the update that this one takes back, 0 if none.
    """

    before: Policy
    after: Policy
    decisions: int
    left_out: int
    gradient: float
    clipped: int
    moved: float
    drift: float
    bounded: bool
    undoes: int = 0


@dataclass(frozen=True)
class PolicyHistory:
    """The start policy and every update since, the oldest first; numbers count from 1."""

    start: Policy
    updates: tuple[Update, ...] = ()

    @property
    def current(self) -> Policy:
        """The policy after the last update."""
        return self.updates[-1].after if self.updates else self.start

    def learned(self, decisions: LoggedDecisions, settings: UpdateSettings | None = None) -> PolicyHistory:
        """The policy history with one more update; with nothing to learn from it records that nothing moved."""
        return replace(self, updates=(*self.updates, update(self.current, self.start, decisions, settings)))

    def rolled_back(self, number: int) -> PolicyHistory:
        """The policy history with one more update, which returns to the policy before update ``number``.

        Raises:
            IndexError: there is no such update.
        """
        if not 1 <= number <= len(self.updates):
            raise IndexError(f"There is no update {number} of {len(self.updates)}")
        back = revert_update(self.current, self.updates[number - 1].before, self.start, number)
        return replace(self, updates=(*self.updates, back))


def revert_update(policy: Policy, old: Policy, start: Policy, number: int) -> Update:
    """The update that goes back to an old policy, that before update ``number``."""
    moved, drift = _distance(policy.flat, old.flat), _distance(start.flat, old.flat)
    return Update(policy, old, 0, 0, 0.0, 0, moved, drift, bounded=False, undoes=number)


def update(policy: Policy, start: Policy, decisions: LoggedDecisions, settings: UpdateSettings | None = None) -> Update:
    """Move a policy up the gradient of its value on logged decisions.

    ``∇ = mean w (r − b) ∇ log π(chosen)`` with importance weights ``w = min(π / propensity, max_importance_weight)``
    and the weighted mean reward ``b`` as baseline, so that what an older policy showed counts for the present one.

    Args:
        start: the policy that the drift is measured from.
    """
    chosen = settings or UpdateSettings()
    used = decisions.where(decisions.usable)
    flat, lengths, clipped, bounded = policy.flat, [0.0], 0, False
    for _ in range(chosen.steps if len(used) else 0):
        gradient = _gradient(policy.moved(flat), used, chosen.max_importance_weight)
        length = _length(gradient)
        lengths.append(length)
        if length > chosen.clip:
            gradient, clipped = gradient * (chosen.clip / length), clipped + 1
        wanted = flat + chosen.learning_rate * gradient
        flat = _within(_within(wanted, policy.flat, chosen.max_step), start.flat, chosen.max_drift)
        bounded |= not np.array_equal(flat, wanted)
    left_out = len(decisions) - len(used)
    moved, drift = _distance(policy.flat, flat), _distance(start.flat, flat)
    first = lengths[1] if len(lengths) > 1 else 0.0
    return Update(policy, policy.moved(flat), len(used), left_out, first, clipped, moved, drift, bounded)


def _gradient(policy: Policy, decisions: LoggedDecisions, importance: float) -> Floats:
    weight = probabilities(policy, decisions)[decisions.chosen] / decisions.propensity
    weight = np.minimum(weight, importance)
    total = weight.sum()
    baseline = float(weight @ decisions.reward / total) if total > 0 else 0.0
    gain = weight * (decisions.reward - baseline)
    return _share_between_paths(policy, gain @ log_gradient(policy, decisions) / len(decisions))


def _share_between_paths(policy: Policy, gradient: Floats) -> Floats:
    """The gradient with the weights of all paths moved alike, by the sum of what each path says.

    Weights start apart for each path, but what feedback shows of a term on one path holds for the others too: learned
    for each path by itself, three times as many decisions would be needed.
    """
    shape = policy.weights.values.shape
    cut = policy.weights.values.size
    together = np.tile(gradient[:cut].reshape(shape).sum(axis=0), (shape[0], 1))
    return np.concatenate([together.ravel(), gradient[cut:]])


def _within(flat: Floats, centre: Floats, radius: float) -> Floats:
    length = _distance(centre, flat)
    # A point on the bound must stay there when it is measured again.
    return flat if length <= radius * (1 + 1e-9) else centre + (flat - centre) * (radius / length)


def _distance(one: Floats, other: Floats) -> float:
    return _length(other - one)


def _length(move: Floats) -> float:
    """Length of a move of all parameters; as weights move alike on all paths, those of the paths count as one."""
    cut = len(PATHS) * len(TERMS)
    of_weights, of_gate = move[:cut], move[cut:]
    return float(np.sqrt(of_weights @ of_weights / len(PATHS) + of_gate @ of_gate))
