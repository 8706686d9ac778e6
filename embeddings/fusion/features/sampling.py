"""Neighbour sampling on compressed rows, all seeds at once (Hamilton, Ying & Leskovec 2017)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints


def sample_neighbours(
    table: csr_array, seeds: Ints, most: int, rng: np.random.Generator | None = None
) -> tuple[Ints, Ints, Floats]:
    """Up to ``most`` different neighbours of each seed: position of the seed, neighbour, value, each (E,).

    Args:
        table: (n, m) neighbours of each row. most: 0 takes all of them.
        rng: draws them; without it the first ones are taken.
    """
    size = np.diff(table.indptr)[seeds]
    owner = np.repeat(np.arange(len(seeds)), size)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
    edge = table.indptr[:-1][seeds][owner] + place
    if most and (size > most).any():
        sort_key = rng.random(len(edge)) if rng is not None else place.astype(np.float64)
        order = np.lexsort((sort_key, owner))
        kept = np.sort(order[place < most])
        owner, edge = owner[kept], edge[kept]
    return owner.astype(np.int64), table.indices[edge].astype(np.int64), table.data[edge].astype(np.float64)
