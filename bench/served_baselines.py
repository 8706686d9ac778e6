"""Baselines of served recommendations, with settings that were fixed before anything was measured."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.learning.baselines.course_baselines import item_knn
from bench.learning.course_models.closed_form import fit_ease
from bench.served_metrics import Asked, Ints

SHARES = (0.3, 1.0, 3.0)
"""Weights of popularity beside EASE; all of them are reported, none is chosen."""


def rank_baselines(asked: Asked, places: int) -> Iterator[tuple[str, Ints]]:
    """Name and lists (S, places) of each baseline."""
    matrix = asked.history.matrix()
    popularity = np.asarray(matrix.sum(axis=0)).ravel()
    yield "popularity", asked.top(np.tile(popularity, (matrix.shape[0], 1)), places)
    yield "item-KNN", asked.top(item_knn(asked.everyone(), matrix.shape[1], 0.0), places)
    yield "EASE (λ = 100)", asked.top(np.asarray(matrix @ fit_ease(matrix, 100.0)), places)
    together = np.asarray(matrix @ fit_ease(matrix, 20.0))
    for share in SHARES:
        yield (
            f"EASE (λ = 20) + {share:g} · popularity",
            asked.top(together + share * popularity / matrix.shape[0], places),
        )
