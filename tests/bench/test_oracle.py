"""The bounds of the town: chances that come true, and who knows more foresees more."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from skillpath.embeddings.calibration import reliability
from skillpath.embeddings.evaluation.metrics import compute_metrics
from skillpath.embeddings.evaluation.outlook import Outlook, stack_samples
from skillpath.embeddings.forecast_targets import (
    ForecastTargets,
    ForecastTargetSettings,
    fix_thresholds,
    mean_windows,
    split_origins,
)
from skillpath.synthetic import generate_town, settings_of
from skillpath.synthetic.market.demand_process import DemandProcess, make_demand
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import read_vocabulary
from tests.embeddings.histories import small_history

if TYPE_CHECKING:
    from bench.learning.oracle import LatentDemand, forecast, observed_states, read_market
else:
    # Measurements are no package: the folder above them must not become one in which `graph` is a top-level name.
    place = Path(__file__).parents[2] / "bench" / "learning" / "oracle.py"
    spec = importlib.util.spec_from_file_location("bench_oracle", place)
    bounds = sys.modules["bench_oracle"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bounds)
    LatentDemand, forecast = bounds.LatentDemand, bounds.forecast
    observed_states, read_market = bounds.observed_states, bounds.read_market

HORIZON = 3
CONSTANTS = {"memory": 0.7, "shock": 0.1, "lasts": 0.85, "industry_rate": 0.12, "cluster_rate": 0.06}
CONSTANTS |= {"least": 0.25, "most": 0.6}


@pytest.fixture(scope="module")
def demand() -> DemandProcess:
    return make_demand(TownSettings(seed=5, postings=80_000, months=48), read_vocabulary())


@pytest.fixture(scope="module")
def market(demand: DemandProcess) -> LatentDemand:
    industries = read_vocabulary().clusters["industries"].str.split("|").list.len().to_numpy()
    return LatentDemand(demand.structural + demand.season, demand.noise, demand.shocks.effect, industries, CONSTANTS)


@pytest.fixture(scope="module")
def targets(demand: DemandProcess) -> ForecastTargets:
    settings, split = ForecastTargetSettings(), split_origins(48)
    past, future = mean_windows(demand.postings.astype(np.float64), HORIZON)
    trend, limits = np.log((future + 1) / (past + 1)), fix_thresholds(future[:, split.train], settings)
    unknown, known = np.full_like(trend, np.nan), ~np.isnan(trend)
    label = limits.classify(trend, future)
    return ForecastTargets(past, future, limits.level(future), trend, label, unknown, known, ~known, limits, split)


@pytest.fixture(scope="module")
def oracle(market: LatentDemand, targets: ForecastTargets) -> Outlook:
    return forecast(market, targets, HORIZON, paths=500)


def test_its_chances_come_true(oracle: Outlook, targets: ForecastTargets) -> None:
    origins = np.arange(2, 45)
    probabilities, labels = stack_samples(oracle, targets, origins)
    assert reliability(probabilities, labels).error < 0.04
    hits, chance = probabilities.argmax(axis=1) == labels, probabilities.max(axis=1)
    # Months overlap, so that a deviation counts for about three.
    assert abs(hits.mean() - chance.mean()) < 3 * np.sqrt(3 * 0.25 / len(labels))
    error = oracle.trend[:, origins] - targets.trend[:, origins]
    assert abs(error.mean()) < 0.03
    assert error.std() < 0.6 * targets.trend[:, origins].std()


def test_who_sees_posts_only_foresees_less_and_is_honest_too(
    oracle: Outlook, market: LatentDemand, targets: ForecastTargets, demand: DemandProcess
) -> None:
    states = observed_states(market, demand.postings, paths=500)
    seen = forecast(market, targets, HORIZON, paths=500, states=states)
    origins = np.arange(12, 45)
    assert compute_metrics(seen, targets, origins)["log-loss"] > compute_metrics(oracle, targets, origins)["log-loss"]
    assert reliability(*stack_samples(seen, targets, origins)).error < 0.06
    truth = market.noise + market.shock
    guess = states.sum(axis=0).mean(axis=-1)
    assert np.corrcoef(truth.ravel(), guess.ravel())[0, 1] > 0.7


def test_posts_still_to_come_change_nothing_that_is_known(market: LatentDemand, demand: DemandProcess) -> None:
    later = demand.postings.copy()
    later[:, 30:] = 0
    before, after = (observed_states(market, counts, paths=50)[:, :, :30] for counts in (demand.postings, later))
    np.testing.assert_array_equal(before, after)


def test_the_truth_is_read_in_the_order_of_the_history(tmp_path: Path) -> None:
    generate_town(tmp_path, settings_of("60", 3))
    table = pl.read_parquet(tmp_path / "truth" / "demand.parquet")
    codes = table["cluster"].unique().sort().to_list()
    small = small_history()
    history = replace(small, months=48, codes=small.codes | {"cluster": codes})
    market = read_market(tmp_path / "truth", history)
    row = table.row(by_predicate=(pl.col("cluster") == codes[7]) & (pl.col("month") == "2022-03-01"), named=True)
    assert market.steady[7, 14] == pytest.approx(row["structural"] + row["season"])
    assert (market.noise[7, 14], market.shock[7, 14]) == pytest.approx((row["noise"], row["demand_shock"]))
    assert market.shape == CONSTANTS | market.shape
    assert market.industries.min() >= 1
