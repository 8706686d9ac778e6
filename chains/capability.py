"""Capability over skills from what a student stated and completed (equation 14, learning and admission parts)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

CEILING = 0.99
# Many sources of 0.99 round to exactly 1, and nothing is ever certain.
_BELOW_ONE = np.nextafter(1.0, 0.0)


def capability(progress: csr_array, gains: csr_array, stated: csr_array) -> csr_array:
    """Level of each student in each skill.

    Evidence is joined as independent chances of mastery (noisy-or), and progress is an exponent:
    ``a = 1 − (1 − stated) · Π_r (1 − gain_r) ** progress_r``.

    Args:
        progress: (S, R) share of each resource completed, in [0, 1].
        gains: (R, K) gain of each resource in each skill, in [0, 1].
        stated: (S, K) levels stated by a source, in [0, 1].

    Returns:
        (S, K) levels in [0, 1); evidence is capped at 0.99 so that no single source is ever certain.
    """
    remaining = progress @ _log_missing(gains) + _log_missing(stated)
    remaining.sort_indices()
    data = np.minimum(-np.expm1(remaining.data), _BELOW_ONE)
    levels = csr_array((data, remaining.indices, remaining.indptr), shape=remaining.shape)
    levels.eliminate_zeros()
    return levels


def _log_missing(levels: csr_array) -> csr_array:
    data = np.log1p(-np.minimum(levels.data, CEILING))
    return csr_array((data, levels.indices, levels.indptr), shape=levels.shape)
