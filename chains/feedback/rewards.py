"""Rewards from feedback events: each key counts once, and the furthest step counts (equation 22)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.chains.model.arrays import Floats, Ints

EVENTS = ("CLICK", "BOOKMARK", "APPLY", "REGISTER", "COMPLETE")
VANISHED = -1
"""Recommendation of an event that is not there any more."""


@dataclass(frozen=True)
class RewardSettings:
    """What each step is worth; a suggestion that nobody touched is worth 0."""

    click: float = 0.1
    bookmark: float = 0.25
    apply: float = 0.6
    register: float = 0.8
    complete: float = 1.0

    @property
    def values(self) -> Floats:
        """(5,) reward of each of `EVENTS`."""
        return np.array([self.click, self.bookmark, self.apply, self.register, self.complete])


@dataclass(frozen=True)
class Rewards:
    """Rewards of E exposures.

    Attributes:
        reward: (E,) in [0, 1].
        counted, duplicates, vanished, unknown: events that counted, whose key had been seen, whose recommendation is
            gone, and that are none of `EVENTS`; they add up to all events.
    """

    reward: Floats
    counted: int
    duplicates: int
    vanished: int
    unknown: int


def compute_rewards(
    exposure: Ints, event: Ints, key: NDArray[np.str_], exposures: int, settings: RewardSettings | None = None
) -> Rewards:
    """Compute the reward of each exposure: that of the furthest step, however often it was reported.

    Args:
        exposure: (N,) index of the exposure or `VANISHED`. event: (N,) index into `EVENTS`.
        key: (N,) idempotency keys; of equal keys the first one counts.
    """
    values = (settings or RewardSettings()).values
    first = np.zeros(len(key), dtype=bool)
    first[np.unique(key, return_index=True)[1]] = True
    there = (exposure >= 0) & (exposure < exposures)
    known = (event >= 0) & (event < len(EVENTS))
    used = first & there & known
    reward = np.zeros(exposures)
    np.maximum.at(reward, exposure[used], values[event[used]])
    vanished, unknown = int((first & ~there).sum()), int((first & there & ~known).sum())
    return Rewards(reward, int(used.sum()), int((~first).sum()), vanished, unknown)
