"""Ranking score of candidates (equation 19): terms, weights, and contributions that add up to the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from skillpath.chains.model.arrays import Floats, Ints, starts_of, top_per_group

TERMS = ("match", "gap", "bridging", "heat", "stage", "redundancy", "affinity", "popularity", "urgency")
"""Names of the explanation vector (21), in the order of its columns."""
REDUNDANCY = TERMS.index("redundancy")
AFFINITY, POPULARITY = TERMS.index("affinity"), TERMS.index("popularity")
PATHS = ("JOB", "TRAINING", "VENTURE")


@dataclass(frozen=True)
class ChainRankSettings:
    """Weights of equations 19 and 20 and how many chains are kept.

    Attributes:
        match: ρ1, of the match with the target (training, venture) or with the post (job).
        compensation: ρ2, of the gap closed, as ``1 − exp(−gain)`` so that it saturates; of a job times the match.
        bridging: of the bridging score (16).
        heat: of the demand heat (see `heat.MarketHeat`).
        stage: ρ3, of how much the student leans to the path (18).
        redundancy: γ, taken off for likeness to what was taken before or stands higher in the list.
        affinity: of how much what the student did speaks for it (see `affinity.compute_affinity`).
        popularity: of how likely it is to be gone on to whatever was done before (see `affinity.Progression`).
        urgency: of a posting's deadline and competition, or of a fired early warning for the target.
        pool: best candidates of each student and path that are told apart by redundancy.
        per_path: chains kept for each student on each path.
        discovery: candidates, best without their popularity, of which one is drawn for the last place of a full list,
            so that the catalogue is seen and not only what most people take; with 0 nothing is drawn.
        min_score: least score of a chain; a list rather ends than names what is worth less.
    """

    match: float = 0.25
    compensation: float = 0.4
    bridging: float = 0.15
    heat: float = 0.1
    stage: float = 0.1
    redundancy: float = 0.1
    affinity: float = 0.3
    popularity: float = 0.1
    urgency: float = 0.05
    pool: int = 30
    per_path: int = 10
    discovery: int = 20
    min_score: float = 0.0

    @property
    def weights(self) -> Floats:
        """(T,) signed weight of each of `TERMS`, the same on every path."""
        content = [self.match, self.compensation, self.bridging, self.heat, self.stage, -self.redundancy]
        return np.array([*content, self.affinity, self.popularity, self.urgency], dtype=np.float64)


@dataclass(frozen=True)
class PathWeights:
    """Signed weights of `TERMS` on each of `PATHS`, (3, T)."""

    values: Floats

    @staticmethod
    def same(weights: Floats) -> PathWeights:
        """The same weights (T,) on every path."""
        return PathWeights(np.tile(weights, (len(PATHS), 1)))

    @staticmethod
    def read(stored: Sequence[Any], defaults: Floats) -> PathWeights:
        """Weights as a run or an update keeps them; one list of older versions is that of every path.

        Terms that an older version did not know have the weights of ``defaults`` (T,).
        """
        rows = np.atleast_2d(np.array(stored, dtype=np.float64))
        missing = np.tile(defaults[rows.shape[1] :], (len(rows), 1))
        known = np.hstack([rows, missing])
        return PathWeights.same(known[0]) if len(known) == 1 else PathWeights(known)

    def of(self, path: str) -> Floats:
        """(T,) weights on one path."""
        weights: Floats = self.values[PATHS.index(path)]
        return weights


@dataclass(frozen=True)
class Candidates:
    """Things that could be suggested, each array (N,): index of the (student, target) pair, of the item, and terms.

    ``closed_heat`` is the mean demand heat of the skills that it closes, weighted by what it closes of each.
    """

    pair: Ints
    item: Ints
    match: Floats
    gain: Floats
    closed_heat: Floats


def terms(
    match: Floats,
    gain: Floats,
    bridging: Floats,
    heat: Floats,
    stage: Floats,
    fit: Floats | float = 1.0,
    affinity: Floats | None = None,
    popularity: Floats | None = None,
    urgency: Floats | None = None,
) -> Floats:
    """Explanation vectors (N, T) before redundancy is known (0): what is not finite counts as 0.

    Args:
        match, gain, bridging, heat, stage: (N,) each; ``gain`` in weighted levels enters as ``fit · (1 − exp(−gain))``.
        fit: how far the gain counts: (N,) the match with a post on the path JOB, as nobody learns at work what one was
            not fit to begin, and 1 elsewhere.
        affinity, popularity, urgency: (N,), 0 where nothing of the kind is known.
    """
    nothing = np.zeros(len(match))
    learned = [nothing if values is None else values for values in (affinity, popularity, urgency)]
    columns = [match, gap_term(gain, fit), bridging, heat, stage, nothing, *learned]
    return np.asarray(np.nan_to_num(np.stack(columns, axis=1), nan=0.0, posinf=0.0, neginf=0.0), dtype=np.float64)


def gap_term(gain: Floats | float, fit: Floats | float = 1.0) -> Floats:
    """``fit · (1 − exp(−gain))``: what the gain, in weighted levels, is worth; it saturates.

    >>> float(gap_term(0.0)), round(float(gap_term(1.0, 0.5)), 3)
    (0.0, 0.316)
    """
    worth: Floats = fit * -np.expm1(-np.maximum(gain, 0.0))
    return worth


def gain_weight(path: str, match: Floats | float) -> Floats | float:
    """How far a gain counts on a path, see `terms`."""
    return match if path == "JOB" else 1.0


def contributions(values: Floats, weights: Floats) -> Floats:
    """(N, T) what each term adds to the score: its value times its weight."""
    return values * weights


def score(values: Floats, weights: Floats) -> Floats:
    """``R = ρ1·match + ρ2·compensation + … + ρ3·stage − γ·redundancy + …`` (N,): the sum of the contributions.

    Weights that are all zero give every candidate the score 0, and ranks then follow the order of the items.
    """
    return np.asarray(contributions(values, weights).sum(axis=1))


def select_best(student: Ints, item: Ints, scores: Floats, count: int, work: Ints | None = None) -> Ints:
    """Positions of each student's best ``count`` candidates, an item once: by student, score falling, item rising.

    Ties go to the lower item index, so the order of the candidates does not matter; of one item toward several
    targets the first of the best stays.

    Args:
        work: (N,) what an item is an edition of, of which one edition stays; every item is its own without.
    """
    first = top_per_group(
        _same_item(student, item if work is None else work), scores, np.arange(len(scores), dtype=np.int64), 1
    )
    kept: Ints = first[top_per_group(student[first], scores[first], item[first], count)]
    return kept


def ranks(student: Ints) -> Ints:
    """Places from 1 within each run of equal students."""
    starts = starts_of(student)
    return np.arange(1, len(student) + 1, dtype=np.int64) - np.repeat(starts, np.diff(np.r_[starts, len(student)]))


def _same_item(student: Ints, item: Ints) -> Ints:
    return student * (int(item.max(initial=0)) + 1) + item
