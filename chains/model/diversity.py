"""Diversification of lists: redundancy with the history and with higher ranks (equation 20), and its metrics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, Mask, padded, row_of_entry, sums, top_per_group

HISTORY = 50
"""Things taken before that a candidate is compared with, those taken furthest first."""


def compute_familiarity(student: Ints, vectors: Floats, taken: csr_array, taken_vectors: Floats) -> Floats:
    """Likeness in [0, 1] of each candidate to the most alike thing its student took before; 0 without any.

    Args:
        student: (N,) sorted; vectors: (N, d) unit vectors of the candidates.
        taken: (S, I) with a positive entry for each thing taken; taken_vectors: (I, d).
    """
    result = np.zeros(len(student))
    owners, index = np.unique(student, return_inverse=True)
    if not len(owners) or not taken.nnz:
        return result
    rows = taken[owners]
    used = np.flatnonzero(rows.data > 0)
    owner = row_of_entry(rows)[used]
    best = top_per_group(owner, rows.data[used], rows.indices[used].astype(np.int64), HISTORY)
    owner, item = owner[best], rows.indices[used][best]
    width = int(np.bincount(owner, minlength=1).max(initial=0))
    table, own = padded(owner, len(owners), width), padded(index.astype(np.int64), len(owners), _largest_group(index))
    before = np.where((table >= 0)[..., None], taken_vectors[item[table]], 0.0) if width else None
    if before is None:
        return result
    likeness = np.matmul(vectors[own], before.transpose(0, 2, 1)).max(axis=2)
    result[own[own >= 0]] = likeness[own >= 0]
    return np.clip(result, 0.0, 1.0)


@dataclass(frozen=True)
class Discovery:
    """How the last place of a list is drawn.

    Attributes:
        scores: (N,) of each candidate without its popularity. noise: (N,) in [0, 1), the same for all of a student.
        pool: candidates of the highest scores that one is drawn from.
    """

    scores: Floats
    noise: Floats
    pool: int


def select_diverse(
    student: Ints,
    scores: Floats,
    vectors: Floats,
    known: Floats,
    gamma: float,
    count: int,
    discovery: Discovery | None = None,
) -> tuple[Ints, Floats]:
    """Greedy choice of the best ``R' = R − γ·Redundancy(x, history)`` (20), all students at once.

    The history of a candidate is what its student took before and what was chosen above it, so redundancy only
    grows while choosing and the chosen R' never rise down the list. With γ = 0 the order is that of R.

    Args:
        student: (N,) sorted, and within a student in order of preference, which decides ties.
        scores: (N,) R; vectors: (N, d) unit vectors; known: (N,) likeness to what was taken before.
        count: things chosen for each student.
        discovery: how the last of ``count`` places is drawn; as all others without.

    Returns:
        ``(chosen, redundancy)``: positions by student and place, and the redundancy of each when it was chosen.
    """
    owners, index = np.unique(student, return_inverse=True)
    table = padded(index.astype(np.int64), len(owners), _largest_group(index))
    free = table >= 0
    base = np.where(free, scores[table], -np.inf) if len(scores) else np.zeros(table.shape)
    redundancy = np.where(free, known[table], 0.0) if len(scores) else np.zeros(table.shape)
    pool = np.where(free[..., None], vectors[table], 0.0) if len(scores) else np.zeros((0, 0, 1))
    row, places, costs = np.arange(len(owners)), [], []
    for place in range(min(count, table.shape[1])):
        value = np.where(free, base - gamma * redundancy, -np.inf)
        pick = value.argmax(axis=1)
        if discovery is not None and place == count - 1:
            pick = _draw_last(discovery, table, free, gamma * redundancy)
        there = free[row, pick]
        places.append(np.where(there, table[row, pick], -1))
        costs.append(redundancy[row, pick])
        free[row, pick] = False
        likeness = np.einsum("smd,sd->sm", pool, pool[row, pick])
        redundancy = np.maximum(redundancy, np.clip(likeness, 0.0, 1.0))
    if not places:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    chosen, cost = np.stack(places, axis=1), np.stack(costs, axis=1)
    return chosen[chosen >= 0], cost[chosen >= 0]


def _draw_last(discovery: Discovery, table: Ints, free: Mask, penalty: Floats) -> Ints:
    """(S,) column drawn for the last place of each list, among the best that are left without their popularity."""
    rest = np.where(free, discovery.scores[table] - penalty, -np.inf)
    order = np.argsort(-rest, axis=1, kind="stable")
    row = np.arange(len(table))
    # All candidates of a student have the same noise.
    noise = discovery.noise[table[row, order[:, 0]]]
    left = np.minimum(free.sum(axis=1), discovery.pool)
    drawn: Ints = order[row, np.floor(noise * left).astype(np.int64)]
    return drawn


def intra_list_diversity(group: Ints, vectors: Floats) -> Floats:
    """(G,) mean of ``1 − cos`` over the pairs of each list, NaN for lists of fewer than two.

    Args:
        group: (N,) list of each item, sorted, from 0; vectors: (N, d) unit vectors.
    """
    groups = int(group.max(initial=-1)) + 1
    total = np.stack([sums(group, column, groups) for column in vectors.T], axis=1)
    size = np.bincount(group, minlength=groups)
    # Sum of cosines over pairs = (|Σv|² − Σ|v|²) / 2.
    own = sums(group, (vectors**2).sum(axis=1), groups)
    pairs = size * (size - 1) / 2
    cosines = ((total**2).sum(axis=1) - own) / 2
    return np.where(pairs > 0, 1.0 - cosines / np.maximum(pairs, 1), np.nan)


def catalogue_coverage(item: Ints, items: int) -> float:
    """Share of the catalogue that is in at least one list; 0 for an empty one."""
    return len(np.unique(item)) / items if items else 0.0


def gini(counts: Ints) -> float:
    """How unevenly exposure is spread: 0 when everything is shown equally often, near 1 when one thing has it all."""
    ordered = np.sort(counts.astype(np.float64))
    if not len(ordered) or not ordered.sum():
        return 0.0
    place = np.arange(1, len(ordered) + 1)
    return float((2 * place - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum()))


def _largest_group(index: Ints) -> int:
    return int(np.bincount(index, minlength=1).max(initial=0)) if len(index) else 0
