"""Candidates of plans: the resources that are considered for each pair, and how plans are searched among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Ints, expand, lookup

NONE = -1
"""Item of a place that is empty."""


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
class PlanCandidates:
    """Candidates of the plans of P pairs.

    Attributes:
        pair: (P,) index into the gaps.
        row: (N,) of each candidate, the place in ``pair``; sorted.
        item: (N,) of each candidate, the best of a row first.
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


def select_pool(candidates: PlanCandidates, needs: csr_array | None, settings: PlanSettings) -> tuple[Ints, Ints]:
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
