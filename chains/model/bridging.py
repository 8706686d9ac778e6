"""Bridging score of an item between a student and a target, on learned vectors (equation 16)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, Mask, unit_dense


@dataclass(frozen=True)
class BridgingSettings:
    """Weights of equation 16.

    Attributes:
        near: μ, of the item being close to what the student can already.
        toward: ν, of the item being close to the target.
        distance: ξ, of the share of the target still missing.
    """

    near: float = 0.4
    toward: float = 0.6
    distance: float = 0.2


def profile_vectors(profiles: csr_array, weight: Floats, embeddings: Floats) -> Floats:
    """Unit vectors (n, d) of skill profiles (n, K): the sum of skill vectors, weighted by level and rarity.

    Args:
        weight: (K,) rarity of each skill; embeddings: (K, d) learned skill vectors.
    """
    return unit_dense(np.asarray(csr_array(profiles.multiply(weight)) @ embeddings))


def bridging(
    student: Floats, item: Floats, target: Floats, gap_share: Floats, settings: BridgingSettings | None = None
) -> tuple[Floats, Floats]:
    """``s = μ·cos(a, c) + ν·cos(c, b) − ξ·g`` for n candidates; g as the share of the target that is missing.

    Where no target is known (its vector is zero), nearness to the student counts for both: ``s = (μ + ν)·cos(a, c)``.

    Args:
        student, item, target: (n, d) unit vectors; gap_share: (n,) in [0, 1].

    Returns:
        ``(s, cos(c, b))``, each (n,).
    """
    near, similarity = np.einsum("nd,nd->n", student, item), np.einsum("nd,nd->n", item, target)
    return _joined(near, similarity, gap_share, _is_known(target), settings), similarity


def bridging_of_many(
    student: Floats, item: Floats, target: Floats, index: tuple[Ints, Ints, Ints], gap_share: Floats,
    settings: BridgingSettings | None = None,
) -> tuple[Floats, Floats]:  # fmt: skip
    """As `bridging`, where n candidates share few students, items and targets: each pair of vectors meets once.

    Args:
        student: (S, d); item: (I, d); target: (C, d) unit vectors.
        index: (n,) student, item and target of each candidate.
    """
    which, kinds, goals = index
    clusters, place = np.unique(goals, return_inverse=True)
    near, toward = student @ item.T, target[clusters] @ item.T
    similarity = toward[place, kinds]
    known = _is_known(target[clusters])[place]
    return _joined(near[which, kinds], similarity, gap_share, known, settings), similarity


def _is_known(target: Floats) -> Mask:
    """(C,) whether each target has a vector."""
    return np.asarray(np.abs(target).sum(axis=1) > 0)


def _joined(
    near: Floats, similarity: Floats, gap_share: Floats, is_known: Mask, settings: BridgingSettings | None
) -> Floats:
    chosen = settings or BridgingSettings()
    toward = np.where(is_known, similarity, near)
    return np.asarray(chosen.near * near + chosen.toward * toward - chosen.distance * gap_share)
