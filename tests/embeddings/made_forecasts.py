"""Forecasts drawn at random that keep every promise of `Forecasts`, for tests of what is done with them."""

from __future__ import annotations

import numpy as np

from skillpath.embeddings.model_forecasts import CHANNELS, CLASSES, Forecasts


def made_forecasts(clusters: int, months: int, seed: int = 1, first: int = 0) -> Forecasts:
    """For ``clusters`` at ``months``, of which those before ``first`` have none."""
    rng = np.random.default_rng(seed)
    made = np.arange(months) >= first

    def drawn(*shape: int) -> np.ndarray:
        values = rng.random((clusters, months, *shape))
        values[:, ~made] = np.nan
        return values

    probabilities, gates, index = drawn(len(CLASSES)), drawn(len(CHANNELS)), drawn()
    probabilities /= probabilities.sum(axis=2, keepdims=True)
    return Forecasts(
        probabilities=probabilities,
        demand=drawn(),
        trend=drawn() - 0.5,
        gap=drawn(),
        confidence=probabilities.max(axis=2),
        warning_index=index,
        warning=np.nan_to_num(index) > 0.6,
        gates=gates / gates.sum(axis=2, keepdims=True),
        made=made,
    )
