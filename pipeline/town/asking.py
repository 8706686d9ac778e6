"""What each post asks for: the requirements of its cluster, with noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillpath.pipeline.town.demand import Demand, ask_probability
from skillpath.pipeline.town.settings import TownSettings
from skillpath.pipeline.town.vocabulary import GENERAL_GROUPS, Vocabulary


@dataclass(frozen=True)
class PostNoise:
    """How posts stray from what their cluster requires."""

    general: float = 0.25
    """Share of posts that also ask for a general human strength."""
    stray: float = 0.06
    """Share of posts that also ask for any skill at all."""
    unknown: float = 0.05
    """Share of posts with a term that no vocabulary knows."""
    unlisted: float = 0.08
    """Share of asked skills that stand in the text only."""
    no_salary: float = 0.15
    salary_spread: float = 0.08
    fewest: int = 3


@dataclass(frozen=True)
class Asked:
    """Which post asks for which leaf skill, one row each."""

    post: NDArray[np.int64]
    leaf: NDArray[np.int64]
    essential: NDArray[np.bool_]


def ask(
    rng: np.random.Generator,
    settings: TownSettings,
    vocabulary: Vocabulary,
    demand: Demand,
    cluster: NDArray[np.int64],
    date: NDArray[np.datetime64],
    noise: PostNoise,
) -> Asked:
    """Return what posts of these clusters and dates, shape (posts,) each, ask of their requirements."""
    required = vocabulary.requirements
    size = np.bincount(required["cluster"].to_numpy(), minlength=vocabulary.clusters.height)
    post = np.repeat(np.arange(len(cluster)), size[cluster])
    within = np.arange(len(post)) - np.repeat(np.cumsum(size[cluster]) - size[cluster], size[cluster])
    row = (np.cumsum(size) - size)[cluster][post] + within
    essential = required["essential"].to_numpy()[row]
    chance = ask_probability(
        essential,
        required["level"].to_numpy()[row],
        demand.drift[row],
        years_from_middle(settings, date)[post],
    )
    kept = rng.random(len(post)) < chance
    few = np.bincount(post[kept], minlength=len(cluster)) < noise.fewest
    kept |= few[post] & (within < noise.fewest)
    return Asked(post[kept], required["leaf"].to_numpy()[row][kept], essential[kept])


def years_from_middle(settings: TownSettings, date: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return how many years each date lies after the middle of the window, shape (n,)."""
    begin = settings.first_month.astype("datetime64[D]")
    middle = (settings.end - begin).astype(np.int64) / 2
    years: NDArray[np.float64] = ((date - begin).astype(np.int64) - middle) / 365.25
    return years


def with_noise(rng: np.random.Generator, asked: Asked, vocabulary: Vocabulary, posts: int, noise: PostNoise) -> Asked:
    """Return what is asked together with human strengths and strays that no requirement explains."""
    general = _general_leaves(vocabulary)
    first = np.flatnonzero(rng.random(posts) < noise.general)
    second = np.flatnonzero(rng.random(posts) < noise.stray)
    leaves = vocabulary.leaves.height
    leaf = np.concatenate([rng.choice(general, len(first)), rng.integers(leaves, size=len(second))])
    post = np.concatenate([first, second])
    fresh = ~np.isin(post * leaves + leaf, asked.post * leaves + asked.leaf)
    added = post[fresh]
    return Asked(
        np.concatenate([asked.post, added]),
        np.concatenate([asked.leaf, leaf[fresh]]),
        np.concatenate([asked.essential, np.zeros(len(added), dtype=np.bool_)]),
    )


def _general_leaves(vocabulary: Vocabulary) -> NDArray[np.int64]:
    return np.flatnonzero(vocabulary.leaves["broader"].is_in(GENERAL_GROUPS).to_numpy())
