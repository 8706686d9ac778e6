"""Exposure policy: first places drawn by softmax with known propensities (equation 22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from skillpath.chains.feedback.policy import sample_positions, softmax
from skillpath.chains.model.arrays import Floats, Ints, starts_of
from skillpath.chains.model.pool import Chains

NEXT = "NEXT"
"""Slot of the one chain, of all paths, that a student is told to do next; the others are named after their path."""
_WORD = np.uint64(2**53)


@dataclass(frozen=True)
class ExposureSettings:
    """Settings of exploration.

    Attributes:
        explore: whether first places are drawn at all; otherwise the best stand first and nothing can be learned.
        temperature: of the softmax over scores. Of K chains the one drawn scores at most ``1.1 · temperature`` less
            than the best one in the mean (K = 10, see `expected_loss`); what is in the list does not change.
        seed: another one gives other draws.
    """

    explore: bool = True
    temperature: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Draw:
    """How first places are drawn in one round: the same round and the same lists give the same draws."""

    temperature: float
    round: str
    policy: int = 0

    @staticmethod
    def of(settings: ExposureSettings, day: str, policy: int) -> Draw | None:
        """The draw of the data's last day and of a policy's number; None if nothing is explored.

        A policy that learned from a draw must not be judged by the same one, so each has draws of its own.
        """
        round = f"{day}/{policy}/{settings.seed}"
        return Draw(settings.temperature, round, policy) if settings.explore else None

    def noise(self, tie_breakers: Floats, slot: str) -> Floats:
        """(S,) in [0, 1), even and independent of each other, for the tie breakers (S,) of students and one slot."""
        key = np.frombuffer(blake2b(f"{self.round}/{slot}".encode(), digest_size=8).digest(), dtype=np.uint64)
        mixed = _mix_bits(_mix_bits(np.floor(tie_breakers * float(_WORD)).astype(np.uint64)) ^ key)
        return np.asarray((mixed >> np.uint64(11)).astype(np.float64) / float(_WORD))


def draw_first_places(
    paths: Mapping[str, Chains], owner: Ints, tie_breakers: Floats, draw: Draw | None
) -> dict[str, Chains]:
    """Draw the first place of each list from ``softmax(R′ / temperature)``; all others stay in order.

    Then one of each student's first places is drawn in the same way as what to do `NEXT`: this choice, among paths, is
    what the stage gate is learned from.

    A worked example: a student has a JOB list with first place 0.6 and a TRAINING list with first place 0.4, and the
    temperature is 0.2. ``softmax([3, 2])`` gives ``next`` 0.73 to the first and 0.27 to the second, one of the two gets
    ``leads``, and every other place of both lists has ``next`` 0.

    Args:
        paths: lists in order of R′. owner: (P,) student of each (student, target) pair, rising. tie_breakers: (S,).
    """
    shown = {
        path: _reorder_lists(chains, owner[chains.pair], tie_breakers, draw, path) for path, chains in paths.items()
    }
    # The lists of all paths, one after another.
    rank = np.concatenate([chains.rank for chains in shown.values()])
    pair = np.concatenate([chains.pair for chains in shown.values()])
    score = np.concatenate([chains.score for chains in shown.values()])

    firsts = np.flatnonzero(rank == 1)
    firsts = firsts[np.argsort(owner[pair[firsts]], kind="stable")]
    probability = np.zeros(len(rank))
    pick, probability[firsts] = _draw_positions(owner[pair[firsts]], score[firsts], tie_breakers, draw, NEXT)
    leads = np.zeros(len(rank), dtype=bool)
    leads[firsts[pick]] = True

    # Back to one array for each path.
    ends = np.cumsum([len(chains.rank) for chains in shown.values()])[:-1]
    parts = zip(shown.items(), np.split(probability, ends), np.split(leads, ends), strict=True)
    return {path: replace(chains, next=own, leads=leading) for (path, chains), own, leading in parts}


def expected_loss(chance: Floats, score: Floats, list_of: Ints) -> float:
    """Mean over lists of how much less the first place scores than the best one: ``Σ π(a) (max R′ − R′(a))``.

    For K chains it is at most ``W((K − 1) / e)`` times the temperature (Lambert's W), 1.10 for K = 10.

    Args:
        chance, score: (N,); list_of: (N,) which list each is in, equal ones together.
    """
    starts = starts_of(list_of)
    if not len(starts):
        return 0.0
    best = np.maximum.reduceat(score, starts)
    return float((best - np.add.reduceat(chance * score, starts)).mean())


def _reorder_lists(chains: Chains, student: Ints, tie_breakers: Floats, draw: Draw | None, path: str) -> Chains:
    """The list of each student with the drawn place first.

    A worked example: of three items the second is drawn. Its place becomes 0, so that the order is 2 1 3.
    """
    if draw is None or not len(student):
        return replace(chains, first=(chains.rank == 1).astype(np.float64))
    pick, probability = _draw_positions(student, chains.score, tie_breakers, draw, path)
    place = chains.rank.copy()
    place[pick] = 0

    permutation = np.lexsort((place, student))
    inverse = np.empty_like(permutation)
    inverse[permutation] = np.arange(len(permutation))

    names = ("pair", "item", "score", "values", "parts", "similarity", "gain")
    moved = {name: getattr(chains, name)[permutation] for name in names}
    reasons = replace(chains.reasons, chain=inverse[chains.reasons.chain])
    candidate = inverse[chains.candidate]
    return replace(chains, **moved, first=probability[permutation], candidate=candidate, reasons=reasons)


def _draw_positions(
    student: Ints, score: Floats, tie_breakers: Floats, draw: Draw | None, slot: str
) -> tuple[Ints, Floats]:
    """Position of what each student (sorted) gets, and the chance (N,) of everything."""
    starts = starts_of(student)
    owner = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(student)]))
    indptr = np.r_[starts, len(student)].astype(np.int64)
    if draw is None:
        best = np.lexsort((-score, owner))[starts].astype(np.int64)
        return best, np.isin(np.arange(len(student)), best).astype(np.float64)
    chance = softmax(owner, score / draw.temperature, len(starts))
    return sample_positions(indptr, chance, draw.noise(tie_breakers, slot)[student[starts]]), chance


def _mix_bits(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64: neighbouring words become unrelated ones."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(words ^ (words >> np.uint64(31)))
