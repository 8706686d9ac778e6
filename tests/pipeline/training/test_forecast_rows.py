"""Forecasts as rows: one a cluster and month, the values where they belong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.embeddings.model_forecasts import CLASSES
from skillpath.graph.learning.forecasts import SCHEMA, NotANumber, check_finite
from skillpath.pipeline.training.forecast_rows import forecast_rows
from skillpath.pipeline.training.history_arrays import build_history
from tests.embeddings.made_forecasts import made_forecasts
from tests.pipeline.made_history import made_frames

HISTORY = build_history(made_frames(1), "r")
MADE = made_forecasts(5, HISTORY.months, first=20)


def test_every_row_holds_the_values_of_its_cluster_and_month() -> None:
    rows = forecast_rows(HISTORY, MADE)
    check_finite(rows)
    assert rows.schema == SCHEMA
    assert rows.height == 5 * (HISTORY.months - 20) == rows.unique(["cluster", "period"]).height
    periods = list(HISTORY.first_month + np.arange(HISTORY.months))
    for row in rows.to_dicts():
        c = HISTORY.codes["cluster"].index(row["cluster"])
        t = periods.index(np.datetime64(row["period"], "M"))
        assert row["period"].day == 1 and MADE.made[t]
        assert row["probabilities"] == MADE.probabilities[c, t].tolist()
        assert row["demandClass"] == CLASSES[int(np.argmax(row["probabilities"]))]
        assert (row["demand"], row["trend"], row["gap"]) == (MADE.demand[c, t], MADE.trend[c, t], MADE.gap[c, t])
        assert (row["warningIndex"], row["warning"]) == (MADE.warning_index[c, t], MADE.warning[c, t])
        assert [row[f"gate{n}"] for n in ("Text", "Sequence", "Graph", "Series")] == MADE.gates[c, t].tolist()


def test_no_month_with_a_forecast_gives_no_row() -> None:
    assert forecast_rows(HISTORY, replace(MADE, made=np.zeros(HISTORY.months, dtype=bool))).is_empty()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("name", ["demand", "trend", "gap", "confidence", "warning_index", "probabilities", "gates"])
def test_what_is_no_number_is_refused(name: str, value: float) -> None:
    broken = getattr(MADE, name).copy()
    broken[3, 21] = value
    with pytest.raises(NotANumber, match=r"no number.*cluster:3, 2023-10-01"):
        check_finite(forecast_rows(HISTORY, replace(MADE, **{name: broken})))
