"""Random logged decisions."""

from __future__ import annotations

import numpy as np

from skillpath.chains.feedback.policy import LoggedDecisions, Policy, sample_decisions


def draw_decisions(rng: np.random.Generator, count: int, most: int = 6) -> LoggedDecisions:
    """Decisions among 1 to ``most`` candidates, chosen evenly, rewarded at random."""
    sizes = rng.integers(1, most + 1, count)
    indptr = np.r_[0, np.cumsum(sizes)].astype(np.int64)
    total = int(sizes.sum())
    chosen = indptr[:-1] + (rng.random(count) * sizes).astype(np.int64)
    values, path = rng.random((total, 6)), rng.integers(0, 3, total)
    return LoggedDecisions(indptr, values, path, rng.random((count, 4)), chosen, 1 / sizes, rng.random(count))


def played(rng: np.random.Generator, policy: Policy, decisions: LoggedDecisions, worth: np.ndarray) -> LoggedDecisions:
    """The decisions as a policy makes them, each candidate worth its entry of ``worth`` (M,) in the mean."""
    chosen, chance = sample_decisions(policy, decisions, rng.random(len(decisions)))
    reward = (rng.random(len(decisions)) < worth[chosen]).astype(float)
    return LoggedDecisions(decisions.indptr, decisions.values, decisions.path, decisions.state, chosen, chance, reward)
