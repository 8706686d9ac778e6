"""Oracle forecast of the synthetic town's demand, which knows the latent process up to each month.

Not a model, but the ceiling for all of them; docs/generator.md says why. Tables of the truth are read for judging only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.evaluation.outlook import Outlook, empty_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.history import History
from skillpath.embeddings.model_forecasts import CLASSES
from skillpath.synthetic.town_vocabulary import read_vocabulary


@dataclass(frozen=True)
class LatentDemand:
    """The truth of demand, on the log scale of new posts (C, T) in the order of a history's clusters.

    Attributes:
        steady: structural part and season, known for all months. noise, shock: what wears off.
        industries: (C,) how many industries a cluster is in; each is hit on its own and weighs one over their number.
        shape: constants of the process by name.
    """

    steady: Floats
    noise: Floats
    shock: Floats
    industries: NDArray[np.int64]
    shape: dict[str, float]


def read_market(truth: Path, history: History) -> LatentDemand:
    """The market of the clusters of ``history`` from the tables of the truth."""
    codes, months = history.codes["cluster"], history.months
    table = pl.read_parquet(truth / "demand.parquet")
    row = table["cluster"].replace_strict({code: i for i, code in enumerate(codes)}, return_dtype=pl.Int64).to_numpy()
    month = table["month"].cast(pl.String).to_numpy().astype("datetime64[M]") - history.first_month

    def grid(*names: str) -> Floats:
        cells = np.full((len(codes), months), np.nan)
        cells[row, month.astype(np.int64)] = table.select(pl.sum_horizontal(names)).to_series().to_numpy()
        return cells

    clusters = read_vocabulary().clusters
    lists = dict(zip(clusters["code"], clusters["industries"].str.split("|").list.len(), strict=True))
    constants = pl.read_parquet(truth / "parameters.parquet")
    shape = {n: float(v) for p, n, v in constants.rows() if p in ("MarketShape", "ShockShape")}
    return LatentDemand(
        grid("structural", "season"), grid("noise"), grid("demand_shock"), np.array([lists[c] for c in codes]), shape
    )


def forecast(
    market: LatentDemand,
    targets: ForecastTargets,
    horizon: int,
    paths: int = 2000,
    seed: int = 0,
    states: Floats | None = None,
) -> Outlook:
    """Forecasts of every known origin by ``paths`` futures of the process, with Poisson posts in each; no gap.

    Args:
        states: (2, C, T, paths) noise and shock of each month as far as they can be known; by default the truth.
    """
    rng = np.random.default_rng(seed)
    clusters, months = targets.past.shape
    noise = _accumulate_decaying(
        rng.normal(0, market.shape["shock"], (clusters, horizon, paths)), market.shape["memory"]
    )
    shocks = _accumulate_decaying(_sample_impulses(rng, market, horizon, paths), market.shape["lasts"])
    known = np.stack([market.noise, market.shock])[..., None] if states is None else states
    outlook = empty_outlook(clusters, months)
    ahead = np.arange(1, horizon + 1)[:, None]
    for origin in np.flatnonzero(targets.known.all(axis=0)):
        kept = market.shape["memory"] ** ahead * known[0, :, [origin]].swapaxes(0, 1)
        kept = kept + market.shape["lasts"] ** ahead * known[1, :, [origin]].swapaxes(0, 1)
        expected = np.exp(market.steady[:, origin + ahead[:, 0]][:, :, None] + kept + noise + shocks)
        # Posts of independent months are Poisson together.
        future = rng.poisson(expected.sum(axis=1)) / horizon
        limits = targets.thresholds
        change = np.log(future + limits.smoothing) - np.log(targets.past[:, [origin]] + limits.smoothing)
        label = limits.classify(change, future)
        outlook.probabilities[:, origin] = np.stack([(label == k).mean(axis=1) for k in range(len(CLASSES))], axis=1)
        outlook.demand[:, origin], outlook.trend[:, origin] = limits.level(future).mean(axis=1), change.mean(axis=1)
    return outlook


def observed_states(market: LatentDemand, counts: NDArray[np.int64], paths: int = 2000, seed: int = 0) -> Floats:
    """(2, C, T, paths) noise and shock as far as the posts up to each month tell them, by a particle filter.

    Who knows trend, season and rules, but sees of noise and shocks only what the cluster's posts show, can do no
    better; what is left to the oracle is hindsight that no model has.
    """
    rng = np.random.default_rng(seed)
    clusters, months = counts.shape
    impulses = _sample_impulses(rng, market, months, paths)
    still = market.shape["shock"] / np.sqrt(1 - market.shape["memory"] ** 2)
    noise, shock = rng.normal(0, still, (clusters, paths)), np.zeros((clusters, paths))
    states = np.empty((2, clusters, months, paths))
    for month in range(months):
        if month:
            noise = market.shape["memory"] * noise + rng.normal(0, market.shape["shock"], noise.shape)
        shock = market.shape["lasts"] * shock + impulses[:, month]
        rate = market.steady[:, [month]] + noise + shock
        chance = counts[:, [month]] * rate - np.exp(rate)
        weight = np.exp(chance - chance.max(axis=1, keepdims=True)).cumsum(axis=1)
        # Systematic resampling: one random start, even steps.
        steps = (np.arange(paths) + rng.random((clusters, 1))) / paths * weight[:, -1:]
        rows = np.stack([np.searchsorted(w, s) for w, s in zip(weight, steps, strict=True)]).clip(0, paths - 1)
        noise, shock = np.take_along_axis(noise, rows, axis=1), np.take_along_axis(shock, rows, axis=1)
        states[0, :, month], states[1, :, month] = noise, shock
    return states


def _sample_impulses(rng: np.random.Generator, market: LatentDemand, horizon: int, paths: int) -> Floats:
    """(C, horizon, paths) what new shocks of a cluster and of its industries add in the month they come."""
    shape, size = market.shape, (len(market.industries), horizon, paths)
    industry = rng.poisson((market.industries * shape["industry_rate"] / 12)[:, None, None], size)
    own = rng.poisson(shape["cluster_rate"] / 12, size)
    return _sample_shocks(rng, industry, shape) / market.industries[:, None, None] + _sample_shocks(rng, own, shape)


def _sample_shocks(rng: np.random.Generator, count: NDArray[np.int64], shape: dict[str, float]) -> Floats:
    """Sum of as many signed sizes as ``count`` says, same shape."""
    where = np.repeat(np.flatnonzero(count), count.ravel()[np.flatnonzero(count)])
    sizes = rng.choice((-1.0, 1.0), len(where)) * rng.uniform(shape["least"], shape["most"], len(where))
    total = np.bincount(where, sizes, minlength=count.size)
    return np.asarray(total, dtype=np.float64).reshape(count.shape)


def _accumulate_decaying(fresh: Floats, share: float) -> Floats:
    for step in range(1, fresh.shape[1]):
        fresh[:, step] += share * fresh[:, step - 1]
    return fresh
