"""Forecasts a table of monthly counts from its last month on, learning from its own past or with a trained model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from skillpath.embeddings.series import SeriesModel, SeriesSettings, fit, forecast, neighbours
from skillpath.embeddings.series.series_artifact import load_model, save_model
from skillpath.embeddings.series.series_model import forecast_total
from skillpath.embeddings.series.trees import can_grow
from skillpath.errors import BadInput
from skillpath.pipeline.training.series_table import check_name, read_edges, read_series, write_forecast

LONGEST = 12


@dataclass(frozen=True)
class SeriesForecast:
    """What was done.

    Attributes:
        first, last: months of the table. ahead: months that were foreseen. market: total expected in each.
        windows: of the past that the model learned from; 0 if the table was too short and nothing was learned.
        edges, strangers: rows of the graph, and those of them that name what the table lacks.
        notes: what the reader should know.
    """

    series: int
    first: str
    last: str
    ahead: tuple[str, ...]
    market: tuple[float, ...]
    windows: int
    edges: int
    strangers: int
    out: str
    notes: tuple[str, ...]


def forecast_table(
    series: Path,
    out: Path,
    horizon: int = 3,
    graph: Path | None = None,
    model: Path | None = None,
    save: Path | None = None,
) -> SeriesForecast:
    """Read, learn (or load ``model``), forecast, write; the same files give the same forecast.

    Raises:
        BadInput: see `read_series`, `read_edges`, `load_model`; the horizon, or the names of the files.
    """
    _check(series, out, horizon, model, save)
    table = read_series(series)
    links, strangers, edges = None, 0, 0
    if graph is not None:
        rows, strangers = read_edges(graph, table)
        links, edges = neighbours(table.panel, rows), len(rows)
    learned = load_model(model) if model else fit(table.panel, links, replace(SeriesSettings(), horizon=horizon))
    if learned.settings.horizon < horizon:
        raise BadInput(
            f"The model sees {learned.settings.horizon} months ahead, not {horizon}",
            where=str(model),
            todo="Train anew",
        )
    values = forecast(learned, table.panel, links)[:, :horizon]
    write_forecast(table, values, out)
    if save:
        save_model(learned, save)
    after = table.panel.first_month + table.panel.months
    return SeriesForecast(
        len(values),
        str(table.panel.first_month),
        str(after - 1),
        tuple(str(after + step) for step in range(horizon)),
        tuple(float(np.round(total, 1)) for total in forecast_total(learned, table.panel)[:horizon]),
        learned.windows,
        edges,
        strangers,
        str(out),
        _notes(learned, strangers, edges),
    )


def _check(series: Path, out: Path, horizon: int, model: Path | None, save: Path | None) -> None:
    if not 1 <= horizon <= LONGEST:
        raise BadInput(f"A horizon of {horizon} months", todo=f"Give 1 to {LONGEST}")
    if model and save:
        raise BadInput("A loaded model is not saved again", todo="Give --model or --save, not both")
    check_name(out)
    if series.resolve() == out.resolve():
        raise BadInput("The forecast would replace the table", where=str(out), todo="Give another --out")


def _notes(model: SeriesModel, strangers: int, edges: int) -> tuple[str, ...]:
    notes = []
    if not model.windows:
        notes.append("too few months to learn from: recent shares times the market's level and season")
    elif not model.trees and not can_grow():
        notes.append("without the training extra there are no trees: the regression forecasts alone")
    if strangers:
        notes.append(f"{strangers} of {edges} graph rows name series that the table lacks; they were left out")
    return tuple(notes)
