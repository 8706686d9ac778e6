"""Comparison and ablation tables: mean and standard deviation over seeds, as data and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class MetricSummary:
    """A metric over seeds."""

    mean: float
    std: float
    seeds: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} ± {self.std:.3f}"


@dataclass(frozen=True)
class Row:
    """One method and its figures; a bound is no competitor but what none can exceed."""

    name: str
    figures: dict[str, MetricSummary]
    ours: bool = False
    bound: bool = False
    note: str = ""


def over_seeds(runs: Sequence[Mapping[str, float]]) -> dict[str, MetricSummary]:
    """Mean and (sample) standard deviation of each metric that all runs have."""
    names = [name for name in runs[0] if all(name in run for run in runs)] if runs else []
    columns = {name: np.array([run[name] for run in runs]) for name in names}
    return {
        name: MetricSummary(float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0, len(values))
        for name, values in columns.items()
    }


def table_text(rows: Sequence[Row], metrics: Mapping[str, str]) -> str:
    """A table for a terminal; the best of each column, bounds aside, is marked by a star.

    Args:
        metrics: name of each column and whether higher or lower is better.
    """
    shown = [name for name in metrics if any(name in row.figures for row in rows)]
    best = {name: _best(rows, name, metrics[name]) for name in shown}
    cells = [["method", *shown]]
    for row in rows:
        name = f"{row.name} (ours)" if row.ours else f"{row.name} (bound)" if row.bound else row.name
        cells.append([name, *(_cell(row, metric, best[metric]) for metric in shown)])
    widths = [max(len(line[i]) for line in cells) for i in range(len(shown) + 1)]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([lines[0], "-" * sum(widths, 2 * len(shown)), *lines[1:]])


def row_data(row: Row) -> dict[str, object]:
    """The row as JSON data."""
    figures = {n: {"mean": f.mean, "std": f.std, "seeds": f.seeds} for n, f in row.figures.items()}
    data: dict[str, object] = {"name": row.name, "ours": row.ours, "metrics": figures}
    if row.bound:
        data["bound"] = True
    if row.note:
        data["note"] = row.note
    return data


def _best(rows: Sequence[Row], metric: str, direction: str) -> float | None:
    means = [row.figures[metric].mean for row in rows if metric in row.figures and not row.bound]
    return (max if direction == "higher" else min)(means) if means else None


def _cell(row: Row, metric: str, best: float | None) -> str:
    figure = row.figures.get(metric)
    if figure is None:
        return "–"
    return f"{figure}{'*' if figure.mean == best and not row.bound else ''}"
