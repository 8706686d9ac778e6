"""Candidate pools of one path with their terms, and the lists built from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.model.affinity import Reasons
from skillpath.chains.model.arrays import Floats, Ints
from skillpath.chains.model.candidates import select_candidates
from skillpath.chains.model.diversity import Discovery, compute_familiarity, select_diverse
from skillpath.chains.model.gap import Gaps, compute_gain_per_skill
from skillpath.chains.model.ranking import (
    POPULARITY,
    REDUNDANCY,
    TERMS,
    Candidates,
    ChainRankSettings,
    contributions,
    ranks,
    score,
    select_best,
)

DIGITS = 8
"""Decimals of what comes from products of dense matrices, which round differently in blocks of different size."""


@dataclass(frozen=True)
class Pool:
    """Candidates, the student of each (N,), explanation vectors (N, T) before redundancy, and cos(item, target)."""

    found: Candidates
    student: Ints
    values: Floats
    similarity: Floats

    def at(self, places: Ints) -> Pool:
        """Those at some places."""
        return Pool(
            select_candidates(self.found, places), self.student[places], self.values[places], self.similarity[places]
        )

    def totals(self, weights: Floats) -> Floats:
        """(N,) R, equal where it differs by rounding only."""
        return np.asarray(np.round(score(self.values, weights), DIGITS + 4))

    def best(self, weights: Floats, count: int, works: Ints | None = None) -> Pool:
        """The best ``count`` of each student, an item once, and one edition of each of ``works`` (I,)."""
        item = self.found.item
        work = None if works is None else works[item]
        return self.at(select_best(self.student, item, self.totals(weights), count, work))

    def shortlist(self, weights: Floats, settings: ChainRankSettings, works: Ints | None = None) -> Pool:
        """The candidates that a list is made of: the best of each student, and the best without their popularity."""
        once = self.best(weights, len(self.student), works)
        order = select_best(once.student, once.found.item, once.totals(weights), settings.pool)
        plain = once.totals(ignore_popularity(weights))
        # Some of them may stand higher in the list already.
        rarer = select_best(once.student, once.found.item, plain, settings.discovery + settings.per_path)
        either = np.union1d(order, rarer) if settings.discovery else order
        return once.at(either)


@dataclass(frozen=True)
class Chains:
    """Suggestions of one path, each array (N,), and the skills they close as entries (M,).

    Attributes:
        pair, item, rank: index of the (student, target) pair, of the item, and place from 1.
        score: the sum of the contributions.
        values: (N, T) explanation vector in the order of `TERMS`; parts: (N, T) what each contributes to the score.
        similarity, gain: cosine of item and target, and weighted gap closed.
        candidate, entry, closed: for each closed skill the chain's index, its gap entry, and the levels closed.
        reasons: what each owes to things done before; their contributions add up to that of the affinity.
        first: chance of standing first in its list. next: of being the next step, 0 but for first places.
        leads: whether it is the next step. `exposure.draw_first_places` sets these three.
    """

    pair: Ints
    item: Ints
    rank: Ints
    score: Floats
    values: Floats
    parts: Floats
    similarity: Floats
    gain: Floats
    candidate: Ints
    entry: Ints
    closed: Floats
    reasons: Reasons
    first: Floats
    next: Floats
    leads: NDArray[np.bool_]

    def term(self, name: str) -> Floats:
        """(N,) one term of the explanation vector."""
        return np.asarray(self.values[:, TERMS.index(name)])

    @property
    def match(self) -> Floats:
        """(N,) match with the target or the posting."""
        return self.term("match")

    @property
    def bridging(self) -> Floats:
        """(N,) bridging score (16)."""
        return self.term("bridging")


def ignore_popularity(weights: Floats) -> Floats:
    """(T,) the weights without that of popularity."""
    without: Floats = weights * (np.arange(len(weights)) != POPULARITY)
    return without


def build_lists(
    pool: Pool,
    gaps: Gaps,
    effects: csr_array,
    vectors: Floats,
    done: csr_array,
    weights: Floats,
    settings: ChainRankSettings,
    noise: Floats | None = None,
) -> Chains:
    """Build the list of each student greedily by R' (20) down to the floor, with the gaps it closes.

    Args:
        effects: (I, K); vectors: (I, d) unit vectors; done: (S, I); weights: (T,) signed.
        noise: (S,) in [0, 1) that draws the last places, see `ChainRankSettings.discovery`.
    """
    mine = vectors[pool.found.item]
    known = compute_familiarity(pool.student, mine, done, vectors)
    gamma = -float(weights[REDUNDANCY])
    discovery = None
    if noise is not None and settings.discovery:
        discovery = Discovery(pool.totals(ignore_popularity(weights)), noise[pool.student], settings.discovery)
    chosen, redundancy = select_diverse(
        pool.student, pool.totals(weights), mine, known, gamma, settings.per_path, discovery
    )
    values = pool.values[chosen]
    values[:, REDUNDANCY] = np.round(redundancy, DIGITS)
    parts = contributions(values, weights)
    worth = parts.sum(axis=1) >= settings.min_score
    best, values, parts = pool.at(chosen[worth]), values[worth], parts[worth]
    pair, item = best.found.pair, best.found.item
    closes = compute_gain_per_skill(gaps, effects, pair, item)
    rank, total = ranks(best.student), parts.sum(axis=1)
    none = np.zeros(len(rank))
    unseen = none, none, none.astype(bool)
    found = pair, item, rank, total, values, parts, best.similarity, best.found.gain
    return Chains(*found, *closes, Reasons(), *unseen)
