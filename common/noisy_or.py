"""The formula of capability (equation 14): levels joined as independent chances of mastery, and its inverse.

Here because both cores compute it: `chains.model.capability` of students as they are now, with evidence that fades, and
`embeddings.supply` month by month of the past, without fading.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

CEILING = 0.99
"""Highest level that counts of one thing, so that no single source is ever certain."""
# Many sources of 0.99 round to exactly 1, and nothing is ever certain.
_BELOW_ONE = np.nextafter(1.0, 0.0)


def log_missing(levels: csr_array) -> csr_array:
    """log(1 − level) of each stored entry, levels capped at `CEILING`; sums of them are products of what is missing."""
    data = np.log1p(-np.minimum(levels.data, CEILING))
    return csr_array((data, levels.indices, levels.indptr), shape=levels.shape)


def levels_of(remaining: csr_array) -> csr_array:
    """Levels in [0, 1) of each stored entry of logarithms of what is missing: ``1 − exp(remaining)``.

    >>> levels_of(log_missing(csr_array([[0.5]])) + log_missing(csr_array([[0.5]]))).toarray().round(2).tolist()
    [[0.75]]
    """
    # Amounts that were added up and taken off again may leave a rounding error below nothing.
    data = np.clip(-np.expm1(remaining.data), 0.0, _BELOW_ONE)
    return csr_array((data, remaining.indices, remaining.indptr), shape=remaining.shape)
