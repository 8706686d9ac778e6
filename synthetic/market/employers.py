"""Employers of the town, their places and the clusters they hire for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.packaged import read_packaged
from skillpath.synthetic.town_settings import TownSettings
from skillpath.synthetic.town_vocabulary import TownVocabulary

REGIONS = (
    "Old Town",
    "Harbour",
    "University Quarter",
    "Northgate",
    "Southbank",
    "Eastfields",
    "Mill Valley",
    "Lakeside",
)


@dataclass(frozen=True)
class HiringHabits:
    """Who hires where."""

    outside_industry: float = 0.02
    """Share of posts by an employer of an industry that seldom needs the cluster."""
    elsewhere: float = 0.12
    """Share of posts for a place outside the employer's home district."""


@dataclass(frozen=True)
class Employers:
    """All employers of the town.

    Attributes:
        table: employer, industry, region (home district).
        size: how much each hires, shape (employers,).
    """

    table: pl.DataFrame
    size: NDArray[np.float64]

    @classmethod
    def read(cls, settings: TownSettings) -> Employers:
        """Return the packaged employers, each with a home district."""
        listed = read_packaged("employers.csv")
        rng = settings.rng("homes")
        home = rng.integers(len(REGIONS), size=listed.height)
        size = rng.lognormal(0.0, 0.5, listed.height)
        return cls(listed.with_columns(region=pl.Series([REGIONS[place] for place in home])), size)

    def draw(
        self,
        rng: np.random.Generator,
        vocabulary: TownVocabulary,
        cluster: NDArray[np.int64],
        habits: HiringHabits | None = None,
    ) -> pl.DataFrame:
        """Return employer, industry and region of each posting, shape (postings,) each."""
        habits = habits or HiringHabits()
        chance = self._chances(vocabulary, habits).cumsum(axis=1)
        row = (rng.random(len(cluster))[:, None] > chance[cluster]).sum(axis=1)
        chosen: pl.DataFrame = self.table[np.minimum(row, self.table.height - 1)]
        away = pl.Series(rng.random(len(cluster)) < habits.elsewhere)
        other = pl.Series(np.array(REGIONS)[rng.integers(len(REGIONS), size=len(cluster))])
        return chosen.with_columns(region=other.zip_with(away, chosen["region"]))

    def _chances(self, vocabulary: TownVocabulary, habits: HiringHabits) -> NDArray[np.float64]:
        lists = vocabulary.clusters["industries"].str.split("|").to_list()
        fits = np.array([self.table["industry"].is_in(listed).to_numpy() for listed in lists]) * self.size
        anyone = self.size / self.size.sum()
        inside = fits / fits.sum(axis=1, keepdims=True)
        chances: NDArray[np.float64] = inside * (1 - habits.outside_industry) + habits.outside_industry * anyone
        return chances
