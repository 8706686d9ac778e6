"""Capability gap of each cluster and month: levels that postings require and its students do not have."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints, group_matrix
from skillpath.embeddings.history import History
from skillpath.embeddings.supply import Supply, SupplySettings, compute_supplies, project_supplies


@dataclass(frozen=True)
class GapSettings:
    """Settings of the gap measurement.

    Attributes:
        past: months of postings that the coming ones are drawn towards.
        weight: weight of that past, in postings.
        supply: how students become the supply of a cluster.
    """

    past: int = 12
    weight: float = 5.0
    supply: SupplySettings = field(default_factory=SupplySettings)


def compute_gap_targets(history: History, horizon: int, settings: GapSettings | None = None) -> Floats:
    """(C, T) q of months m+1..m+h; NaN where these lie beyond the window, nothing is asked or nobody is there.

    ``q = Σ_s ReLU(asked_s − supplied_s) / Σ_s asked_s``, asked in the coming months, supplied at their end.
    """
    chosen = settings or GapSettings()
    needs, postings = sum_monthly_needs(history)
    gap = np.full(postings.shape, np.nan)
    for month, supply in enumerate(compute_supplies(history, chosen.supply)):
        origin = month - horizon
        if origin >= 0 and supply.present:
            asked = required_levels(history, needs, postings, range(origin + 1, month + 1), chosen)
            gap[:, origin] = gap_share(asked, supply)
    return gap


def project_gap(history: History, horizon: int, settings: GapSettings | None = None) -> Floats:
    """(C, T) q if postings go on asking what they asked lately and only who comes and goes changes, from nothing later.

    NaN before there were h months, where nothing was asked, or where nobody will be there.
    """
    chosen = settings or GapSettings()
    needs, postings = sum_monthly_needs(history)
    gap = np.full(postings.shape, np.nan)
    for month, supply in enumerate(project_supplies(history, horizon, chosen.supply)):
        if month >= horizon - 1 and supply.present:
            asked = required_levels(history, needs, postings, range(month - horizon + 1, month + 1), chosen)
            gap[:, month] = gap_share(asked, supply)
    return gap


def gap_share(asked: csr_array, supply: Supply) -> Floats:
    """(C,) share of what is asked that is not there, in [0, 1]; NaN where nothing is asked."""
    missing = csr_array(asked - supply.where(asked)).maximum(0)
    total = np.asarray(asked.sum(axis=1)).ravel()
    share: Floats = np.asarray(missing.sum(axis=1)).ravel() / np.where(total > 0, total, np.nan)
    return share


def required_levels(
    history: History, needs: list[csr_array], postings: Ints, window: range, settings: GapSettings
) -> csr_array:
    """(C, K) mean level asked in a window of months, drawn towards the past before it where postings are few.

    A cluster without posts in that past is drawn towards what the ontology requires.

    Args:
        needs, postings: as `sum_monthly_needs` returns them.
    """
    before = range(max(0, window.start - settings.past), window.start)
    earlier = postings[:, before].sum(axis=1)
    past = _scaled(_total(needs, before, history.requirements.shape), 1.0 / np.maximum(earlier, 1))
    past = past + _scaled(history.requirements, (earlier == 0).astype(np.float64))
    now = postings[:, window].sum(axis=1)
    total = _total(needs, window, history.requirements.shape) + settings.weight * past
    return _scaled(csr_array(total), 1.0 / (now + settings.weight))


def sum_monthly_needs(history: History) -> tuple[list[csr_array], Ints]:
    """Sum of the levels asked by the postings of each month, T matrices (C, K), and their number (C, T)."""
    postings, clusters = history.postings, history.size("cluster")
    month = history.month_of(postings.day)
    result = []
    for number in range(history.months):
        rows = np.flatnonzero((month == number) & (postings.cluster >= 0))
        result.append(csr_array(group_matrix(postings.cluster[rows], clusters) @ postings.needs[rows]))
    return result, history.counts()


def _total(needs: list[csr_array], months: range, shape: tuple[int, int]) -> csr_array:
    return sum((needs[month] for month in months), csr_array(shape))


def _scaled(matrix: csr_array, factors: Floats) -> csr_array:
    data = matrix.data * np.repeat(factors, np.diff(matrix.indptr))
    return csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
