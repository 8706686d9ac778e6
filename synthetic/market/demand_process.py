"""Latent demand process: expected postings of each cluster and month, and the skills it requires."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.diffusion import Diffusion, make_diffusion
from skillpath.synthetic.market.shocks import Shocks, accumulate_decaying, make_shocks
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary


@dataclass(frozen=True)
class MarketShape:
    """How strongly the market moves, on the log scale of expected postings."""

    trend_spread: float = 0.05
    """Standard deviation of a cluster's yearly trend around the one in the catalogue."""
    season: float = 0.4
    """Amplitude of clusters with a known peak month."""
    mild_season: float = 0.06
    shock: float = 0.1
    """Standard deviation of what is new each month in the noise."""
    memory: float = 0.7
    """Share of the noise that lasts into the next month."""
    drift: float = 0.15
    """Standard deviation of the yearly change in how often a skill is asked, on the logit scale."""


@dataclass(frozen=True)
class DemandProcess:
    """The latent truth of the market; reposts are not in it.

    The logarithm of `intensity` is `structural + season + noise + shocks.effect`, each of shape (clusters, months).

    Attributes:
        trend: yearly growth of each cluster on the log scale, shape (clusters,).
        structural: popularity and trend, and the constant that makes the posts add up.
        intensity: expected posts.
        posts: posts drawn.
        drift: yearly change on the logit scale of each row of the requirements, shape (requirements,).
        diffusion: how new skills spread over the clusters.
    """

    trend: NDArray[np.float64]
    structural: NDArray[np.float64]
    season: NDArray[np.float64]
    noise: NDArray[np.float64]
    shocks: Shocks
    intensity: NDArray[np.float64]
    postings: NDArray[np.int64]
    drift: NDArray[np.float64]
    diffusion: Diffusion


def make_demand(settings: TownSettings, vocabulary: TownVocabulary, shape: MarketShape | None = None) -> DemandProcess:
    """Return the market of the window; its postings and the reposts add up to `settings.postings`."""
    shape = shape or MarketShape()
    rng = settings.rng("demand")
    clusters = vocabulary.clusters
    trend = clusters["outlook"].to_numpy() * settings.trend_scale + rng.normal(0, shape.trend_spread, clusters.height)
    years = np.arange(settings.months) / 12.0
    structural = np.log(clusters["popularity"].to_numpy())[:, None] + trend[:, None] * (years - years.mean())
    season = _season(rng, settings, clusters, shape)
    noise = accumulate_decaying(rng.normal(0, shape.shock, structural.shape), shape.memory)
    shocks = make_shocks(settings, clusters)
    weight = np.exp(structural + season + noise + shocks.effect)
    originals = settings.postings - settings.reposts
    share = weight / weight.sum()
    postings = rng.multinomial(originals, share.ravel()).reshape(share.shape)
    structural += np.log(originals / weight.sum())
    drift = rng.normal(0, shape.drift, vocabulary.requirements.height)
    diffusion = make_diffusion(settings, vocabulary)
    return DemandProcess(trend, structural, season, noise, shocks, share * originals, postings, drift, diffusion)


def month_names(settings: TownSettings) -> NDArray[np.str_]:
    """Return the first day of each month of the window as ISO text, shape (months,)."""
    return (settings.first_month + np.arange(settings.months)).astype("datetime64[D]").astype(np.str_)


def ask_probability(
    essential: NDArray[np.bool_],
    level: NDArray[np.float64],
    drift: NDArray[np.float64],
    years: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return how likely a posting names a requirement, all shapes (n,); `years` from the window's middle."""
    base = np.where(essential, 0.65 + 0.3 * level, 0.12 + 0.65 * level)
    logit = np.log(base / (1 - base)) + drift * years
    probability: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-logit))
    return probability


def _season(
    rng: np.random.Generator, settings: TownSettings, clusters: pl.DataFrame, shape: MarketShape
) -> NDArray[np.float64]:
    known = clusters["peak"].is_not_null().to_numpy()
    anywhere = rng.integers(1, 13, clusters.height)
    peak = np.where(known, clusters["peak"].fill_null(0).to_numpy(), anywhere)
    size = np.where(known, shape.season, shape.mild_season)
    calendar = (settings.first_month + np.arange(settings.months)).astype(np.int64) % 12 + 1
    wave: NDArray[np.float64] = size[:, None] * np.cos(2 * np.pi * (calendar - peak[:, None]) / 12.0)
    return wave
