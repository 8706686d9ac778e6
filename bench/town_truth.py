"""Ground truth of a town as matrices, and the true gap that suggested resources close."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.served_metrics import NOTHING, Ints

Floats = NDArray[np.float64]
OPTIONAL = 0.35
"""Weight of a level that is missing in an optional skill; 1 in an essential one."""


@dataclass(frozen=True)
class TownTruth:
    """What the town really is, for the students and resources of a benchmark.

    Attributes:
        required, weight: level and weight (1 or 0.35) of each skill in the true goal, (S, K).
        level: true level at the end of the window, (S, K).
        gain: share of the missing level that finishing a resource adds, (R, K).
    """

    required: Floats
    weight: Floats
    level: Floats
    gain: Floats

    @staticmethod
    def read(truth: Path, students: pl.Series, resources: pl.Series) -> TownTruth:
        """From the folder of the truth, rows in the order of these codes."""
        needs, gains = pl.read_parquet(truth / "requirements.parquet"), pl.read_parquet(truth / "gains.parquet")
        levels = pl.read_parquet(truth / "levels.parquet")
        goals = pl.DataFrame({"code": students}).join(
            pl.read_parquet(truth / "students.parquet"), on="code", how="left"
        )
        clusters = needs["cluster"].unique().sort()
        skills = pl.concat([needs["skill"], gains["skill"], levels["skill"]]).unique().sort()
        goal = places(goals["goal"], clusters)
        weight = needs.with_columns(weight=pl.when("essential").then(1.0).otherwise(OPTIONAL))
        return TownTruth(
            matrix(needs, ("cluster", clusters), ("skill", skills), "level")[goal],
            matrix(weight, ("cluster", clusters), ("skill", skills), "weight")[goal],
            matrix(levels, ("student", students), ("skill", skills), "level"),
            matrix(gains, ("resource", resources), ("skill", skills), "gain"),
        )


def places(codes: pl.Series, known: pl.Series) -> Ints:
    """(n,) place of each code among the known ones; one that is not known is an error."""
    return codes.replace_strict(known, np.arange(len(known)), return_dtype=pl.Int64).to_numpy()


def matrix(table: pl.DataFrame, rows: tuple[str, pl.Series], columns: tuple[str, pl.Series], value: str) -> Floats:
    """(rows, columns) of one value of a table, 0 where it has none; other codes of the rows are left out."""
    table = table.filter(pl.col(rows[0]).is_in(rows[1].implode()))
    dense = np.zeros((len(rows[1]), len(columns[1])))
    dense[places(table[rows[0]], rows[1]), places(table[columns[0]], columns[1])] = table[value].to_numpy()
    return dense


def true_gap_closed(truth: TownTruth) -> Floats:
    """Levels of the true gap that each resource closes if a student takes it to the end, (S, R).

    The gap in a skill is max(required − level, 0); finishing brings the level to 1 − (1 − level)(1 − gain).
    """
    gap = np.maximum(truth.required - truth.level, 0.0)
    closed = np.zeros((len(gap), len(truth.gain)))
    for resource, gain in enumerate(truth.gain):
        taught = np.flatnonzero(gain)
        after = 1.0 - (1.0 - truth.level[:, taught]) * (1.0 - gain[taught])
        left = np.maximum(truth.required[:, taught] - after, 0.0)
        closed[:, resource] = (truth.weight[:, taught] * (gap[:, taught] - left)).sum(axis=1)
    return closed


def mean_of_lists(closed: Floats, lists: Ints, first: int) -> Floats:
    """Mean over the first suggestions of each student, (S,); 0 without any.

    Args:
        closed: (S, R), see `true_gap_closed`. lists: (S, places), see `Asked.lists_of`.
    """
    shown = lists[:, :first]
    there = shown != NOTHING
    value = np.where(there, np.take_along_axis(closed, np.where(there, shown, 0), axis=1), 0.0)
    mean: Floats = value.sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return mean
