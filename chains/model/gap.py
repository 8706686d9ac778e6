"""Capability gaps (equation 15) and the exact gain of a resource."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, expand, lookup, sums
from skillpath.chains.model.student_targets import list_requirements


@dataclass(frozen=True)
class Gaps:
    """Skills lacking for each pair of student and target, as entries (N,) sorted by pair.

    Attributes:
        pair, skill: indices.
        have, required, gap: levels in [0, 1]; ``gap = max(0, required − have)``, entries without a gap left out.
        weight: how much a level of the skill counts: 1 if essential, less if optional.
        total: (P,) ``Σ weight · ReLU(b − a)`` of each pair.
        asked: (P,) ``Σ weight · b`` of each pair.
        indptr: (P + 1,) where each pair's entries start.
    """

    pair: Ints
    skill: Ints
    have: Floats
    required: Floats
    gap: Floats
    weight: Floats
    total: Floats
    asked: Floats
    indptr: Ints

    def with_none(self, pairs: int) -> Gaps:
        """These gaps and, after them, so many pairs that lack nothing."""
        nothing = np.zeros(pairs)
        ends = np.full(pairs, self.indptr[-1])
        return replace(
            self,
            total=np.r_[self.total, nothing],
            asked=np.r_[self.asked, nothing],
            indptr=np.r_[self.indptr, ends].astype(np.int64),
        )


def find_gaps(
    levels: csr_array, requirements: csr_array, student: Ints, cluster: Ints, weights: csr_array | None = None
) -> Gaps:
    """Gap of each (student, cluster) pair, per skill and in weighted sum (15).

    Args:
        levels: (S, K) capability; requirements: (C, K); student, cluster: (P,) indices.
        weights: (C, K) how much a level counts, in [0, 1]; everything counts 1 without it.
    """
    pair, skill, required = list_requirements(requirements, cluster)
    weight = np.ones(len(pair)) if weights is None else lookup(weights, cluster[pair], skill)
    have = lookup(levels, student[pair], skill)
    gap = np.maximum(0.0, required - have)
    pairs = len(student)
    total = sums(pair, weight * gap, pairs)
    asked = sums(pair, weight * required, pairs)
    open_ = gap > 0
    counts = np.bincount(pair[open_], minlength=pairs)
    indptr = np.r_[0, np.cumsum(counts)].astype(np.int64)
    return Gaps(
        pair[open_], skill[open_], have[open_], required[open_], gap[open_], weight[open_], total, asked, indptr
    )


def compute_closed_gap(gaps: Gaps, entry: Ints, effect: Floats) -> Floats:
    """Gap closed in the given entries by an effect, in levels: ``min(gap, (1 − have) · effect)``.

    The level after is ``1 − (1 − have)(1 − effect)``, as :func:`capability` would compute it once completed.
    """
    return np.minimum(gaps.gap[entry], (1.0 - gaps.have[entry]) * effect)


def compute_total_gains(
    gaps: Gaps, effects: csr_array, heat: Floats | None = None
) -> tuple[Ints, Ints, Floats, Floats]:
    """Every item that closes something of a pair's gap, how much in weighted sum, and how hot what it closes is.

    Args:
        effects: (I, K) effect of each item (resource, post, project) on each skill, in [0, 1].
        heat: (K,) of each skill; 0 without it.

    Returns:
        ``(pair, item, gain, closed_heat)``, sorted by pair then item; the last is the mean heat of the skills closed,
        weighted by what is closed of each.
    """
    by_skill = csr_array(effects.T)
    by_skill.sort_indices()
    entry, where = expand(by_skill.indptr, gaps.skill)
    gained = gaps.weight[entry] * compute_closed_gap(gaps, entry, by_skill.data[where])
    items = effects.shape[0]
    key = gaps.pair[entry] * items + by_skill.indices[where]
    unique, inverse = np.unique(key, return_inverse=True)
    gain = sums(inverse, gained, len(unique))
    useful = gain > 0
    found = unique[useful] // items, unique[useful] % items, gain[useful]
    if heat is None:
        return *found, np.zeros(len(found[2]))
    hot = sums(inverse, gained * heat[gaps.skill[entry]], len(unique))
    return *found, hot[useful] / gain[useful]


def compute_gain_per_skill(gaps: Gaps, effects: csr_array, pair: Ints, item: Ints) -> tuple[Ints, Ints, Floats]:
    """The skills that chosen (pair, item) candidates close.

    Returns:
        ``(candidate, entry, gain)``: index into ``pair``, index into the gap entries, levels closed there.
    """
    candidate, entry = expand(gaps.indptr, pair)
    gain = compute_closed_gap(gaps, entry, lookup(effects, item[candidate], gaps.skill[entry]))
    useful = gain > 0
    return candidate[useful], entry[useful], gain[useful]
