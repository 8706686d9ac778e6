"""Schedule of postings: cluster and date of each, and which of them repeat an earlier one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.synthetic.market.demand_process import DemandProcess
from skillpath.synthetic.town_settings import TownSettings


@dataclass(frozen=True)
class RepostHabits:
    """How employers publish a posting again under a new code."""

    soonest: int = 5
    latest: int = 60
    """Days after the original."""
    exact: float = 0.3
    """Share of reposts with not a word changed; the rest is edited in one of three ways, each as likely."""


@dataclass(frozen=True)
class PostingPlan:
    """All postings of the window in order of their date; every array has one entry per posting.

    Attributes:
        cluster: row of the cluster.
        original: row of the post that this one publishes again, or -1.
    """

    cluster: NDArray[np.int64]
    date: NDArray[np.datetime64]
    original: NDArray[np.int64]

    def rows(self, first: np.datetime64, months: range) -> range:
        """Return the rows of the postings in these months after the month `first`."""
        begin, end = ((first + month).astype("datetime64[D]") for month in (months.start, months.stop))
        return range(*(int(row) for row in np.searchsorted(self.date, [begin, end])))


def plan_postings(settings: TownSettings, demand: DemandProcess, habits: RepostHabits | None = None) -> PostingPlan:
    """Return the postings of a market and their reposts, `settings.postings` together."""
    habits = habits or RepostHabits()
    rng = settings.rng("plan of posts")
    cluster, date = _originals(rng, settings, demand)
    # Posts of the last days are published again only where there are no others.
    early = np.where(date + habits.soonest < settings.end, 1.0, 1e-9)
    again = rng.choice(len(date), settings.reposts, replace=False, p=early / early.sum())
    wait = rng.integers(habits.soonest, habits.latest + 1, len(again))
    left = (settings.end - 1 - date[again]).astype(np.int64)
    # One that would come after the window comes as soon as it may.
    late = date[again] + np.where(wait <= left, wait, np.minimum(left, habits.soonest))
    source = np.concatenate([np.full(len(date), -1), again])
    when = np.concatenate([date, late])
    order = np.lexsort((rng.random(len(when)), source >= 0, when))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    source = np.where(source >= 0, place[source], -1)
    return PostingPlan(np.concatenate([cluster, cluster[again]])[order], when[order], source[order])


def _originals(
    rng: np.random.Generator, settings: TownSettings, demand: DemandProcess
) -> tuple[NDArray[np.int64], NDArray[np.datetime64]]:
    clusters, months = demand.postings.shape
    count = demand.postings.ravel()
    cluster = np.repeat(np.repeat(np.arange(clusters), months), count)
    month = settings.first_month + np.repeat(np.tile(np.arange(months), clusters), count)
    first = month.astype("datetime64[D]")
    length = ((month + 1).astype("datetime64[D]") - first).astype(np.int64)
    return cluster, first + (rng.random(len(cluster)) * length).astype(np.int64)
