"""Draws of resources by students, each made by one motive."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from skillpath.synthetic.students.choice_motives import MotiveSettings
from skillpath.synthetic.students.choice_traits import NONE, Floats, Ints, ResourceTraits, StudentTastes
from skillpath.synthetic.students.students import StudentGroup


class MotiveChooser:
    """Draws the choices of a group of students one after the other and remembers what they took."""

    def __init__(
        self,
        rng: np.random.Generator,
        group: StudentGroup,
        helps: Floats,
        common: Floats,
        traits: ResourceTraits,
        tastes: StudentTastes,
        shares: Floats,
        motives: MotiveSettings,
    ) -> None:
        """Start with nothing taken.

        Args:
            helps: see `fit`, (S, R). common: what every motive adds on the log scale, (S, R).
            shares: of `MOTIVES`, (6,), with sum 1.
        """
        self._rng, self._group, self._helps, self._common = rng, group, helps, common
        self._traits, self._tastes, self._motives = traits, tastes, motives
        self._limits = np.cumsum(shares)[:-1]
        self._taken = np.zeros(helps.shape, dtype=np.bool_)
        self._history = np.zeros((len(helps), traits.features.shape[1]))

    def choose(self, student: Ints, season: int, due: Floats) -> tuple[Ints, Ints, Ints]:
        """Draw one resource for each of these students among what is held and not yet taken.

        Args:
            student: rows of the group, (n,), each once. season: 0 in autumn, 1 in spring.
            due: what the term adds to every resource on the log scale, (R,).

        Returns:
            Student, resource and motive, (m,) each; a student for whom nothing is left chooses nothing.
        """
        motive = np.searchsorted(self._limits, self._rng.random(len(student)), side="right")
        # The largest of preference plus Gumbel noise is a draw in proportion to exp(preference).
        preference = self._common[student] + due + self._rng.gumbel(size=(len(student), self._helps.shape[1]))
        for number, appeal in enumerate(self._appeals):
            made = motive == number
            preference[made] += appeal(student[made])
        preference[self._taken[student] | ~self._traits.held[season]] = -np.inf
        resource = preference.argmax(axis=1)
        there = np.isfinite(preference[np.arange(len(student)), resource])
        student, resource, motive = student[there], resource[there], motive[there]
        self._taken[student, resource] = True
        self._history[student] += self._traits.features[resource]
        return student, resource, motive.astype(np.int64)

    @cached_property
    def _appeals(self) -> tuple[Callable[[Ints], Floats], ...]:
        """What each of `MOTIVES` adds to the preference of students (n,) on the log scale, (n, R)."""
        return self._need, self._interest, self._peers, self._habit, self._timetable, self._price

    def _need(self, student: Ints) -> Floats:
        return self._motives.fit_strength * np.log(self._helps[student] + 0.01)

    def _interest(self, student: Ints) -> Floats:
        return self._motives.taste_strength * (self._tastes.groups[student] @ self._traits.groups.T)

    def _peers(self, student: Ints) -> Floats:
        fame: Floats = self._traits.fame[self._group.programme[student]]
        return fame

    def _habit(self, student: Ints) -> Floats:
        history = self._history[student]
        length = np.maximum(np.linalg.norm(history, axis=1, keepdims=True), 1e-9)
        previous = self._traits.previous
        follows = self._taken[student][:, previous] & (previous != NONE)
        likeness = history / length @ self._traits.features.T
        appeal: Floats = self._motives.likeness * likeness + self._motives.series * follows
        return appeal

    def _timetable(self, student: Ints) -> Floats:
        free = self._tastes.hour[student][:, None] == self._traits.hour
        appeal: Floats = self._motives.free_hour * free
        return appeal

    def _price(self, student: Ints) -> Floats:
        return -self._motives.thrift * self._tastes.sensitivity[student][:, None] * self._traits.price
