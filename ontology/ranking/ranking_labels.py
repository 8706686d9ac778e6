"""The labels that a ranking compares: preferred first, then alternatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

_QUALIFIER = r"\s*\([^()]*\)\s*$"


@dataclass(frozen=True)
class Labels:
    """Skills (in the order of their codes) and every label they have.

    Attributes:
        codes: (K) codes, sorted.
        preferred: (K) preferred labels.
        alternatives: (A) alternative labels; ``owners`` (A) says whose.
    """

    codes: list[str]
    preferred: list[str]
    alternatives: list[str]
    owners: NDArray[np.int64]

    @classmethod
    def of(cls, labels: pl.DataFrame) -> Labels:
        """From code, label, altLabels; a label in brackets at the end counts with and without them."""
        skills = labels.sort("code").with_row_index("at")
        short = pl.col("label").str.replace(_QUALIFIER, "")
        names = pl.concat_list(pl.col("altLabels"), short)
        rest = skills.select("at", "label", text=names).explode("text")
        rest = rest.filter((pl.col("text") != pl.col("label")) & (pl.col("text") != "")).drop_nulls("text")
        rest = rest.unique(["at", "text"], maintain_order=True)
        owners = rest["at"].cast(pl.Int64).to_numpy()
        return cls(skills["code"].to_list(), skills["label"].to_list(), rest["text"].to_list(), owners)

    def every(self) -> tuple[list[str], NDArray[np.int64]]:
        """All labels, preferred ones first, and whose each is."""
        return [*self.preferred, *self.alternatives], np.concatenate([np.arange(len(self.codes)), self.owners])


def best_by_owner(scores: NDArray[np.float32], owners: NDArray[np.int64], size: int) -> NDArray[np.float32]:
    """Highest score of each owner: (n, labels) to (n, size); -1 where an owner has no label."""
    order = np.argsort(owners, kind="stable")
    sorted_, starts = np.unique(owners[order], return_index=True)
    best = np.full((scores.shape[0], size), -1.0, dtype=np.float32)
    if len(order):
        best[:, sorted_] = np.maximum.reduceat(scores[:, order], starts, axis=1)
    return best
