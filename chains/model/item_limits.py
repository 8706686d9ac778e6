"""Limits of recommendations: deadlines, regions, completed items, prerequisites and seats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, Mask, row_of_entry, top_per_group

NOWHERE = -1
"""Region of what is everywhere, and of whom we do not know where they are."""
UNLIMITED = -1


@dataclass(frozen=True)
class FilterSettings:
    """Which limits hold.

    Attributes:
        same_region: whether an item with a region is only for students of that region (or of none).
        suggestions_per_seat: suggestions made for each free seat; not everybody takes what is suggested.
        prerequisite_share: share of a resource that must be done for it to count as a prerequisite met.
        posting_days: days that a post without a deadline stays open.
    """

    same_region: bool = False
    suggestions_per_seat: float = 10.0
    prerequisite_share: float = 0.5
    posting_days: int = 90


@dataclass(frozen=True)
class ItemLimits:
    """Limits of the items of one path: deadlines, regions and seats.

    Attributes:
        open: (I,) false once the deadline passed.
        region: (I,) index or `NOWHERE`.
        seats: (I,) or `UNLIMITED`.
    """

    open: Mask
    region: Ints
    seats: Ints

    @staticmethod
    def unlimited(items: int) -> ItemLimits:
        """Everything open, everywhere, for everybody."""
        return ItemLimits(np.ones(items, dtype=bool), np.full(items, NOWHERE), np.full(items, UNLIMITED))


def is_still_open(closes: Ints, opened: Ints, today: int, days: int, unknown: int) -> Mask:
    """(I,) whether a thing with a deadline is open on a day; one without a deadline closes ``days`` after it opened.

    Args:
        closes, opened: (I,) days, ``unknown`` where there is none; what has neither is open.
    """
    until = np.where(closes != unknown, closes, np.where(opened != unknown, opened + days, today))
    return np.asarray(until >= today)


def is_in_reach(item_region: Ints, student_region: Ints, settings: FilterSettings) -> Mask:
    """(N,) whether each item may be suggested to each student as far as regions go."""
    if not settings.same_region:
        return np.ones(len(item_region), dtype=bool)
    anywhere = (item_region == NOWHERE) | (student_region == NOWHERE)
    return np.asarray(anywhere | (item_region == student_region))


def is_not_done(student: Ints, item: Ints, done: csr_array) -> Mask:
    """(N,) whether the student has not begun the item; ``done`` (S, I), where a stored zero counts as begun."""
    begun = row_of_entry(done) * done.shape[1] + done.indices
    return ~np.isin(student * done.shape[1] + item, begun)


def may_begin(student: Ints, item: Ints, progress: csr_array, prerequisites: csr_array, share: float) -> Mask:
    """(N,) whether the student did all that the resource asks for before; a prerequisite counts once ``share`` is done.

    Args:
        progress: (S, R); prerequisites: (R, R) row needs column, without cycles (see `plans.drop_cycles`).
    """
    needed = np.diff(prerequisites.indptr)
    if not prerequisites.nnz or not len(student):
        return np.ones(len(student), dtype=bool)
    done = progress.copy()
    done.data = (progress.data >= share).astype(np.float64)
    owners, row = np.unique(student, return_inverse=True)
    asked = prerequisites.copy()
    asked.data = np.ones(asked.nnz)
    met = csr_array(done[owners] @ asked.T).toarray()
    return np.asarray(met[row, item] >= needed[item])


def compute_seat_cutoffs(item: Ints, priority: Floats, seats: Ints, settings: FilterSettings | None = None) -> Floats:
    """(I,) least priority with which each item is still suggested, so that no item is suggested too often.

    An item with n seats goes to ``n · suggestions_per_seat`` students with the highest priority of those whose best
    candidates it is: give the gain, so that those it helps most come first, whatever the order of the students, and
    ties are broken by the tie breaker (see `break_ties`). Items without a limit, or not wanted that often, have cutoff
    −∞; of an item without seats it is ∞.

    A worked example: one item with two seats, one suggestion a seat, and three students whose gains are 0.1, 0.9 and
    0.5. The two highest are admitted, so the last one admitted gives the cutoff.

    >>> once = FilterSettings(suggestions_per_seat=1)
    >>> compute_seat_cutoffs(np.array([0, 0, 0]), np.array([0.1, 0.9, 0.5]), np.array([2]), once).tolist()
    [0.5]

    Args:
        item: (N,) each item of each student's best candidates.
        priority: (N,) of the student for the item.
        seats: (I,) free seats, or `UNLIMITED`.
    """
    chosen = settings or FilterSettings()
    limit = np.where(seats == UNLIMITED, len(item), np.floor(seats * chosen.suggestions_per_seat)).astype(np.int64)
    cutoffs = np.full(len(seats), -np.inf)
    cutoffs[limit <= 0] = np.inf if len(item) else -np.inf

    wanted = np.bincount(item, minlength=len(seats))
    scarce = np.flatnonzero((wanted > limit) & (limit > 0))
    cutoffs[scarce] = _find_last_admitted(item, priority, scarce, limit[scarce])
    return cutoffs


def _find_last_admitted(item: Ints, priority: Floats, scarce: Ints, limit: Ints) -> Floats:
    """(C,) priority of the last student admitted to each scarce item (C,), of which ``limit`` (C,) are admitted."""
    is_scarce = np.isin(item, scarce)
    scarce_item, scarce_priority = item[is_scarce], priority[is_scarce]

    most = int(limit.max(initial=0))
    admitted = top_per_group(scarce_item, scarce_priority, np.arange(len(scarce_item)), most)
    # By item, and in each from the highest priority on.
    admitted_item, admitted_priority = scarce_item[admitted], scarce_priority[admitted]

    last = np.searchsorted(admitted_item, scarce) + limit - 1
    return np.asarray(admitted_priority[last])


def break_ties(gain: Floats, tie_breaker: Floats) -> Floats:
    """Priority by gain, with ties broken by a number in [0, 1) of each student."""
    return np.round(gain, 6) + 1e-7 * tie_breaker
