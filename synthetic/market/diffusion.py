"""Diffusion of new skills between clusters along S-curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary

NEW_SKILLS = (
    "natural language processing",
    "infrastructure as code",
    "data governance",
    "additive manufacturing",
    "robot programming",
    "internet of things",
    "building information modelling",
    "heat pump installation",
    "energy storage systems",
    "sustainability reporting",
    "e-learning design",
    "motion graphics",
    "web analytics",
    "dashboard building",
)


@dataclass(frozen=True)
class SpreadShape:
    """How fast a new skill spreads; ranges are (least, most) of uniform draws."""

    leaders: int = 2
    followers: int = 6
    """At least so many; every cluster that requires the skill is one of them."""
    rate: tuple[float, float] = (2.0, 5.0)
    """Steepness of the S-curve, a year."""
    begins: tuple[float, float] = (0.1, 0.4)
    """When half of the leaders' posts have taken it up, as a share of the window."""
    lag: tuple[float, float] = (0.25, 0.6)
    """How much later the last follower is there, as a share of the window."""
    level: tuple[float, float] = (0.3, 0.6)
    """Level that a follower which did not require the skill before asks for."""


@dataclass(frozen=True)
class Diffusion:
    """Which cluster takes up which new skill, one row each.

    Attributes:
        table: cluster, leaf (row numbers), leads, level, rate (a year), midpoint (years from the window's start).
    """

    table: pl.DataFrame


def make_diffusion(settings: TownSettings, vocabulary: TownVocabulary, shape: SpreadShape | None = None) -> Diffusion:
    """Return how the new skills spread in this town."""
    shape = shape or SpreadShape()
    rng = settings.rng("diffusion")
    alike = _likeness(vocabulary.levels)
    leaves = vocabulary.leaf_rows(NEW_SKILLS, "diffusion.py")
    return Diffusion(pl.concat([_spread(rng, settings, vocabulary, leaf, alike, shape) for leaf in leaves]))


def adoption(
    rate: NDArray[np.float64], midpoint: NDArray[np.float64], years: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of a cluster that has taken a skill up, `years` after the window's start; shapes broadcast."""
    share: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-rate * (years - midpoint)))
    return share


def _likeness(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    unit = levels / np.linalg.norm(levels, axis=1, keepdims=True)
    cosine: NDArray[np.float64] = unit @ unit.T
    return cosine


def _spread(
    rng: np.random.Generator,
    settings: TownSettings,
    vocabulary: TownVocabulary,
    leaf: int,
    alike: NDArray[np.float64],
    shape: SpreadShape,
) -> pl.DataFrame:
    asked = vocabulary.levels[:, leaf]
    leaders = np.argsort(-asked, kind="stable")[: min(shape.leaders, int((asked > 0).sum()))]
    near = alike[leaders].max(axis=0) + (asked > 0)
    near[leaders] = -np.inf
    wanted = max(shape.followers, int((asked > 0).sum()) - len(leaders))
    followers = np.argsort(-near, kind="stable")[:wanted]
    years = settings.months / 12
    distance = np.concatenate([np.zeros(len(leaders)), np.arange(1, wanted + 1) / wanted])
    begins, lag = rng.uniform(*shape.begins), rng.uniform(*shape.lag)
    cluster = np.concatenate([leaders, followers])
    level = np.where(asked[cluster] > 0, asked[cluster], rng.uniform(*shape.level, len(cluster)))
    return pl.DataFrame(
        {
            "cluster": cluster,
            "leaf": np.full(len(cluster), leaf),
            "leads": distance == 0,
            "level": level,
            "rate": np.full(len(cluster), rng.uniform(*shape.rate)),
            "midpoint": (begins + lag * distance) * years,
        }
    )
