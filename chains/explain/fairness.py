"""Fairness report by group: exposure, coverage, gaps and popularity; groups are reported and never a feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.chains.model.arrays import Floats, Ints, sums
from skillpath.chains.model.coverage import REASONS
from skillpath.chains.model.diversity import catalogue_coverage, gini

UNKNOWN = -1
"""Group of those of whom it is not known."""
FEW = 5
"""Groups of fewer people are not told apart."""
SPREAD = ("covered", "chains", "gain", "gap", "score")


@dataclass(frozen=True)
class GroupReport:
    """Exposure and gap by group, each array (G + 1,): the groups in their order, and last those of no known group.

    Attributes:
        students: in the group. covered: share with a chain. chains: mean number of chains. gain: mean weighted gap
            that the first chain closes, over those with a chain. gap: mean share of the first target that is missing,
            over those with a target. score: mean score of all chains. NaN where there is nobody.
        spread: largest difference between known groups with enough students, of each of `SPREAD`; NaN without two.
    """

    students: Ints
    covered: Floats
    chains: Floats
    gain: Floats
    gap: Floats
    score: Floats
    spread: dict[str, float]


def merge_small_groups(group: Ints, groups: int, least: int = FEW) -> tuple[Ints, Ints]:
    """Small groups as one, so that no figure is about a few people.

    Returns:
        ``(group, kept)``: the group of each student anew, (S,), and the former index of each group that stays; where
        any was folded there is one group more, the last.

    >>> group, kept = merge_small_groups(np.array([0, 0, 1, 2, UNKNOWN]), 3, least=2)
    >>> group.tolist(), kept.tolist()
    ([0, 0, 1, 1, -1], [0])
    """
    known = (group >= 0) & (group < groups)
    size = np.bincount(group[known], minlength=groups)
    kept = np.flatnonzero(size >= least)
    place = np.full(groups, len(kept), dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return np.where(known, place[np.where(known, group, 0)] if groups else UNKNOWN, UNKNOWN), kept


def report_by_group(
    group: Ints, groups: int, owner: Ints, rank: Ints, gain: Floats, score: Floats, gap: Floats, least: int = 20
) -> GroupReport:
    """Report exposure and gaps by group of students.

    Args:
        group: (S,) index below ``groups`` or `UNKNOWN`.
        owner, rank, gain, score: (N,) student, place, weighted gap closed and score of each chain.
        gap: (S,) share of the first target that is missing, NaN without a target.
        least: students that a group must have to count in the spread.
    """
    place = np.where((group >= 0) & (group < groups), group, groups)
    size = groups + 1
    students = np.bincount(place, minlength=size)
    shown = np.bincount(owner, minlength=len(group))
    of_chain, first, aims = place[owner], rank == 1, ~np.isnan(gap)
    means = {
        "covered": _mean(sums(place, (shown > 0).astype(np.float64), size), students),
        "chains": _mean(sums(place, shown.astype(np.float64), size), students),
        "gain": _mean(sums(of_chain[first], gain[first], size), np.bincount(of_chain[first], minlength=size)),
        "gap": _mean(sums(place[aims], gap[aims], size), np.bincount(place[aims], minlength=size)),
        "score": _mean(sums(of_chain, score, size), np.bincount(of_chain, minlength=size)),
    }
    large = np.flatnonzero(students[:groups] >= least)
    spread = {name: _spread(values[large]) for name, values in means.items()}
    return GroupReport(students.astype(np.int64), **means, spread=spread)


@dataclass(frozen=True)
class PopularityReport:
    """How exposure is spread over the items of a path.

    Attributes:
        coverage: share of the catalogue that is shown to anybody. unevenness: Gini of exposures, over all items.
        top_share: share of all exposures that the most shown tenth of the items has.
    """

    coverage: float
    unevenness: float
    top_share: float


def report_popularity(item: Ints, items: int) -> PopularityReport:
    """Popularity bias of the exposures ``item`` (N,) of a catalogue; zeros from none."""
    counts = np.bincount(item, minlength=items)
    tenth = np.sort(counts)[::-1][: -(-items // 10)]
    share = float(tenth.sum() / len(item)) if len(item) else 0.0
    return PopularityReport(catalogue_coverage(item, items), gini(counts), share)


def count_left_out(reasons: Ints) -> dict[str, int]:
    """Count students with a chain and those without by reason; they add up to all students."""
    counts = np.bincount(reasons, minlength=len(REASONS))
    return {name: int(count) for name, count in zip(REASONS, counts, strict=True)}


def _spread(values: Floats) -> float:
    there = values[~np.isnan(values)]
    return float(np.ptp(there)) if len(there) > 1 else float("nan")


def _mean(total: Floats, count: Ints) -> Floats:
    mean: Floats = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return mean
