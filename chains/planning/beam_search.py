"""Beam search for plans, over many pairs side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, expand, lookup
from skillpath.chains.model.gap import Gaps
from skillpath.chains.planning.plan_candidates import NONE, PlanCandidates, PlanSettings


@dataclass(frozen=True)
class _Beam:
    """B unfinished plans of each of P pairs.

    Attributes:
        picks: (P, B, length) places in the pool in order, `NONE` where nothing was picked yet.
        left: (P, B, G) share of what is missing that stays missing.
        value: (P, B) worth, −∞ for what is no plan.
    """

    picks: Ints
    left: Floats
    value: Floats

    @staticmethod
    def empty(pairs: int, length: int, skills: int) -> _Beam:
        """One empty plan a pair."""
        picks = np.full((pairs, 1, length), NONE, dtype=np.int64)
        return _Beam(picks, np.ones((pairs, 1, skills)), np.zeros((pairs, 1)))

    def extended(self, step: int, left: Floats, worth: Floats, priority: Floats, width: int) -> _Beam:
        """The ``width`` plans of each pair with the highest priority (P, B, M), each one item longer."""
        pairs, _, size = priority.shape
        row = np.arange(pairs)[:, None]
        top = np.argsort(-priority.reshape(pairs, -1), axis=1, kind="stable")[:, :width]
        state, item = np.divmod(top, size)
        picks = self.picks[row, state]
        picks[:, :, step] = item
        return _Beam(picks, left[row, state, item], worth[row, state, item])


def _remember_best(beam: _Beam, best_picks: Ints, best_value: Floats) -> None:
    """Put each pair's best plan in place of the best so far (P, length) and its worth (P,), where it is better."""
    row = np.arange(len(best_value))
    state = beam.value.argmax(axis=1)
    picks, value = beam.picks[row, state], beam.value[row, state]
    is_better = value > best_value + 1e-12
    best_picks[is_better], best_value[is_better] = picks[is_better], value[is_better]


class BeamSearch:
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
        """(P, length) items of the best plan.

        A worked example with a pool of two items, where item 1 needs item 0 and closes 0.6, item 0 nothing, and each
        costs 0.05. Step 1 allows item 0 alone: worth −0.05, kept as it opens the way to 0.6. Step 2 adds item 1:
        worth 0.6 − 0.1 = 0.5, better than nothing, so the plan is [0, 1].
        """
        pairs = len(self.items)
        lookahead = self._lookahead_gain(settings)
        beam = _Beam.empty(pairs, settings.length, self.gap.shape[1])
        best_picks, best_value = beam.picks[:, 0].copy(), np.zeros(pairs)
        for step in range(settings.length):
            left, worth = self._expand(beam, step, settings)
            # What opens the way to a better one is worth keeping, even if it closes nothing itself.
            priority = worth + lookahead[:, None] * (step + 1 < settings.length)
            beam = beam.extended(step, left, worth, priority, settings.beam)
            _remember_best(beam, best_picks, best_value)
        found = np.take_along_axis(self.items, np.maximum(best_picks, 0), axis=1)
        return np.where(best_picks == NONE, NONE, found)

    def _expand(self, beam: _Beam, step: int, settings: PlanSettings) -> tuple[Floats, Floats]:
        """Each unfinished plan with each item behind it: (P, B, M, G) what stays missing, and (P, B, M) its worth.

        Worth is the gain less what each item costs, −∞ for what is not allowed.
        """
        left = beam.left[:, :, None, :] * self.left[:, None]
        worth = self.gain(left) - settings.min_extra_gain * (step + 1)
        is_allowed = self._allowed(beam.picks, step) & np.isfinite(beam.value)[..., None]
        return left, np.where(is_allowed, worth, -np.inf)

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
