"""How near skills are to each other by the occupations that require them."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.ontology.ranking.sparse_rows import pair_cosines, unit_rows

_BLOCK = 50_000
"""Pairs compared at a time, which bounds the memory."""


class SkillAffinity:
    """Cosine of skills over occupations, and how many occupations require each.

    Args:
        requirements: cluster, skill, weight.
    """

    def __init__(self, requirements: pl.DataFrame) -> None:
        clusters = requirements.select(cluster=pl.col("cluster").unique().sort()).with_row_index("row")
        self._skills = requirements.select(code=pl.col("skill").unique().sort()).with_row_index("at")
        placed = requirements.join(clusters, on="cluster").join(self._skills, left_on="skill", right_on="code")
        row, at = placed["row"].to_numpy().astype(np.int64), placed["at"].to_numpy().astype(np.int64)
        frequency = np.bincount(at, minlength=self._skills.height)
        self._breadth = self._skills.select("code", breadth=pl.Series(np.log1p(frequency), dtype=pl.Float64))
        rarity = np.log1p(clusters.height / np.maximum(frequency, 1))
        values = placed["weight"].to_numpy().astype(np.float64) * rarity[at]
        profiles = unit_rows(csr_array((values, (row, at)), shape=(clusters.height, self._skills.height)))
        self._vectors = unit_rows(csr_array(profiles.T))

    def breadth(self, codes: pl.Series) -> pl.Series:
        """log(1 + occupations that require it) of each skill."""
        found = codes.to_frame("code").join(self._breadth, on="code", how="left", maintain_order="left")
        return found["breadth"].fill_null(0.0)

    def coherence(self, found: pl.DataFrame, nearest: int = 3) -> pl.DataFrame:
        """(doc, code, coherence) of the skills found in each document: mean cosine with the nearest other ones.

        Args:
            found: doc, code; one row each.
            nearest: how many others count; where there are fewer, the missing ones count 0.
        """
        known = found.select("doc", "code").join(self._skills, on="code", how="left", maintain_order="left")
        pairs = known.select("doc", "at").join(known.select("doc", other="at"), on="doc")
        pairs = pairs.filter(pl.col("at") < pl.col("other"))
        distinct = pairs.select("at", "other").unique().sort("at", "other")
        compared = distinct.with_columns(cosine=pl.Series(self._cosines(distinct), dtype=pl.Float64))
        near = pairs.join(compared, on=["at", "other"])
        both = pl.concat([near.select("doc", "at", "cosine"), near.select("doc", at="other", cosine="cosine")])
        best = both.group_by("doc", "at").agg(coherence=pl.col("cosine").top_k(nearest).sort().sum() / nearest)
        joined = known.join(best, on=["doc", "at"], how="left", maintain_order="left")
        return joined.select("doc", "code", pl.col("coherence").fill_null(0.0))

    def _cosines(self, pairs: pl.DataFrame) -> NDArray[np.float64]:
        return pair_cosines(self._vectors, self._vectors, pairs["at"].to_numpy(), pairs["other"].to_numpy(), _BLOCK)
