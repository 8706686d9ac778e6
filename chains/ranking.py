"""Ranking of candidates (equation 19) and the best few of each student and path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.chains.sparse import Floats, Ints, top_per_group


@dataclass(frozen=True)
class RankSettings:
    """Weights of equation 19 and how many chains are kept.

    Attributes:
        match: ρ1, of the match with the target (training, venture) or with the post (job).
        compensation: ρ2, of the gap closed, as ``1 − exp(−gain)`` so that it saturates.
        bridging: ρ3 until the stage gate is learned, of the bridging score.
        per_path: chains kept for each student on each path.
    """

    match: float = 0.3
    compensation: float = 0.5
    bridging: float = 0.2
    per_path: int = 5


@dataclass(frozen=True)
class Candidates:
    """Things that could be suggested, each array (N,): index of the (student, target) pair, of the item, and terms."""

    pair: Ints
    item: Ints
    match: Floats
    gain: Floats


def score(match: Floats, gain: Floats, bridging: Floats, settings: RankSettings) -> Floats:
    """``R = ρ1·match + ρ2·(1 − exp(−gain)) + ρ3·bridging``, each (N,)."""
    return settings.match * match + settings.compensation * -np.expm1(-gain) + settings.bridging * bridging


def best(student: Ints, item: Ints, scores: Floats, settings: RankSettings) -> tuple[Ints, Ints]:
    """Positions of each student's best candidates, an item once, and their ranks from 1.

    Ties go to the lower item index, so ranks do not depend on the order of the candidates.
    """
    first = top_per_group(_same_item(student, item), scores, np.arange(len(scores), dtype=np.int64), 1)
    kept = first[top_per_group(student[first], scores[first], item[first], settings.per_path)]
    owner = student[kept]
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else owner
    rank = np.arange(len(owner)) - np.repeat(starts, np.diff(np.r_[starts, len(owner)])) + 1
    return kept, rank.astype(np.int64)


def _same_item(student: Ints, item: Ints) -> Ints:
    return student * (int(item.max(initial=0)) + 1) + item
