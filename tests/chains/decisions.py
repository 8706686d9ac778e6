"""Random logged decisions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from skillpath.chains.feedback.policy import LoggedDecisions, Policy, sample_decisions
from skillpath.chains.model.ranking import AFFINITY, PATHS, POPULARITY, TERMS, PathWeights


def draw_decisions(rng: np.random.Generator, count: int, most: int = 6) -> LoggedDecisions:
    """Decisions among 1 to ``most`` candidates, chosen evenly, rewarded at random."""
    sizes = rng.integers(1, most + 1, count)
    indptr = np.r_[0, np.cumsum(sizes)].astype(np.int64)
    total = int(sizes.sum())
    chosen = indptr[:-1] + (rng.random(count) * sizes).astype(np.int64)
    values, path = rng.random((total, len(TERMS))), rng.integers(0, 3, total)
    return LoggedDecisions(indptr, values, path, rng.random((count, 4)), chosen, 1 / sizes, rng.random(count))


def as_logged(rng: np.random.Generator, decisions: LoggedDecisions) -> LoggedDecisions:
    """The decisions as first places are logged: three of four among the candidates of one list, which is one path.

    The fourth is the choice of what to do next, which is among all paths. Affinity and popularity are those
    of TRAINING alone.
    """
    count, owner = len(decisions), decisions.owner
    of_list = rng.integers(0, len(PATHS), count)[owner]
    path = np.where(np.arange(count)[owner] % 4 < 3, of_list, decisions.path)
    values = decisions.values.copy()
    values[np.ix_(path != PATHS.index("TRAINING"), [AFFINITY, POPULARITY])] = 0.0
    return replace(decisions, values=values, path=path)


def move_weight(policy: Policy, term: str, by: float) -> Policy:
    """The policy with another weight of one term on every path."""
    values = policy.weights.values.copy()
    values[:, TERMS.index(term)] += by
    return replace(policy, weights=PathWeights(values))


def played(rng: np.random.Generator, policy: Policy, decisions: LoggedDecisions, worth: np.ndarray) -> LoggedDecisions:
    """The decisions as a policy makes them, each candidate worth its entry of ``worth`` (M,) in the mean."""
    chosen, chance = sample_decisions(policy, decisions, rng.random(len(decisions)))
    reward = (rng.random(len(decisions)) < worth[chosen]).astype(float)
    return LoggedDecisions(decisions.indptr, decisions.values, decisions.path, decisions.state, chosen, chance, reward)
