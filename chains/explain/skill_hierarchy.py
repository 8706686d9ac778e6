"""Capability rolled up the skill hierarchy: a narrower skill is partial evidence for its broader ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Ints, mark_pairs
from skillpath.common.noisy_or import levels_of, log_missing


@dataclass(frozen=True)
class HierarchySettings:
    """How far evidence travels up.

    Attributes:
        factor: share of the evidence that counts one step up; ``factor²`` two steps up, and so on.
        depth: steps that are followed.
    """

    factor: float = 0.5
    depth: int = 3


def compute_ancestry(broader: Ints, skills: int, settings: HierarchySettings | None = None) -> csr_array:
    """(K, K) share of the evidence for a skill (row) that counts for a broader one (column).

    ``factor`` to the power of the shortest way up, so a skill with two ways to one broader skill counts once. Cycles
    do no harm: a skill is never broader than itself.

    Args:
        broader: (B, 2) skill and a broader one.
    """
    chosen = settings or HierarchySettings()
    pairs = broader[broader[:, 0] != broader[:, 1]]
    step = mark_pairs(pairs[:, 0], pairs[:, 1], (skills, skills))
    step.data[:] = 1.0
    reached = mark_pairs(np.arange(skills), np.arange(skills), (skills, skills))
    frontier, result = reached, csr_array((skills, skills))
    for distance in range(1, chosen.depth + 1):
        frontier = _new(csr_array(frontier @ step), reached)
        reached = csr_array(reached + frontier)
        result = csr_array(result + frontier * chosen.factor**distance)
    result.sort_indices()
    return result


def propagate_levels(levels: csr_array, ways_up: csr_array) -> csr_array:
    """Levels (S, K) with evidence from narrower skills: ``1 − Π_n (1 − a_n) ** ways_up[n, k]``.

    The same noisy-or as capability, so levels stay in [0, 1), never fall, and never rise where nothing narrower is
    there. With factor 0.5, "Python" at 0.64 is evidence of 0.4 for "programming".

    >>> up = compute_ancestry(np.array([[1, 0]]), 2)
    >>> propagate_levels(csr_array([[0.0, 0.64]]), up).toarray().round(2).tolist()
    [[0.4, 0.64]]
    """
    evidence = log_missing(levels)
    total = csr_array(evidence + evidence @ ways_up)
    total.sort_indices()
    total = levels_of(total)
    total.eliminate_zeros()
    # What stood above the cap before must not fall to it.
    return csr_array(total.maximum(levels))


def _new(found: csr_array, reached: csr_array) -> csr_array:
    """The entries of ``found`` that were not reached before, each 1."""
    found.data[:] = 1.0
    new = csr_array(found - found.multiply(reached))
    new.eliminate_zeros()
    return new
