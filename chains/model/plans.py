"""Learning plans: short ordered lists of resources found by beam search, prerequisites first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from skillpath.chains.model.gap import Gaps
from skillpath.chains.model.sparse import Floats, Ints, expand, lookup, padded, row_of_entry

NONE = -1
BLOCK = 250
"""Pairs searched side by side; memory grows with it."""


@dataclass(frozen=True)
class PlanSettings:
    """How plans are searched.

    Attributes:
        length: resources in a plan at most.
        pool: resources considered for each pair, best first.
        beam: unfinished plans kept at each length.
        min_extra_gain: weighted levels that a further resource must close beyond those before it.
    """

    length: int = 3
    pool: int = 16
    beam: int = 6
    min_extra_gain: float = 0.05


@dataclass(frozen=True)
class Plans:
    """Plans of the pairs (P,).

    Attributes:
        items: (P, length) resources in order, `NONE` where a plan is shorter.
        gain: (P,) weighted levels closed by all of them together.
    """

    items: Ints
    gain: Floats


@dataclass(frozen=True)
class PlanCandidates:
    """Candidates of the plans of P pairs.

    Attributes:
        pair: (P,) index into the gaps.
        row, item: (N,) candidates by row of ``pair``, the best first.
        done: (P, R) with an entry for each resource that the student of the row has done.
        open: (R,) which resources may be taken at all; all of them without.
    """

    pair: Ints
    row: Ints
    item: Ints
    done: csr_array
    open: NDArray[np.bool_] | None = None

    def part(self, rows: Ints) -> PlanCandidates:
        """Some consecutive rows."""
        if not len(rows):
            return self
        inside = slice(*np.searchsorted(self.row, [rows[0], rows[-1] + 1]))
        return PlanCandidates(
            self.pair[rows], self.row[inside] - rows[0], self.item[inside], self.done[rows], self.open
        )

    def is_done(self, row: Ints, item: Ints) -> NDArray[np.bool_]:
        """(N,) whether the student of each row has done the item."""
        return lookup(self.done, row, item) > 0

    def is_available(self, row: Ints, item: Ints) -> NDArray[np.bool_]:
        """(N,) whether the student of each row could take the item."""
        free = ~self.is_done(row, item)
        return free if self.open is None else np.asarray(free & self.open[item])


def drop_cycles(prerequisites: csr_array) -> tuple[csr_array, Ints]:
    """Prerequisites (R, R) without those inside a cycle, and the resources (sorted) that were in one.

    In a cycle nothing could ever be begun, so what its members ask of each other is dropped, and told.
    """
    _, part = connected_components(prerequisites, directed=True, connection="strong")
    row, column = row_of_entry(prerequisites), prerequisites.indices
    inside = part[row] == part[column]
    kept = ~inside & (prerequisites.data != 0)
    clean = csr_array((np.ones(int(kept.sum())), (row[kept], column[kept])), shape=prerequisites.shape)
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
    row, item = _pool(candidates, needs, settings)
    pool = padded(row, len(candidates.pair), int(np.bincount(row, minlength=1).max(initial=0)))
    items = np.where(pool >= 0, item[pool], NONE) if len(item) else pool
    if not items.size:
        return np.full((len(candidates.pair), settings.length), NONE, dtype=np.int64)
    search = _BeamSearch(gaps, effects, candidates, items, needs)
    return search.best(settings)


def _pool(candidates: PlanCandidates, needs: csr_array | None, settings: PlanSettings) -> tuple[Ints, Ints]:
    """(row, item) of the best candidates of each pair and what they need, what is best first."""
    place = np.arange(len(candidates.row)) - np.searchsorted(candidates.row, candidates.row)
    row, item = candidates.row[place < settings.pool], candidates.item[place < settings.pool]
    parts = [(row, item)]
    for _ in range(settings.length - 1):
        if needs is None or not needs.nnz:
            break
        which, where = expand(needs.indptr, parts[-1][1])
        parts.append((parts[-1][0][which], needs.indices[where].astype(np.int64)))
    row, item = (np.concatenate([part[i] for part in parts]) for i in range(2))
    key = row * (int(item.max(initial=0)) + 1) + item
    first = np.unique(key, return_index=True)[1]
    first = first[candidates.is_available(row[first], item[first])]
    order = first[np.lexsort((first, row[first]))]
    return row[order], item[order]


class _BeamSearch:
    """Beam search over all pairs side by side: P pairs, M items in the pool, G skills lacking."""

    def __init__(
        self, gaps: Gaps, effects: csr_array, candidates: PlanCandidates, items: Ints, needs: csr_array | None
    ) -> None:
        which, entry = expand(gaps.indptr, candidates.pair)
        place = np.arange(len(which)) - np.searchsorted(which, which)
        shape = (len(items), int(place.max(initial=-1)) + 1)
        self.items = items
        self.missing, self.gap, self.weight = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.missing[which, place] = 1.0 - gaps.have[entry]
        self.gap[which, place], self.weight[which, place] = gaps.gap[entry], gaps.weight[entry]
        skill = np.zeros(shape, dtype=np.int64)
        skill[which, place] = gaps.skill[entry]
        width = (len(items), items.shape[1], shape[1])
        rows = np.broadcast_to(np.maximum(items, 0)[..., None], width).ravel()
        columns = np.broadcast_to(skill[:, None, :], width).ravel()
        self.left = 1.0 - lookup(effects, rows, columns).reshape(width)
        self.needs, self.blocked = _needs(items, candidates, needs)

    def gain(self, left: Floats) -> Floats:
        """(P, …) weighted gap closed when ``left`` (P, …, G) of what is missing stays missing."""
        axes = (len(self.gap), *(1,) * (left.ndim - 2), -1)
        closed = np.minimum(self.gap.reshape(axes), self.missing.reshape(axes) * (1.0 - left))
        return np.asarray((self.weight.reshape(axes) * closed).sum(axis=-1))

    def best(self, settings: PlanSettings) -> Ints:
        """(P, length) items of the best plan."""
        pairs, size = self.items.shape
        lookahead = self._lookahead_gain(settings)
        picks = np.full((pairs, 1, settings.length), NONE, dtype=np.int64)
        left, value = np.ones((pairs, 1, self.gap.shape[1])), np.zeros((pairs, 1))
        best, best_value = picks[:, 0].copy(), np.zeros(pairs)
        row = np.arange(pairs)[:, None]
        for step in range(settings.length):
            after = left[:, :, None, :] * self.left[:, None]
            worth = self.gain(after) - settings.min_extra_gain * (step + 1)
            worth = np.where(self._allowed(picks, step) & np.isfinite(value)[..., None], worth, -np.inf)
            # What opens the way to a better one is worth keeping, even if it closes nothing itself.
            priority = (worth + lookahead[:, None] * (step + 1 < settings.length)).reshape(pairs, -1)
            top = np.argsort(-priority, axis=1, kind="stable")[:, : settings.beam]
            state, item = np.divmod(top, size)
            picks, left = picks[row, state], after[row, state, item]
            picks[:, :, step] = item
            value = worth[row, state, item]
            best_state = value.argmax(axis=1)
            better = value[row[:, 0], best_state] > best_value + 1e-12
            best[better], best_value[better] = (
                picks[row[:, 0], best_state][better],
                value[row[:, 0], best_state][better],
            )
        return np.where(best == NONE, NONE, np.take_along_axis(self.items, np.maximum(best, 0), axis=1))

    def _allowed(self, picks: Ints, step: int) -> NDArray[np.bool_]:
        """(P, B, M) whether each item may come next: not yet there, its needs met, and each set in one order only."""
        pairs, size = self.items.shape
        chosen = (picks[:, :, :step, None] == np.arange(size)).any(axis=2)
        met = (chosen[:, :, None, :] | ~self.needs[:, None]).all(axis=3)
        waited = (chosen[:, :, None, :] & self.needs[:, None]).any(axis=3)
        last = picks[:, :, step - 1 : step] if step else np.full((pairs, 1, 1), NONE)
        in_order = (np.arange(size) > last) | waited
        return np.asarray(met & in_order & ~chosen & (self.items != NONE)[:, None] & ~self.blocked[:, None])

    def _lookahead_gain(self, settings: PlanSettings) -> Floats:
        """(P, M) gain of the best single item that each one opens the way to, directly or over further ones."""
        lookahead, single = np.zeros(self.items.shape), self.gain(self.left)
        for _ in range(settings.length - 1):
            opens = np.where(self.needs, np.maximum(single, lookahead)[:, :, None], 0.0)
            lookahead = opens.max(axis=1)
        return lookahead


def _needs(
    items: Ints, candidates: PlanCandidates, needs: csr_array | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(P, M, M) which item of a pool still needs which other one, and (P, M) which needs one that is not there."""
    pairs, size = items.shape
    table, blocked = np.zeros((pairs, size, size), dtype=bool), np.zeros((pairs, size), dtype=bool)
    if needs is None or not needs.nnz:
        return table, blocked
    row, place = np.nonzero(items != NONE)
    which, where = expand(needs.indptr, items[row, place])
    row, place, wanted = row[which], place[which], needs.indices[where].astype(np.int64)
    open_ = ~candidates.is_done(row, wanted)
    row, place, wanted = row[open_], place[open_], wanted[open_]
    hit = items[row] == wanted[:, None]
    there = hit.any(axis=1)
    table[row[there], place[there], hit[there].argmax(axis=1)] = True
    blocked[row[~there], place[~there]] = True
    return table, blocked
