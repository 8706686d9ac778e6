"""Reason codes of students without any chain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints
from skillpath.chains.model.gap import Gaps
from skillpath.chains.model.student_targets import StudentTargets

REASONS = (
    "HAS_CHAIN",
    "NO_CAPABILITY",
    "NO_TARGET",
    "NO_REQUIREMENTS",
    "NO_GAP",
    "NOTHING_CLOSES",
    "NOTHING_LEFT",
)
"""In words: nothing is known of the student and no target was asked for; no target is near enough; no target requires
anything; nothing is missing and no post fits; nothing closes enough of what is missing; what would is over, full or
done."""


REMEDIES = {
    "NO_CAPABILITY": "Record a course, a skill or a wish: nothing is known of this student, and no course is offered",
    "NO_TARGET": "Record a wish, or more courses and skills: what is known does not point to any occupation",
    "NO_REQUIREMENTS": "Choose another target: the one wished for requires no skill that the vocabulary knows",
    "NO_GAP": "Choose a further target: nothing is missing for this one, and no open post fits",
    "NOTHING_CLOSES": "Add courses that teach what is missing: none in the catalogue does",
    "NOTHING_LEFT": "Open places or add courses: all that would help is over, full, too far away or done",
}
"""What would bring chains to a student without any, by reason."""


def reasons(levels: csr_array, targets: StudentTargets, gaps: Gaps, found: Ints, chains: Ints) -> Ints:
    """(S,) index into `REASONS` of each student.

    Args:
        found: students (with repetition) of candidates before any filter. chains: students with a chain.
    """
    students = levels.shape[0]
    owner = targets.student[: targets.count]
    with_target = _any(owner, students)
    required, missing = (_most(owner, total[: len(owner)], students) > 0 for total in (gaps.asked, gaps.total))
    closes, has_chain = _any(found, students), _any(chains, students)
    known = np.diff(levels.indptr) > 0
    conditions = [has_chain, ~with_target & ~known, ~with_target, ~required, ~missing & ~closes, ~closes]
    codes = np.select(conditions, np.arange(len(conditions)), default=len(REASONS) - 1)
    return codes.astype(np.int64)


def _any(student: Ints, students: int) -> NDArray[np.bool_]:
    return np.bincount(student, minlength=students) > 0


def _most(student: Ints, values: Floats, students: int) -> Floats:
    most = np.zeros(students)
    np.maximum.at(most, student, values)
    return most
