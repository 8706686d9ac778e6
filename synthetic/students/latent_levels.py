"""Latent skill levels of students after their enrolments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skillpath.synthetic.students.enrolments import EnrolmentTable, StudyHabits
from skillpath.synthetic.students.resources import Resources
from skillpath.synthetic.students.students import StudentGroup


def final_levels(group: StudentGroup, resources: Resources, enrolments: EnrolmentTable) -> NDArray[np.float64]:
    """Return the latent level of each student in each skill at the end of the window, shape (students, leaves).

    Each enrolment closes a share of what is still missing: gain times progress times a factor for ability.
    """
    return _levels(group, resources, enrolments, np.ones(len(enrolments.student), dtype=np.bool_))


def levels_on(
    group: StudentGroup, resources: Resources, enrolments: EnrolmentTable, day: NDArray[np.datetime64]
) -> NDArray[np.float64]:
    """Return the latent levels on a day of each student (students,): only enrolments over by then count."""
    over = enrolments.at + StudyHabits().length_days <= day[enrolments.student]
    return _levels(group, resources, enrolments, over)


def _levels(
    group: StudentGroup, resources: Resources, enrolments: EnrolmentTable, counted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    student, resource = enrolments.student[counted], enrolments.resource[counted]
    quality = 1 / (1 + np.exp(-(1.0 + 0.8 * group.ability[student])))
    effort = enrolments.progress[counted] * quality
    place, leaf, gain = resources.find_taught(resource)
    left = np.zeros(group.prior.shape)
    np.add.at(left, (student[place], leaf), np.log1p(-gain * effort[place]))
    levels: NDArray[np.float64] = 1.0 - (1.0 - group.prior) * np.exp(left)
    return levels
