"""Required skills of each posting: the requirements of its cluster with noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.market.demand_process import DemandProcess, ask_probability
from skillpath.synthetic.market.diffusion import adoption
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import GENERAL_GROUPS, TownVocabulary


@dataclass(frozen=True)
class PostingNoise:
    """How postings stray from what their cluster requires."""

    general: float = 0.25
    """Share of posts that also ask for a general human strength."""
    stray: float = 0.06
    """Share of posts that also ask for any skill at all."""
    unknown: float = 0.05
    """Share of posts with a term that no vocabulary knows."""
    unlisted: float = 0.08
    """Share of asked skills that stand in the text only."""
    fewest: int = 3


@dataclass(frozen=True)
class RequiredSkills:
    """Required skills of postings, one row for each posting and leaf skill."""

    posting: NDArray[np.int64]
    leaf: NDArray[np.int64]
    essential: NDArray[np.bool_]


@dataclass(frozen=True)
class SkillRequirements:
    """Skills that each cluster may require, in order of cluster, with spreading skills last.

    Attributes:
        size: rows of each cluster, shape (clusters,); every other array has one entry per row.
        leaf: row of the skill.
        drift: yearly change on the logit scale.
        rate, midpoint: of the S-curve along which the cluster takes the skill up; always taken up where it is not new.
    """

    size: NDArray[np.int64]
    leaf: NDArray[np.int64]
    essential: NDArray[np.bool_]
    level: NDArray[np.float64]
    drift: NDArray[np.float64]
    rate: NDArray[np.float64]
    midpoint: NDArray[np.float64]

    @classmethod
    def of(cls, vocabulary: TownVocabulary, demand: DemandProcess) -> SkillRequirements:
        """Return the table of a market."""
        pair = ["cluster", "leaf"]
        curves = demand.diffusion.table.select(*pair, "rate", "midpoint")
        required = vocabulary.requirements.with_columns(drift=pl.Series(demand.drift))
        spread = demand.diffusion.table.join(required, on=pair, how="anti", maintain_order="left")
        added = spread.select(*pair, "level", essential=pl.lit(False), drift=pl.lit(0.0)).select(required.columns)
        rows = pl.concat([required, added]).sort("cluster", maintain_order=True)
        rows = rows.join(curves, on=pair, how="left", maintain_order="left")
        # A midpoint in the endless past is a skill that is not new.
        rows = rows.with_columns(pl.col("rate").fill_null(1.0), pl.col("midpoint").fill_null(-np.inf))
        size = np.bincount(rows["cluster"].to_numpy(), minlength=vocabulary.clusters.height)
        return cls(
            size, *(rows[name].to_numpy() for name in ("leaf", "essential", "level", "drift", "rate", "midpoint"))
        )


def sample_required_skills(
    rng: np.random.Generator,
    settings: TownSettings,
    requirements: SkillRequirements,
    cluster: NDArray[np.int64],
    date: NDArray[np.datetime64],
    noise: PostingNoise,
) -> RequiredSkills:
    """Return what postings of these clusters and dates, shape (postings,) each, ask of what their clusters may ask."""
    size = requirements.size[cluster]
    posting = np.repeat(np.arange(len(cluster)), size)
    within = np.arange(len(posting)) - np.repeat(np.cumsum(size) - size, size)
    row = (np.cumsum(requirements.size) - requirements.size)[cluster][posting] + within
    essential = requirements.essential[row]
    years = years_from_middle(settings, date)[posting]
    chance = ask_probability(essential, requirements.level[row], requirements.drift[row], years)
    chance *= adoption(requirements.rate[row], requirements.midpoint[row], years + settings.months / 24)
    kept = rng.random(len(posting)) < chance
    few = np.bincount(posting[kept], minlength=len(cluster)) < noise.fewest
    kept |= few[posting] & (within < noise.fewest)
    return RequiredSkills(posting[kept], requirements.leaf[row][kept], essential[kept])


def years_from_middle(settings: TownSettings, date: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Return how many years each date lies after the middle of the window, shape (n,)."""
    begin = settings.first_month.astype("datetime64[D]")
    middle = (settings.end - begin).astype(np.int64) / 2
    years: NDArray[np.float64] = ((date - begin).astype(np.int64) - middle) / 365.25
    return years


def add_noise(
    rng: np.random.Generator, asked: RequiredSkills, vocabulary: TownVocabulary, postings: int, noise: PostingNoise
) -> RequiredSkills:
    """Return what is asked together with human strengths and strays that no requirement explains."""
    general = _general_leaves(vocabulary)
    first = np.flatnonzero(rng.random(postings) < noise.general)
    second = np.flatnonzero(rng.random(postings) < noise.stray)
    leaves = vocabulary.leaves.height
    leaf = np.concatenate([rng.choice(general, len(first)), rng.integers(leaves, size=len(second))])
    posting = np.concatenate([first, second])
    fresh = ~np.isin(posting * leaves + leaf, asked.posting * leaves + asked.leaf)
    added = posting[fresh]
    return RequiredSkills(
        np.concatenate([asked.posting, added]),
        np.concatenate([asked.leaf, leaf[fresh]]),
        np.concatenate([asked.essential, np.zeros(len(added), dtype=np.bool_)]),
    )


def _general_leaves(vocabulary: TownVocabulary) -> NDArray[np.int64]:
    return np.flatnonzero(vocabulary.leaves["broader"].is_in(GENERAL_GROUPS).to_numpy())
