"""Demand heat and urgency of candidates: of targets, of skills closed, and of postings by region and deadline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints
from skillpath.chains.model.item_limits import NOWHERE
from skillpath.chains.model.market import PATHS, Market

JOB = PATHS[0]


@dataclass(frozen=True)
class HeatSettings:
    """How demand and time move an item.

    Attributes:
        skills: share of the heat of a resource or project that is the heat of the skills it closes; the rest is that
            of the target.
        region: share of the heat of a posting that is the heat of its job cluster in its region.
        smoothing: postings of a region added to both sides of its location quotient, as few postings tell little.
        closing_days: days before its deadline from which on a post counts as urgent.
        deadline: share of the urgency of a posting that comes from its deadline; the rest comes from how few aim there.
    """

    skills: float = 0.5
    region: float = 0.3
    smoothing: float = 5.0
    closing_days: int = 30
    deadline: float = 0.5


@dataclass(frozen=True)
class MarketHeat:
    """What demand and time say of clusters (C + 1), skills (K) and postings (J), each in [0, 1].

    The last cluster is that of candidates without a target: nothing is hot or warned of there.

    Attributes:
        clusters: heat of the forecasts. skills: mean heat of the clusters that require a skill.
        postings: heat of a posting, of its cluster and region.
        warned: 1 where an early warning fired.
        urgent: of each posting, see `posting_urgency`.
    """

    settings: HeatSettings
    clusters: Floats
    skills: Floats
    postings: Floats
    warned: Floats
    urgent: Floats

    @staticmethod
    def of(market: Market, settings: HeatSettings, rivals: Floats | None = None) -> MarketHeat:
        """The heat of a market, where ``rivals`` (C,) students aim at each cluster."""
        heats, limits = market.heats, market.limits(JOB)
        regional = regional_heat(heats, market.job_cluster, limits.region, limits.open, settings)
        mixed = (1.0 - settings.region) * _at(heats, market.job_cluster) + settings.region * regional
        return MarketHeat(
            settings=settings,
            clusters=np.r_[heats, 0.0],
            skills=skill_heat(market.requirements, heats),
            postings=mixed,
            warned=np.r_[market.warnings.astype(np.float64), 0.0],
            urgent=posting_urgency(market, rivals, settings),
        )

    def heat(self, path: str, cluster: Ints, item: Ints, closed: Floats) -> Floats:
        """(N,) heat of candidates; ``closed`` (N,) is the mean heat of the skills that each closes."""
        if path == JOB:
            return self.postings[item]
        share = np.where(cluster >= 0, self.settings.skills, 0.0)
        return np.asarray((1.0 - share) * self.clusters[cluster] + share * closed)

    def urgency(self, path: str, cluster: Ints, item: Ints, bridging: Floats) -> Floats:
        """(N,) urgency: of a posting its own; toward a target with a fired early warning how far the item bridges."""
        if path == JOB:
            return self.urgent[item]
        return np.asarray(self.warned[cluster] * np.clip(bridging, 0.0, 1.0))


def skill_heat(requirements: csr_array, heats: Floats) -> Floats:
    """(K,) mean heat of the clusters that require each skill, weighted by the required level; 0 where none does."""
    asked = np.asarray(requirements.sum(axis=0)).ravel()
    hot = np.asarray(csr_array(requirements.T) @ heats).ravel()
    mean: Floats = np.divide(hot, asked, out=np.zeros_like(hot), where=asked > 0)
    return mean


def regional_heat(
    heats: Floats, cluster: Ints, region: Ints, is_open: NDArray[np.bool_], settings: HeatSettings
) -> Floats:
    """(J,) heat of each posting's cluster in its region: ``min(1, heat · 2q / (1 + q))`` with location quotient q.

    ``q = (n_cr + k) / (n_r · n_c / n + k)`` over the open postings n, those of the cluster n_c, of the region n_r and
    of both n_cr, with k postings of smoothing: as many as elsewhere give q = 1 and the heat of the cluster. A posting
    without a region has the heat of its cluster.
    """
    base = _at(heats, cluster)
    located = (cluster >= 0) & (region != NOWHERE)
    counted = np.flatnonzero(located & is_open)
    if not len(counted):
        return base
    shape = (len(heats), int(region.max()) + 1)
    both = np.zeros(shape)
    np.add.at(both, (cluster[counted], region[counted]), 1.0)
    expected = both.sum(axis=1, keepdims=True) * both.sum(axis=0, keepdims=True) / len(counted)
    quotient = (both + settings.smoothing) / (expected + settings.smoothing)
    lift = (2.0 * quotient / (1.0 + quotient))[np.where(located, cluster, 0), np.where(located, region, 0)]
    return np.where(located, np.minimum(1.0, base * lift), base)


def posting_urgency(market: Market, rivals: Floats | None, settings: HeatSettings) -> Floats:
    """(J,) how urgent it is to apply: how near the deadline is, and how few aim at the posting's cluster.

    ``d · max(0, 1 − days / D) + (1 − d) · n / (n + m)`` with n open postings of the cluster and m students who aim at
    it. A posting without a deadline has only the second part; where nobody was counted only the first part counts.
    """
    days = market.days_left
    near = np.where(np.isnan(days), 0.0, np.clip(1.0 - days / settings.closing_days, 0.0, 1.0))
    share = np.zeros(len(near))
    if rivals is not None:
        counted = (market.job_cluster >= 0) & market.limits(JOB).open
        listed = np.bincount(market.job_cluster[counted], minlength=len(rivals)).astype(np.float64)
        chance = np.divide(listed, listed + rivals, out=np.zeros_like(listed), where=listed > 0)
        share = _at(chance, market.job_cluster)
    return np.asarray(settings.deadline * near + (1.0 - settings.deadline) * share)


def _at(values: Floats, cluster: Ints) -> Floats:
    """(J,) the value of each posting's cluster, 0 without one."""
    return np.asarray(np.r_[values, 0.0][cluster])
