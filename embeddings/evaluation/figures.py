"""Reliability diagram and confusion matrix as SVG or PNG; matplotlib is imported when a figure is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from skillpath.embeddings.calibration import Reliability
from skillpath.embeddings.common.arrays import Ints
from skillpath.errors import Unavailable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_reliability(before: Reliability, after: Reliability, path: Path, title: str) -> Path:
    """Accuracy over confidence before and after temperature scaling; the kind of file follows from its ending."""
    figure, (plot, below) = _figure(5.0, 5.4, rows=2)
    plot.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle="--", label="perfect")
    for reliability_bins, name, colour in (
        (before, "before scaling", "tab:orange"),
        (after, "after scaling", "tab:blue"),
    ):
        filled = reliability_bins.count > 0
        plot.plot(
            reliability_bins.confidence[filled],
            reliability_bins.accuracy[filled],
            marker="o",
            color=colour,
            label=f"{name}, ECE {reliability_bins.error:.3f}",
        )
        below.stairs(reliability_bins.count, reliability_bins.edges, color=colour)
    plot.set(xlim=(0, 1), ylim=(0, 1), ylabel="accuracy", title=title)
    plot.legend(loc="upper left", frameon=False)
    below.set(xlim=(0, 1), xlabel="confidence", ylabel="forecasts")
    return _save(figure, path)


def draw_confusion(table: Ints, classes: Sequence[str], path: Path, title: str) -> Path:
    """True classes (rows) by predicted classes, coloured by the share of the row."""
    figure, (plot,) = _figure(5.4, 4.8)
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    plot.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        colour = "white" if share[row, column] > 0.5 else "black"
        plot.text(column, row, f"{count}\n{share[row, column]:.0%}", ha="center", va="center", color=colour, fontsize=8)
    names = [name.replace("_", "\n").lower() for name in classes]
    plot.set(xlabel="foreseen", ylabel="came", title=title)
    plot.set_xticks(range(len(names)), names, fontsize=8)
    plot.set_yticks(range(len(names)), names, fontsize=8)
    return _save(figure, path)


def _figure(width: float, height: float, rows: int = 1) -> tuple[Figure, list[Any]]:
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise Unavailable("No figures without matplotlib", todo="Install the extra: skillpath[train]") from error
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    ratios = [3] + [1] * (rows - 1)
    return figure, list(figure.subplots(rows, 1, squeeze=False, height_ratios=ratios).ravel())


def _save(figure: Figure, path: Path) -> Path:
    import matplotlib as mpl

    path.parent.mkdir(parents=True, exist_ok=True)
    # The same figures give the same bytes: no date, and names of shapes from a fixed salt.
    with mpl.rc_context({"svg.hashsalt": "skillpath", "svg.fonttype": "none"}):
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path
