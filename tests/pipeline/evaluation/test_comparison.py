"""The two tables: every method a row with all seeds, bounds apart, sentences that follow from the figures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from skillpath.embeddings.baselines.baseline_comparison import Baseline
from skillpath.embeddings.baselines.naive import NaiveSettings, forecast_naive
from skillpath.embeddings.baselines.state_space import fit_state_space, forecast_state_space
from skillpath.embeddings.evaluation.outlook import Outlook
from skillpath.embeddings.forecast_targets import ForecastTargets, build_targets
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.evaluation.comparison import EXPECTED, FUSED, SHARE, STEPS, Comparison, compare, draw, facts
from tests.embeddings.histories import small_history

HORIZON = 3
HISTORY = small_history(11, clusters=12, months=48, posts_a_month=30.0)


@pytest.fixture(scope="module")
def targets() -> ForecastTargets:
    return build_targets(HISTORY)


@pytest.fixture(scope="module")
def done(targets: ForecastTargets) -> Comparison:
    counts = HISTORY.counts().astype(np.float64)
    filtered = forecast_state_space(fit_state_space(HISTORY, targets, HORIZON), targets, HORIZON)

    def last(settings: NaiveSettings, _: int) -> Outlook:
        return forecast_naive(counts, targets, HORIZON, settings)

    def fuse(channels: tuple[str, ...], seed: int) -> Outlook:
        """The state space, bolder with every channel and a little with every seed."""
        bold = filtered.probabilities ** (1 + 0.2 * len(channels) + 0.01 * seed)
        return replace(filtered, probabilities=bold / bold.sum(axis=-1, keepdims=True))

    sure = np.eye(5)[np.maximum(targets.label, 0)] * 0.8 + 0.04
    knowing = Outlook(sure, targets.demand, targets.trend, np.full_like(targets.gap, np.nan))
    entries = [Baseline("XGBoost", last, [NaiveSettings(), NaiveSettings(0.5)], random=False)]
    return compare(entries, fuse, targets, HORIZON, Reporter(Console(quiet=True)), seeds=3, oracle=knowing)


def test_every_method_has_a_row_and_the_oracle_is_a_bound(done: Comparison) -> None:
    assert [row.name for row in done.comparison] == ["XGBoost", FUSED, "oracle"]
    assert [row.name for row in done.ablation] == list(STEPS)
    rival, ours, bound = done.comparison
    assert (rival.ours, ours.ours, bound.bound) == (False, True, True)
    assert {figure.seeds for figure in ours.figures.values()} == {3}
    assert {figure.seeds for figure in rival.figures.values()} == {1}
    assert "RMSE of gap" not in bound.figures
    assert set(done.seconds) == {"XGBoost", *STEPS}


def test_shares_and_true_chances_are_of_the_oracle(done: Comparison, targets: ForecastTargets) -> None:
    ours, bound = done.comparison[1].figures, done.comparison[2].figures
    assert bound["accuracy"].mean == 1.0
    assert ours[SHARE].mean == pytest.approx(ours["accuracy"].mean)
    assert bound[EXPECTED].mean == pytest.approx(0.84)
    assert ours[EXPECTED].mean == pytest.approx(0.84 * ours["accuracy"].mean + 0.04 * (1 - ours["accuracy"].mean))


def test_sentences_follow_from_the_tables(done: Comparison) -> None:
    sentences = facts(done)
    margin = 100 * (done.comparison[1].figures["accuracy"].mean - done.comparison[0].figures["accuracy"].mean)
    assert sentences[0].startswith(f"{margin:+.1f} points of accuracy against XGBoost (95 % interval over clusters ")
    assert [line.split(":")[0] for line in sentences[1:4]] == ["+ text", "+ sequence", "+ graph"]
    assert "+ text: accuracy the same; log-loss " in sentences[1]
    assert sentences[4].startswith("Calibration error ")
    assert "of the oracle's accuracy (1.000)" in sentences[6]


def test_scaling_undoes_boldness(done: Comparison) -> None:
    mild, bold = (done.contestants[name].outlooks[0] for name in (next(iter(STEPS)), list(STEPS)[-1]))
    assert bold.temperature / mild.temperature == pytest.approx(1.8 / 1.2, rel=1e-2)
    np.testing.assert_allclose(bold.probabilities, mild.probabilities, atol=5e-3)
    assert done.ablation[0].figures["ECE unscaled"].mean != done.ablation[-1].figures["ECE unscaled"].mean


@pytest.mark.train
def test_figures_are_written(done: Comparison, tmp_path: Path) -> None:
    assert sorted(p.name for p in draw(done, tmp_path / "f")) == ["confusion.svg", "reliability.svg"]
