"""The command that evaluates forecasts on the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skillpath.api.cli.commands.output import JsonOption, emit


def evaluate(
    profile: Annotated[str, typer.Option(help="quick or full: how much is tried.")] = "full",
    seeds: Annotated[int, typer.Option(help="Seeds over which mean and deviation are taken.", min=1, max=20)] = 3,
    out: Annotated[Path | None, typer.Option(help="Folder to draw the figures into.")] = None,
    json: JsonOption = False,
) -> None:
    """Train the fused model and its rivals, judge them on months that none saw, and print the two tables."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.evaluation.forecast_evaluation import (
        evaluate_graph,
        report_data,
        report_lines,
        save_figures,
    )

    settings = load_settings()
    with open_graph(settings) as graph:
        done = evaluate_graph(graph, settings.pipeline.home / "cache", Reporter(), profile, seeds)
    figures = save_figures(done, out) if out else []
    lines = [*report_lines(done), *(f"written: {path}" for path in figures)]
    emit(report_data(done) | {"figures": figures}, lines, as_json=json)
