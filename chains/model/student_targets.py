"""Target job clusters of a student: the one asked for, then the nearest by match."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, expand, unit_rows

NO_TARGET = -1
"""Cluster of a pair that has no target; its rank is 0."""


@dataclass(frozen=True)
class StudentTargetSettings:
    """How targets are chosen.

    Attributes:
        count: targets kept for each student.
        min_match: least match of a target that was not asked for.
        block: students compared with all clusters at once.
    """

    count: int = 3
    min_match: float = 0.05
    block: int = 500


@dataclass(frozen=True)
class StudentTargets:
    """Pairs of student and job cluster, each array (P,), ordered by student and rank.

    Pairs without a target may follow (see `with_no_target`).

    Attributes:
        student, cluster: indices.
        rank: 1 is the first target.
        match: cosine of capability and requirement, skills weighted by rarity.
        stated: whether the student asked for it.
    """

    student: Ints
    cluster: Ints
    rank: Ints
    match: Floats
    stated: np.ndarray

    @property
    def count(self) -> int:
        """How many pairs have a target; they come first."""
        return int((self.rank > 0).sum())

    def with_no_target(self, students: int) -> StudentTargets:
        """These pairs and, after them, one of each student with no target: what is suggested for other reasons."""
        nobody, nothing = np.full(students, NO_TARGET), np.zeros(students)
        return StudentTargets(
            np.r_[self.student, np.arange(students)],
            np.r_[self.cluster, nobody],
            np.r_[self.rank, np.zeros(students, dtype=np.int64)],
            np.r_[self.match, nothing],
            np.r_[self.stated, nothing.astype(bool)],
        )


def rarity(requirements: csr_array) -> Floats:
    """(K,) weight of each skill: ``log((1 + C) / (1 + clusters requiring it))``, so common skills tell little."""
    spread = np.bincount(requirements.indices, minlength=requirements.shape[1])
    weight: Floats = np.log((1 + requirements.shape[0]) / (1 + spread))
    return weight


def choose_targets(
    levels: csr_array, requirements: csr_array, asked: Ints, settings: StudentTargetSettings | None = None
) -> StudentTargets:
    """The clusters each student aims at: the asked one first, then the nearest.

    Args:
        levels: (S, K) capability.
        requirements: (C, K) required levels.
        asked: (S,) cluster index the student asked for, or -1.
    """
    chosen = settings or StudentTargetSettings()
    weight = rarity(requirements)
    have = unit_rows(csr_array(levels.multiply(weight)))
    need = csr_array(unit_rows(csr_array(requirements.multiply(weight))).T)
    usable = np.diff(requirements.indptr) > 0
    parts = [
        _block(
            have[start : start + chosen.block] @ need,
            asked[start : start + chosen.block],
            usable,
            chosen,
            start,
        )
        for start in range(0, levels.shape[0], chosen.block)
    ]
    columns = [np.concatenate([part[i] for part in parts]) for i in range(5)] if parts else [np.array([])] * 5
    student, cluster, rank, match, stated = columns
    return StudentTargets(
        student.astype(np.int64), cluster.astype(np.int64), rank.astype(np.int64), match, stated.astype(bool)
    )


def _block(
    matches: csr_array, asked: Ints, usable: np.ndarray, settings: StudentTargetSettings, start: int
) -> tuple[Ints, Ints, Ints, Floats, np.ndarray]:
    """Targets of one block of students from their (block, C) matches."""
    match = matches.toarray()
    order_by = np.where((match >= settings.min_match) & usable, match, -1.0)
    rows = np.flatnonzero(asked >= 0)
    order_by[rows, asked[rows]] = 2.0
    count = min(settings.count, match.shape[1])
    best = np.argsort(-order_by, axis=1, kind="stable")[:, :count]
    chosen = np.take_along_axis(order_by, best, axis=1)
    student, place = np.nonzero(chosen >= 0)
    cluster = best[student, place]
    return student + start, cluster, place + 1, match[student, cluster], chosen[student, place] > 1.0


def list_requirements(requirements: csr_array, clusters: Ints) -> tuple[Ints, Ints, Floats]:
    """(pair, skill, level) of every requirement of the given clusters, one entry each."""
    pair, where = expand(requirements.indptr, clusters)
    return pair, requirements.indices[where].astype(np.int64), requirements.data[where]
