"""Linear regression of the coming gap on its past and on arrivals and departures of students."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.gap_targets import GapSettings, project_gap
from skillpath.embeddings.history import History

YEAR = 12
SCALE = 5.0
"""Changes of the gap are small; networks see them multiplied."""


@dataclass(frozen=True)
class GapRegression:
    """Weights of the line: its constant, of the gap itself, of what it did a year ago, and of who comes and goes."""

    constant: float = 0.0
    level: float = 0.0
    yearly: float = 0.0
    people: float = 0.0


@dataclass(frozen=True)
class GapHistory:
    """Past of the gap as known at the end of each month, all (C, T) and never NaN.

    Attributes:
        now: of the last h months; 0.5 where it cannot be known. known: whether it is. change: since h months before.
        yearly: what it did a year ago in the months that correspond to the coming ones.
        people: by how much it moves through who comes and goes alone.
    """

    now: Floats
    known: Floats
    change: Floats
    yearly: Floats
    people: Floats

    @property
    def values(self) -> Floats:
        """(C, T, 4) of about unit size, without what students alone say."""
        return np.stack([self.now, self.change * SCALE, self.known, self.yearly * SCALE], axis=-1)


def build_gap_history(history: History, later: Floats, horizon: int, settings: GapSettings) -> GapHistory:
    """What is known of the gap, out of its targets ``later`` (C, T); nothing of a month comes from a later one."""
    now = _shift_months(later, horizon)
    known = ~np.isnan(now)
    yearly = np.nan_to_num(_shift_months(later - now, YEAR))
    people = np.nan_to_num(project_gap(history, horizon, settings) - now)
    change = np.nan_to_num(now - _shift_months(now, horizon))
    return GapHistory(np.where(known, now, 0.5), known.astype(np.float64), change, yearly, people)


def fit_gap_start(past: GapHistory, gap: Floats, origins: Ints, students: bool) -> GapRegression:
    """The line by least squares, from the gaps (C, T) that came after some origins.

    The first year has no year before it and is left out unless there is nothing else.

    Args:
        students: whether it may know who comes and goes, which is what the sequence channel is for.
    """
    chosen = origins[origins >= YEAR + 1] if (origins >= YEAR + 1).sum() >= YEAR else origins
    columns = _columns(past)[:, chosen]
    wanted = (gap - past.now)[:, chosen]
    keep = ~np.isnan(wanted) & (past.known[:, chosen] > 0)
    used = columns[keep] if students else columns[keep][:, :-1]
    if len(used) < 10 * used.shape[1]:
        return GapRegression()
    # A little ridge, so that a column without variation gets no weight.
    system = used.T @ used + 1e-6 * len(used) * np.eye(used.shape[1])
    return GapRegression(*(float(w) for w in np.linalg.solve(system, used.T @ wanted[keep])))


def predict_start(past: GapHistory, start: GapRegression) -> Floats:
    """(C, T) in [0, 1]: the gap of the coming months by the line."""
    weights = np.array([start.constant, start.level, start.yearly, start.people])
    found: Floats = np.clip(past.now + past.known * (_columns(past) @ weights), 0.0, 1.0)
    return found


def _columns(past: GapHistory) -> Floats:
    return np.stack([np.ones_like(past.now), past.now - 0.5, past.yearly, past.people], axis=-1)


def _shift_months(values: Floats, months: int) -> Floats:
    """Values (C, T) of so many months before, NaN where there was nothing before."""
    found = np.full(values.shape, np.nan)
    found[:, months:] = values[:, : max(values.shape[1] - months, 0)]
    return found
