"""Capability over skills from admission, learning, practice and innovation, with decay and provenance (equation 14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array

from skillpath.chains.model.arrays import Floats, Ints, expand, lookup, replace_values, row_of_entry
from skillpath.common.noisy_or import levels_of, log_missing

COMPONENTS = ("admission", "learning", "practice", "innovation")


@dataclass(frozen=True)
class CapabilitySettings:
    """Weights and half-lives of the components.

    Attributes:
        admission: years after which evidence of admission counts half.
        learning: years after which evidence of learning counts half.
        practice: years after which evidence of practice counts half.
        innovation: years after which evidence of innovation counts half.
        hands_on: how much the practice in a resource counts beside having taken it.
    """

    admission: float = 12.0
    learning: float = 6.0
    practice: float = 8.0
    innovation: float = 8.0
    hands_on: float = 0.25


@dataclass(frozen=True)
class ComponentEvidence:
    """Evidence of one component for S students.

    Attributes:
        component: one of `COMPONENTS`.
        amount: (S, I) how much of each of I things counts: 1 is one whole thing, done just now.
        effects: (I, K) level in each skill that one whole thing gives alone, in [0, 1].
    """

    component: str
    amount: csr_array
    effects: csr_array

    def part(self, students: slice) -> ComponentEvidence:
        """The same of some of the students."""
        return ComponentEvidence(self.component, self.amount[students], self.effects)


def admission(stated: csr_array) -> ComponentEvidence:
    """Levels (S, K) stated by a source as evidence: each student's record is a thing of its own."""
    return ComponentEvidence("admission", csr_array(eye_array(stated.shape[0])), stated)


def apply_decay(amount: csr_array, age: Floats, half_life: float) -> csr_array:
    """``amount · 2^(−age / half_life)``.

    Args:
        age: (nnz,) years since each stored entry, in storage order; NaN (unknown) and what is yet to come count whole.
    """
    years = np.maximum(0.0, np.nan_to_num(age, nan=0.0))
    return replace_values(amount, amount.data * np.exp2(-years / half_life))


def half_life(component: str, settings: CapabilitySettings | None = None) -> float:
    """Half-life in years of a component."""
    return float(getattr(settings or CapabilitySettings(), component))


def compute_capability(evidence: Sequence[ComponentEvidence]) -> csr_array:
    """Level (S, K) of each student in each skill, in [0, 1).

    Evidence is joined as independent chances of mastery (noisy-or), and amounts are exponents:
    ``a = 1 − Π_i (1 − effect_i) ** amount_i`` over the things of all components. Effects are capped at 0.99, so
    that no single source is ever certain.
    """
    remaining = csr_array(sum((_joined(part) for part in evidence[1:]), start=_joined(evidence[0])))
    remaining.sort_indices()
    levels = levels_of(remaining)
    levels.eliminate_zeros()
    return levels


def capability(progress: csr_array, gains: csr_array, stated: csr_array) -> csr_array:
    """Level of each student in each skill from what was taken and stated: two components, without decay.

    Args:
        progress: (S, R) share of each resource completed, in [0, 1].
        gains: (R, K) gain of each resource in each skill, in [0, 1].
        stated: (S, K) levels stated by a source, in [0, 1].

    Returns:
        (S, K) levels in [0, 1), as `compute_capability` says.
    """
    return compute_capability([ComponentEvidence("learning", progress, gains), admission(stated)])


@dataclass(frozen=True)
class Provenance:
    """Contributions to levels as entries (N,) by student, skill, component and item.

    Attributes:
        student, skill: indices. component: index into `COMPONENTS`. item: index of the thing within its evidence.
        contribution: the contributions to one level add up to it.
    """

    student: Ints
    skill: Ints
    component: Ints
    item: Ints
    contribution: Floats


def provenance(evidence: Sequence[ComponentEvidence], levels: csr_array) -> Provenance:
    """Decompose ``levels`` (S, K) of `capability_of` into contributions of items.

    A thing's part is ``a · L / ΣL`` with ``L = −amount · log(1 − effect)``: the value of Aumann and Shapley of the
    noisy-or, which adds up and treats equals equally. Evidence of amount 0 contributes nothing and is left out.
    """
    parts = [_entries(part) for part in evidence]
    merged = [np.concatenate([part[i] for part in parts]) for i in range(5)]
    student, skill, component, item = (column.astype(np.int64) for column in merged[:4])
    order = np.lexsort((item, component, skill, student))
    student, skill, component, item, weight = (c[order] for c in (student, skill, component, item, merged[4]))
    key = student * levels.shape[1] + skill
    _, place = np.unique(key, return_inverse=True)
    share = weight / np.bincount(place, weights=weight)[place] if len(key) else weight
    return Provenance(student, skill, component, item, lookup(levels, student, skill) * share)


def _entries(part: ComponentEvidence) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """(student, skill, component, item, L) of all that is more than nothing."""
    used, place = np.unique(part.amount.indices, return_inverse=True)
    missing = log_missing(part.effects[used])
    which, where = expand(missing.indptr, place.astype(np.int64))
    weight = -part.amount.data[which] * missing.data[where]
    some = weight > 0
    component = np.full(int(some.sum()), COMPONENTS.index(part.component))
    item = part.amount.indices[which][some].astype(np.int64)
    return row_of_entry(part.amount)[which][some], missing.indices[where][some], component, item, weight[some]


def _joined(part: ComponentEvidence) -> csr_array:
    """(S, K) log of what one component leaves missing, from the things that anybody has."""
    used, place = np.unique(part.amount.indices, return_inverse=True)
    amount = csr_array((part.amount.data, place, part.amount.indptr), shape=(part.amount.shape[0], len(used)))
    return csr_array(amount @ log_missing(part.effects[used]))
