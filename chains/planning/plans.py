"""Learning plans: short ordered lists of resources found by beam search, prerequisites first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from skillpath.chains.model.arrays import Floats, Ints, expand, lookup, mark_pairs, padded, row_of_entry
from skillpath.chains.model.gap import Gaps
from skillpath.chains.planning.beam_search import BeamSearch
from skillpath.chains.planning.plan_candidates import NONE, PlanCandidates, PlanSettings, select_pool

BLOCK = 250
"""Pairs searched side by side; memory grows with it."""


@dataclass(frozen=True)
class Plans:
    """Plans of the pairs (P,).

    Attributes:
        items: (P, length) resources in order, `NONE` where a plan is shorter.
        gain: (P,) weighted levels closed by all of them together.
    """

    items: Ints
    gain: Floats


def drop_cycles(prerequisites: csr_array) -> tuple[csr_array, Ints]:
    """Prerequisites (R, R) without those inside a cycle, and the resources (sorted) that were in one.

    In a cycle nothing could ever be begun, so what its members ask of each other is dropped, and told.
    """
    _, part = connected_components(prerequisites, directed=True, connection="strong")
    row, column = row_of_entry(prerequisites), prerequisites.indices
    inside = part[row] == part[column]
    kept = ~inside & (prerequisites.data != 0)
    clean = mark_pairs(row[kept], column[kept], prerequisites.shape)
    return clean, np.unique(np.r_[row[inside], column[inside]]).astype(np.int64)


def compute_joint_closure(gap: Floats, have: Floats, effects: Floats) -> Floats:
    """Levels (n,) of gaps that effects (n, m) close together: ``min(gap, (1 − have) · (1 − Π(1 − effect)))``.

    >>> compute_joint_closure(np.array([0.7]), np.array([0.2]), np.array([[0.5, 0.5]])).round(2).tolist()
    [0.6]
    """
    return np.asarray(np.minimum(gap, (1.0 - have) * (1.0 - np.prod(1.0 - effects, axis=1))))


def compute_joint_gain(gaps: Gaps, effects: csr_array, pair: Ints, items: Ints) -> Floats:
    """Weighted gap of each pair (N,) closed by several items (N, n) together, exactly.

    ``Σ_k w · min(gap, (1 − have) · (1 − Π_i (1 − effect_i)))``: the noisy-or that capability is computed with, so the
    order does not matter, nothing is closed twice, and together they never close more than each alone adds up to.
    """
    which, entry = expand(gaps.indptr, pair)
    together = np.zeros((len(entry), items.shape[1]))
    for place in range(items.shape[1]):
        item = items[which, place]
        effect = lookup(effects, np.maximum(item, 0), gaps.skill[entry])
        together[:, place] = np.where(item == NONE, 0.0, effect)
    closed = compute_joint_closure(gaps.gap[entry], gaps.have[entry], together)
    return np.bincount(which, weights=gaps.weight[entry] * closed, minlength=len(pair)).astype(np.float64)


def search_plans(
    gaps: Gaps,
    effects: csr_array,
    candidates: PlanCandidates,
    needs: csr_array | None = None,
    settings: PlanSettings | None = None,
) -> Plans:
    """The best plan of each pair by beam search, each step evaluated exactly.

    Best is the highest joint gain less ``min_extra_gain`` for each resource, so a further one must bring more than
    that. A resource that needs others comes after them, and those are considered even where they close nothing
    themselves; one whose needs are out of reach is left out. With a pool and a beam as wide as the choice the search
    is exhaustive. A pair without useful candidates has the empty plan.

    Args:
        effects: (R, K); needs: (R, R) row needs column, without cycles (see `drop_cycles`).
    """
    chosen = settings or PlanSettings()
    found = [
        _search(gaps, effects, candidates.part(pairs), needs, chosen)
        for pairs in np.array_split(np.arange(len(candidates.pair)), max(1, -(-len(candidates.pair) // BLOCK)))
    ]
    items = np.concatenate(found)
    return Plans(items, compute_joint_gain(gaps, effects, candidates.pair, items))


def _search(
    gaps: Gaps, effects: csr_array, candidates: PlanCandidates, needs: csr_array | None, settings: PlanSettings
) -> Ints:
    """(P, length) items of the best plan found."""
    row, item = select_pool(candidates, needs, settings)
    pool = padded(row, len(candidates.pair), int(np.bincount(row, minlength=1).max(initial=0)))
    items = np.where(pool >= 0, item[pool], NONE) if len(item) else pool
    if not items.size:
        return np.full((len(candidates.pair), settings.length), NONE, dtype=np.int64)
    search = BeamSearch(gaps, effects, candidates, items, needs)
    return search.best(settings)
