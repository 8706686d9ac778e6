"""Seat cutoffs of a run, stored with its parameters and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from skillpath.chains.model.arrays import Floats
from skillpath.chains.model.item_limits import UNLIMITED
from skillpath.chains.recommend import Recommender
from skillpath.graph.scores.snapshot import Snapshot


def list_item_codes(snapshot: Snapshot, recommender: Recommender) -> dict[str, pl.Series]:
    """Codes of the items of each path, in the order of their numbers."""
    venture = snapshot.resources["code"].gather(recommender.market.venture)
    return {
        "JOB": snapshot.jobs["code"],
        "TRAINING": snapshot.resources["code"],
        "VENTURE": pl.concat([snapshot.projects["code"], venture]),
    }


def cutoffs_to_params(
    snapshot: Snapshot, recommender: Recommender, cutoffs: Mapping[str, Floats]
) -> dict[str, dict[str, float]]:
    """Build the run parameters of cutoffs: by path and code, for all items with seats."""
    codes = list_item_codes(snapshot, recommender)
    found = {}
    for path, values in cutoffs.items():
        seated = np.flatnonzero(recommender.item_limits[path].seats != UNLIMITED)
        found[path] = dict(zip(codes[path].gather(seated), values[seated].tolist(), strict=True))
    return found


def cutoffs_from_params(snapshot: Snapshot, recommender: Recommender, stored: Mapping[str, Any]) -> dict[str, Floats]:
    """Read the cutoffs of a run's parameters, in the order of this snapshot.

    Seats that nobody shared yet, as the item is new or its seats are, go to nobody before the next run.
    """
    found = {}
    for path, codes in list_item_codes(snapshot, recommender).items():
        seats = recommender.item_limits[path].seats
        shared, seated = stored.get(path, {}), np.flatnonzero(seats != UNLIMITED)
        if len(seated):
            values = np.full(len(seats), -np.inf)
            values[seated] = [shared.get(code, np.inf) for code in codes.gather(seated)]
            found[path] = values
    return found
