"""Panel of monthly count series, and the graph of skills required together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints

YEAR = 12


@dataclass(frozen=True)
class Panel:
    """N series over T months without a gap: how often a group (occupation, region) asked for a skill.

    Attributes:
        group, skill: (N,) indices from 0; a pair occurs once.
        first_month: of the first column.
        counts: (N, T) not negative.
    """

    group: Ints
    skill: Ints
    first_month: np.datetime64
    counts: Floats

    @property
    def months(self) -> int:
        """T."""
        return int(self.counts.shape[1])

    def cut(self, months: int) -> Panel:
        """The first ``months`` months alone: nothing later is left."""
        return replace(self, counts=self.counts[:, :months])

    def calendar(self, first: int, last: int) -> Ints:
        """(last − first,) month of the year, 0 for January, of columns first … last − 1, future ones too."""
        start = self.first_month.astype("datetime64[M]").astype(np.int64)
        months: Ints = (start + np.arange(first, last)) % YEAR
        return months


def neighbours(panel: Panel, edges: Ints) -> csr_array:
    """(N, N) symmetric weights between series of one group whose skills are asked for together.

    Args:
        edges: (E, 3) group, skill, skill; a repeated row counts again, and so does the same pair turned round. What
            names a series that the panel lacks, or a skill with itself, is left out.
    """
    size = len(panel.group)
    skills = int(max(panel.skill.max(initial=-1), edges[:, 1:].max(initial=-1))) + 1
    groups = int(max(panel.group.max(initial=-1), edges[:, 0].max(initial=-1))) + 1
    place = np.full(groups * skills, -1, dtype=np.int64)
    place[panel.group * skills + panel.skill] = np.arange(size)
    known = edges[(edges >= 0).all(axis=1) & (edges[:, 1] != edges[:, 2])]
    one, other = (place[known[:, 0] * skills + known[:, column]] for column in (1, 2))
    inside = (one >= 0) & (other >= 0)
    one, other = one[inside], other[inside]
    weights = csr_array(
        (np.ones(2 * len(one)), (np.concatenate([one, other]), np.concatenate([other, one]))), shape=(size, size)
    )
    weights.sum_duplicates()
    return weights
