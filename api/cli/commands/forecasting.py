"""The command that forecasts tables of monthly counts."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from skillpath.api.cli.commands.output import JsonOption, emit


def forecast(
    series: Annotated[Path, typer.Argument(help="CSV or parquet: skill_id, one more id, and one column a month.")],
    out: Annotated[Path, typer.Option(help="CSV or parquet to write: the ids and the months ahead.")],
    horizon: Annotated[int, typer.Option(help="Months ahead, 1 to 12.")] = 3,
    graph: Annotated[
        Path | None, typer.Option(help="Skills asked for together: the same id, row_id, col_id; may be left out.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="A trained model; without it the table's own past teaches.")
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Folder to keep what was learned in, for --model.")] = None,
    json: JsonOption = False,
) -> None:
    """Forecast many monthly counts from the table's last month on; needs no database."""
    from skillpath.pipeline.training.series_forecast import forecast_table

    done = forecast_table(series, out, horizon, graph, model, save)
    learned = f"learned from {done.windows} windows of the past" if done.windows else "nothing learned"
    lines = [f"{done.series} series, {done.first} to {done.last}: {', '.join(done.ahead)} written to {out}; {learned}."]
    lines.append("Expected in all: " + ", ".join(f"{total:,.0f}" for total in done.market) + ".")
    emit(asdict(done), [*lines, *(f"Note: {note}." for note in done.notes)], as_json=json)
