"""Metrics by hand, tables as text and data, figures that are the same each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from skillpath.embeddings.calibration import reliability
from skillpath.embeddings.evaluation.figures import draw_confusion, draw_reliability
from skillpath.embeddings.evaluation.metric_tables import MetricSummary, Row, over_seeds, row_data, table_text
from skillpath.embeddings.evaluation.metrics import (
    METRICS,
    compute_metrics,
    compute_warning_metrics,
    confusion,
    interval,
    macro_f1,
    rmse,
    top,
)
from skillpath.embeddings.evaluation.outlook import Outlook, calibrate_outlook, empty_outlook, stack_samples
from skillpath.embeddings.forecast_targets import ForecastTargets, build_targets
from skillpath.embeddings.model_forecasts import CLASSES
from tests.embeddings.histories import small_history


@pytest.fixture(scope="module")
def targets() -> ForecastTargets:
    return build_targets(small_history(2, months=40))


def perfect(targets: ForecastTargets, certainty: float = 1.0) -> Outlook:
    sure = np.eye(5)[np.maximum(targets.label, 0)] * certainty + (1 - certainty) / 5
    return Outlook(sure, targets.demand, targets.trend, targets.gap)


def test_metrics_by_hand() -> None:
    labels, predicted = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    table = confusion(labels, predicted, 4)
    assert table.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    assert macro_f1(table) == pytest.approx((2 / 3 + 2 / 4 + 0.0) / 3)
    ranked = np.array([[0.5, 0.3, 0.15, 0.05], [0.4, 0.3, 0.2, 0.1]])
    assert top(ranked, np.array([2, 3]), 3) == 0.5
    assert rmse(np.array([1.0, 5.0, np.nan]), np.array([2.0, np.nan, 1.0])) == 1.0
    assert np.isnan(rmse(np.array([np.nan]), np.array([1.0])))


def test_the_truth_is_judged_perfect_and_silence_is_left_out(targets: ForecastTargets) -> None:
    figures = compute_metrics(perfect(targets), targets, targets.split.test)
    assert set(figures) == set(METRICS)
    assert [figures[m] for m in ("accuracy", "macro-F1", "top-3", "RMSE of gap", "ECE")] == [1.0, 1.0, 1.0, 0.0, 0.0]
    silent = replace(perfect(targets), gap=np.full_like(targets.gap, np.nan))
    assert "RMSE of gap" not in compute_metrics(silent, targets, targets.split.test)


def test_scaling_is_fitted_on_validation_only(targets: ForecastTargets) -> None:
    shy = perfect(targets, certainty=0.3)
    sharp = calibrate_outlook(shy, targets)
    assert sharp.temperature < 0.5
    assert reliability(*stack_samples(sharp, targets, targets.split.test)).error < 0.05
    spoilt = targets.label.copy()
    spoilt[:, targets.split.test] = (spoilt[:, targets.split.test] + 1) % 5
    assert calibrate_outlook(shy, replace(targets, label=spoilt)).temperature == sharp.temperature


def test_warnings_of_who_knows_the_future_are_right() -> None:
    targets = build_targets(small_history(2, clusters=20, months=60))
    found = compute_warning_metrics(perfect(targets), targets, 3)
    assert found["warning precision"] >= 0.7
    assert found["warning recall"] >= 0.7
    assert found["recall of new ones"] > 0.3
    nothing = compute_warning_metrics(empty_outlook(*targets.past.shape), targets, 3)
    assert nothing["warning recall"] == 0.0
    assert nothing["share of events"] == found["share of events"] > 0.1


def test_an_interval_over_clusters_holds_the_mean_and_widens_with_spread() -> None:
    values = np.random.default_rng(1).normal(0.6, 0.1, 50)
    low, high = interval(lambda rows: float(values[rows].mean()), 50)
    assert low < values.mean() < high
    assert high - low == pytest.approx(4 * values.std() / np.sqrt(50), rel=0.15)


def test_seeds_become_mean_and_deviation() -> None:
    found = over_seeds([{"a": 1.0, "b": 2.0}, {"a": 2.0}, {"a": 3.0, "b": 4.0}])
    assert found == {"a": MetricSummary(2.0, 1.0, 3)}
    assert over_seeds([{"a": 1.0}]) == {"a": MetricSummary(1.0, 0.0, 1)}
    assert over_seeds([]) == {}


def test_tables_mark_the_best_that_is_no_bound() -> None:
    def row(name: str, accuracy: float, *, ours: bool = False, bound: bool = False) -> Row:
        return Row(name, {"accuracy": MetricSummary(accuracy, 0.01, 3)}, ours, bound, "why" if bound else "")

    rows = [row("x", 0.5), row("fused", 0.6, ours=True), row("oracle", 0.7, bound=True), Row("silent", {})]
    lines = table_text(rows, {"accuracy": "higher", "RMSE": "lower"}).splitlines()
    assert lines[0].split() == ["method", "accuracy"]
    assert lines[3] == "fused (ours)    0.600 ± 0.010*"
    assert [line.count("*") for line in lines] == [0, 0, 0, 1, 0, 0]
    assert row_data(rows[2]) == {
        "name": "oracle",
        "ours": False,
        "metrics": {"accuracy": {"mean": 0.7, "std": 0.01, "seeds": 3}},
        "bound": True,
        "note": "why",
    }


@pytest.mark.train
def test_figures_are_drawn_alike_each_time(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    found = reliability(rng.dirichlet(np.ones(5), 300), rng.integers(5, size=300))
    table = rng.integers(30, size=(5, 5))
    for number in range(2):
        draw_reliability(found, found, tmp_path / f"{number}" / "r.svg", "Reliability")
        draw_confusion(table, CLASSES, tmp_path / f"{number}" / "c.svg", "Confusion")
    for name in ("r.svg", "c.svg"):
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()
    png = draw_confusion(table, CLASSES, tmp_path / "c.png", "Confusion")
    assert png.read_bytes().startswith(b"\x89PNG")
    svg = (tmp_path / "0" / "c.svg").read_text("utf-8")
    assert "HIGH" not in svg
    assert "high" in svg
    assert str(table.max()) in svg
