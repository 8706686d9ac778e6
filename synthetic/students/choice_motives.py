"""Motives by which students choose resources: need, interest, peers, habit, timetable and price.

Each choice is made by one motive. Only `need` looks at what the student's goal requires, so that a recommender that
knows requirements does not know how the town chooses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.errors import BadInput

MOTIVES = ("need", "interest", "peers", "habit", "timetable", "price")


@dataclass(frozen=True)
class MotiveSettings:
    """Shares of the motives among the choices that need leaves, and how strongly each motive decides.

    Need makes the share `TownSettings.need_share` of all choices; the five shares here divide the others and sum to 1.
    A strength is a factor on the log scale of the chance to choose a resource; 0 is chance.

    Raises:
        BadInput: a share is negative, or they do not sum to 1.
    """

    interest: float = 0.3
    peers: float = 0.3
    habit: float = 0.15
    timetable: float = 0.15
    price: float = 0.1
    fit_strength: float = 2.0
    """Need: of the log of fit."""
    taste_strength: float = 2.0
    """Interest: of the student's liking of the skill groups taught, normal with variance 1 for each group."""
    fame: float = 1.2
    """Peers: standard deviation of the log of a resource's popularity in the whole town."""
    programme_fame: float = 0.8
    """Peers: standard deviation of its further log within one programme."""
    field_fame: float = 0.5
    """Peers: of the log of what a resource adds to the field of the programme; fame is not wholly apart from use."""
    likeness: float = 3.0
    """Habit: of the likeness (0 to 1) to what was taken before, in kind, provider and skill groups."""
    series: float = 3.0
    """Habit: of having taken the prerequisite of a resource."""
    all_year: float = 0.5
    """Share of resources held in both terms of a year; each of the others is held in one. It binds every motive."""
    hours_of_week: int = 8
    """Weekly hours over which resources are spread; each student has one of them free."""
    free_hour: float = 3.0
    """Timetable: of being held in the student's free hour."""
    price_noise: float = 1.0
    """Standard deviation of the log of the price around what the length of a resource explains."""
    thrift: float = 1.0
    """Price: of the standardised log price, times the student's sensitivity."""
    thrift_spread: float = 0.5
    """Standard deviation of the log of that sensitivity, whose median is 1."""

    def __post_init__(self) -> None:
        if min(self.rest) < 0 or not np.isclose(sum(self.rest), 1.0):
            raise BadInput(
                "The shares of motives are wrong", where="motive settings", todo="Give shares from 0 that sum to 1"
            )

    @property
    def rest(self) -> tuple[float, ...]:
        """Shares of the motives other than need, in the order of `MOTIVES`."""
        return self.interest, self.peers, self.habit, self.timetable, self.price

    def shares(self, need: float) -> NDArray[np.float64]:
        """Return the share of each of `MOTIVES` among all choices, (6,), when need makes the share `need`."""
        return np.array([need, *((1 - need) * share for share in self.rest)])
