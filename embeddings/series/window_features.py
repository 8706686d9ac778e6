"""Features of a six-month window: the series itself, its group, its skill elsewhere and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints, group_matrix
from skillpath.embeddings.series.panel import Panel

WINDOW = 6
HALF = 0.5
"""Added to counts before a logarithm."""
RECENT = 0.6
"""Weight of the last three months in the base, beside all six."""
KNOTS = (0.0, 1.5, 3.0, 4.5, 6.0)
KNOT_WIDTH = 1.5
BENT = (1, 3)
"""Which of the knots the effect of a feature may change at."""


@dataclass(frozen=True)
class WindowFeatures:
    """Features at the end of one window of `WINDOW` months.

    Attributes:
        reference: mean total of the window, the market that ``base`` is for.
        base: (N,) robust expected count in a month as large as ``reference``.
        design: (N, F) features; their names in ``names``.
    """

    reference: float
    base: Floats
    design: Floats
    names: tuple[str, ...]


def build_window(panel: Panel, end: int, graph: csr_array | None) -> WindowFeatures:
    """Features of the months end − 6 … end − 1; no other month is looked at.

    Counts are brought to a market of the same size each month, so that what all series share (holidays, a slow
    month) is left to the forecast of the market and only what sets a series apart is learned here.
    """
    counts = _filled(panel.counts[:, end - WINDOW : end])
    totals = counts.sum(axis=0)
    reference = float(totals.mean())
    scale = np.divide(reference, totals, out=np.zeros(WINDOW), where=totals > 0)
    shares = counts * scale
    base = RECENT * shares[:, -3:].mean(axis=1) + (1 - RECENT) * shares.mean(axis=1)
    columns = _own(counts, shares, base)
    columns |= _others(panel, counts, scale)
    if graph is not None:
        columns |= _around(graph, counts, shares, base, scale)
    level = np.log(base + HALF)
    return WindowFeatures(reference, base, *_bend(columns, level))


def _filled(counts: Floats) -> Floats:
    """A month in which nothing at all was counted says nothing: it takes the mean of the others."""
    some = counts.any(axis=0)
    if some.all() or not some.any():
        return counts
    return np.where(some, counts, counts[:, some].mean(axis=1, keepdims=True))


def _own(counts: Floats, shares: Floats, base: Floats) -> dict[str, Floats]:
    level, logs = np.log(base + HALF), np.log(shares + HALF)
    months = np.arange(WINDOW) - (WINDOW - 1) / 2
    return {f"lag{WINDOW - month}": logs[:, month] - level for month in range(WINDOW)} | {
        "zeros": (counts == 0).sum(axis=1).astype(float),
        "smallest": np.log1p(counts.min(axis=1)),
        "largest": np.log(shares.max(axis=1) + HALF) - level,
        "spread": logs.std(axis=1),
        "slope": logs @ months,
        "halves": np.log(shares[:, -3:].mean(axis=1) + HALF) - np.log(shares[:, :3].mean(axis=1) + HALF),
    }


def _others(panel: Panel, counts: Floats, scale: Floats) -> dict[str, Floats]:
    """How the group moves in the market, and the skill in the other groups; nothing where there is one group."""
    groups = _sum_by(panel.group, counts)
    if len(groups) < 2:
        return {}
    elsewhere = _sum_by(panel.skill, counts)[panel.skill] - counts
    own, all_of_skill = counts.sum(axis=1), elsewhere.sum(axis=1)
    moves = {f"group_{k}": v[panel.group] for k, v in _moves(groups * scale, 1.0).items()}
    moves |= {f"skill_{k}": v for k, v in _moves(elsewhere * scale, 3.0).items()}
    return moves | {
        "skill_level": np.log1p(all_of_skill),
        "part_of_skill": np.log((own + HALF) / (own + all_of_skill + 1)),
    }


def _around(graph: csr_array, counts: Floats, shares: Floats, base: Floats, scale: Floats) -> dict[str, Floats]:
    """How the skills move that are asked for together with this one in its group."""
    degree = np.asarray(graph.sum(axis=1)).ravel()
    apart = np.log(shares[:, -3:] + HALF) - np.log(base + HALF)[:, None]
    mean = (graph @ apart) / np.maximum(degree, 1.0)[:, None]
    return (
        {f"near_{k}": v for k, v in _moves((graph @ counts) * scale, 3.0).items()}
        | {f"near_lag{3 - month}": mean[:, month] for month in range(3)}
        | {"near_level": np.log1p(degree)}
    )


def _moves(levels: Floats, start: float) -> dict[str, Floats]:
    logs = np.log(levels[:, -1] + start), np.log(levels.mean(axis=1) + start)
    halves = np.log(levels[:, -3:].mean(axis=1) + start) - np.log(levels[:, :3].mean(axis=1) + start)
    return {"last": logs[0] - logs[1], "halves": halves}


def _sum_by(index: Ints, values: Floats) -> Floats:
    rows = int(index.max(initial=-1)) + 1
    total: Floats = group_matrix(index, rows) @ values
    return total


def _bend(columns: dict[str, Floats], level: Floats) -> tuple[Floats, tuple[str, ...]]:
    """The design: a constant, hinges of the level, and each feature alone and with two of the hinges."""
    hinges = [np.clip((level - knot) / KNOT_WIDTH, 0.0, 1.0) for knot in KNOTS]
    table = {"constant": np.ones(len(level))} | {f"level{i}": hinge for i, hinge in enumerate(hinges)}
    for name, values in columns.items():
        table[name] = values
        if not name.endswith("_level"):
            table |= {f"{name}*level{i}": values * hinges[i] for i in BENT}
    return np.column_stack(list(table.values())), tuple(table)
