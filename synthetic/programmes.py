"""Programmes of university and college, and the clusters they lead to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.packaged import read_packaged
from skillpath.synthetic.town_vocabulary import TownVocabulary


@dataclass(frozen=True)
class Programmes:
    """The programmes of university and college.

    Attributes:
        table: programme, school, weight, clusters.
        leads_to: shape (programmes, clusters).
    """

    table: pl.DataFrame
    leads_to: NDArray[np.bool_]

    @classmethod
    def read(cls, vocabulary: TownVocabulary) -> Programmes:
        """Return the packaged programmes."""
        table = read_packaged("programmes.csv").with_columns(pl.col("weight").cast(pl.Float64))
        leads_to = np.zeros((table.height, vocabulary.clusters.height), dtype=np.bool_)
        for row, labels in enumerate(table["clusters"].str.split("|")):
            leads_to[row, [vocabulary.cluster_row[label] for label in labels]] = True
        return cls(table, leads_to)

    def mean(self, of_clusters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over the clusters that each programme leads to; (clusters, …) → (programmes, …)."""
        mean: NDArray[np.float64] = (self.leads_to / self.leads_to.sum(axis=1, keepdims=True)) @ of_clusters
        return mean
