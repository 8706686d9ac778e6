"""Recommendation policy: softmax over scores with learnable weights and stage gate, within bounds (equation 22)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from skillpath.chains.model.arrays import Floats, Ints, sums
from skillpath.chains.model.ranking import PATHS, TERMS, ChainRankSettings, PathWeights
from skillpath.chains.model.stage import StageGate, compute_gate, default_gate

STAGE = TERMS.index("stage")


@dataclass(frozen=True)
class Policy:
    """Learnable parameters: signed weights of `ranking.TERMS` on each path, and the stage gate.

    The temperature is fixed.
    """

    weights: PathWeights
    gate: StageGate
    temperature: float = 0.05

    @property
    def flat(self) -> Floats:
        """(42,) weights (3, T), W and b in one vector."""
        return np.concatenate([self.weights.values.ravel(), self.gate.weights.ravel(), self.gate.bias])

    def moved(self, flat: Floats) -> Policy:
        """The policy with other parameters."""
        cut = self.weights.values.size
        shape = self.gate.weights.shape
        middle = cut + self.gate.weights.size
        weights = PathWeights(flat[:cut].reshape(self.weights.values.shape))
        return replace(self, weights=weights, gate=StageGate(flat[cut:middle].reshape(shape), flat[middle:]))


def initial_policy(settings: ChainRankSettings | None = None) -> Policy:
    """The policy before any feedback: the weights of the settings and the readable gate."""
    return Policy(PathWeights.same((settings or ChainRankSettings()).weights), default_gate())


@dataclass(frozen=True)
class LoggedDecisions:
    """N decisions, each among some of M candidates, as they were logged.

    Attributes:
        indptr: (N + 1,) where the candidates of each decision begin.
        values: (M, T) explanation vectors; the stage term is computed anew from state and path.
        path: (M,) index into `stage.GATES`. state: (N, 4) stage state of the student.
        chosen: (N,) index into the candidates. propensity: (N,) probability with which it was chosen, in (0, 1].
        reward: (N,) in [0, 1].
    """

    indptr: Ints
    values: Floats
    path: Ints
    state: Floats
    chosen: Ints
    propensity: Floats
    reward: Floats

    def __len__(self) -> int:
        return len(self.chosen)

    @property
    def owner(self) -> Ints:
        """(M,) decision of each candidate."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.indptr))

    def where(self, keep: NDArray[np.bool_]) -> LoggedDecisions:
        """Only some of the decisions."""
        inside = np.repeat(keep, np.diff(self.indptr))
        indptr = np.r_[0, np.cumsum(np.diff(self.indptr)[keep])].astype(np.int64)
        shift = self.indptr[:-1][keep] - indptr[:-1]
        return LoggedDecisions(
            indptr,
            self.values[inside],
            self.path[inside],
            self.state[keep],
            self.chosen[keep] - shift,
            self.propensity[keep],
            self.reward[keep],
        )

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(N,) which decisions can be learned from: a finite reward and a probability in (0, 1]."""
        return np.isfinite(self.reward) & (self.propensity > 0) & (self.propensity <= 1)


def features(policy: Policy, decisions: LoggedDecisions) -> Floats:
    """(M, T) explanation vectors with the stage term of this policy."""
    values = np.nan_to_num(decisions.values, nan=0.0, posinf=0.0, neginf=0.0)
    stage_probabilities = compute_gate(decisions.state, policy.gate)
    values[:, STAGE] = stage_probabilities[decisions.owner, decisions.path]
    return values


def score_candidates(policy: Policy, decisions: LoggedDecisions) -> Floats:
    """(M,) R of each candidate, with the weights of its path."""
    values = features(policy, decisions) * policy.weights.values[decisions.path]
    return np.asarray(values.sum(axis=1))


def probabilities(policy: Policy, decisions: LoggedDecisions) -> Floats:
    """(M,) probability of each candidate: softmax of R / temperature within each decision."""
    return softmax(decisions.owner, score_candidates(policy, decisions) / policy.temperature, len(decisions))


def softmax(group: Ints, logits: Floats, groups: int) -> Floats:
    """(M,) softmax within each of the groups."""
    highest = np.full(groups, -np.inf)
    np.maximum.at(highest, group, logits)
    raw = np.exp(logits - highest[group])
    return np.asarray(raw / sums(group, raw, groups)[group])


def sample_positions(indptr: Ints, chance: Floats, noise: Floats) -> Ints:
    """(N,) position of what each decision takes, for uniform noise (N,) in [0, 1) and chances (M,) that add up to 1."""
    start = indptr[:-1]
    running = np.cumsum(chance)
    before = np.r_[0.0, running][start]
    found = np.searchsorted(running, before + noise * (1.0 - 1e-12), side="right")
    return np.asarray(np.clip(found, start, indptr[1:] - 1), dtype=np.int64)


def log_gradient(policy: Policy, decisions: LoggedDecisions) -> Floats:
    """(N, 42) gradient of the log probability of what was chosen, in the order of `Policy.flat`."""
    owner, values, chance = decisions.owner, features(policy, decisions), probabilities(policy, decisions)
    count = len(decisions)
    surprise = -chance
    surprise[decisions.chosen] += 1.0
    # (N, 3 · T): the weights of each path are moved by the candidates of that path alone.
    of_path = [surprise * (decisions.path == path) for path in range(len(PATHS))]
    by_weight = np.stack([sums(owner, part * column, count) for part in of_path for column in values.T], axis=1)
    by_weight /= policy.temperature
    stage_probabilities = compute_gate(decisions.state, policy.gate)
    pull = np.stack([sums(owner, part, count) for part in of_path], axis=1)
    pull *= policy.weights.values[:, STAGE] / policy.temperature
    by_bias = stage_probabilities * (pull - (pull * stage_probabilities).sum(axis=1, keepdims=True))
    by_gate = (by_bias[:, :, None] * decisions.state[:, None, :]).reshape(count, -1)
    return np.concatenate([by_weight, by_gate, by_bias], axis=1)


def sample_decisions(policy: Policy, decisions: LoggedDecisions, noise: Floats) -> tuple[Ints, Floats]:
    """Sample a choice in each decision with its propensity, for uniform noise (N,) in [0, 1).

    `Decisions.chosen`, ``propensity`` and ``reward`` are not looked at.
    """
    chance = probabilities(policy, decisions)
    chosen = sample_positions(decisions.indptr, chance, noise)
    return chosen, chance[chosen]
