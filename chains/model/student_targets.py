"""Target job clusters of a student: the one asked for, then those with enough evidence, and fields of work."""

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
        min_skills: least number of skills that such a match must rest on (see `effective_skills`): what one or two
            skills have in common with an occupation is chance where there are thousands of them.
        fields: fields of work kept for each student without a target.
        min_field_match: least match of such a field.
        block: students compared with all clusters at once.
    """

    count: int = 3
    min_match: float = 0.12
    min_skills: float = 2.0
    fields: int = 3
    min_field_match: float = 0.03
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


@dataclass(frozen=True)
class StudentFields:
    """Fields of work that fit students so far, each array (N,), ordered by student and falling match.

    Attributes:
        student, field: indices.
        match: cosine of capability and the field's mean requirement, skills weighted by rarity.
    """

    student: Ints
    field: Ints
    match: Floats


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
    parts = []
    for start in range(0, levels.shape[0], chosen.block):
        rows = slice(start, start + chosen.block)
        student, *others = _block(have[rows], need, asked[rows], usable, chosen)
        parts.append((student + start, *others))
    columns = [np.concatenate([part[i] for part in parts]) for i in range(5)] if parts else [np.array([])] * 5
    student, cluster, rank, match, stated = columns
    return StudentTargets(
        student.astype(np.int64), cluster.astype(np.int64), rank.astype(np.int64), match, stated.astype(bool)
    )


def _block(
    have: csr_array,
    need: csr_array,
    asked: Ints,
    usable: np.ndarray,
    settings: StudentTargetSettings,
) -> tuple[Ints, Ints, Ints, Floats, np.ndarray]:
    """Targets of one block of students: unit rows ``have`` (block, K) against unit columns ``need`` (K, C)."""
    match = (have @ need).toarray()
    # Where a cluster requires but one or two skills, as many are enough.
    own = 1.0 / np.maximum(np.asarray(need.multiply(need).multiply(need).multiply(need).sum(axis=0)).ravel(), 1e-12)
    enough = effective_skills(have, need, match) >= np.minimum(settings.min_skills, np.round(own, 6))
    order_by = np.where((match >= settings.min_match) & enough & usable, match, -1.0)
    rows = np.flatnonzero(asked >= 0)
    order_by[rows, asked[rows]] = 2.0
    count = min(settings.count, match.shape[1])
    best = np.argsort(-order_by, axis=1, kind="stable")[:, :count]
    chosen = np.take_along_axis(order_by, best, axis=1)
    student, place = np.nonzero(chosen >= 0)
    cluster = best[student, place]
    return student, cluster, place + 1, match[student, cluster], chosen[student, place] > 1.0


def effective_skills(have: csr_array, need: csr_array, match: Floats) -> Floats:
    """(S, C) number of skills that each match rests on, ``(Σ aₖ)² / Σ aₖ²`` with skill k's part aₖ of the cosine.

    The inverse of the Herfindahl index: n skills with equal parts give n, and one that carries nearly all of the
    match gives little more than 1. Where nothing matches it is 0.

    Args:
        have: (S, K) unit rows; need: (K, C) unit columns; match: (S, C) their product.
    """
    squares = (have.multiply(have) @ need.multiply(need)).toarray()
    number: Floats = np.divide(match**2, squares, out=np.zeros_like(match), where=squares > 0)
    # Equal parts shall reach their whole number whatever the rounding.
    return np.round(number, 6)


def build_field_profiles(requirements: csr_array, field: Ints) -> csr_array:
    """(F, K) unit rows: the mean of the unit requirements of the clusters of each field, weighted by rarity.

    Args:
        field: (C,) index of each cluster's field, or -1.
    """
    unit = unit_rows(csr_array(requirements.multiply(rarity(requirements))))
    known = np.flatnonzero(field >= 0)
    shape = (int(field.max(initial=-1)) + 1, requirements.shape[0])
    members = csr_array((np.ones(len(known)), (field[known], known)), shape=shape)
    return unit_rows(csr_array(members @ unit))


def choose_fields(
    levels: csr_array, weight: Floats, profiles: csr_array, students: Ints, settings: StudentTargetSettings
) -> StudentFields:
    """The fields of work that match some students best.

    Args:
        levels: (S, K) capability; weight: (K,) rarity of the skills. profiles: see `build_field_profiles`.
        students: rows of ``levels`` to choose for, rising.
    """
    match = (unit_rows(csr_array(levels[students].multiply(weight))) @ csr_array(profiles.T)).toarray()
    count = min(settings.fields, match.shape[1])
    best = np.argsort(-match, axis=1, kind="stable")[:, :count]
    fits = np.take_along_axis(match, best, axis=1)
    row, place = np.nonzero((fits >= settings.min_field_match) & (fits > 0))
    return StudentFields(students[row], best[row, place], fits[row, place])


def list_requirements(requirements: csr_array, clusters: Ints) -> tuple[Ints, Ints, Floats]:
    """(pair, skill, level) of every requirement of the given clusters, one entry each."""
    pair, where = expand(requirements.indptr, clusters)
    return pair, requirements.indices[where].astype(np.int64), requirements.data[where]
