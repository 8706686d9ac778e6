"""Written skill terms: preferred labels, alternative labels and spelling mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.synthetic.town_vocabulary import TownVocabulary


@dataclass(frozen=True)
class TermNoise:
    """Noise of written terms against the preferred label."""

    other_label: float = 0.38
    """Share of terms that use an alternative label."""
    slip: float = 0.02
    """Share of terms with one misspelt place."""
    capital: float = 0.1
    """Share of terms that begin with a capital letter."""


def write_terms(
    rng: np.random.Generator, leaves: NDArray[np.int64], vocabulary: TownVocabulary, term_noise: TermNoise
) -> pl.Series:
    """Return one written term for each leaf row number, shape (n,)."""
    labels = vocabulary.leaves["label"].gather(leaves)
    others = vocabulary.leaves["altLabels"].str.split("|").gather(leaves)
    pick = (rng.random(len(leaves)) * others.list.len().to_numpy()).astype(np.int64)
    chosen = pl.DataFrame({"label": labels, "others": others, "pick": pick, "draw": rng.random(len(leaves))})
    terms = chosen.select(
        pl.when(pl.col("draw") < term_noise.other_label)
        .then(pl.col("others").list.get(pl.col("pick")))
        .otherwise("label")
        .alias("term")
    )["term"]
    return _misspell_some(rng, _with_capitals(rng, terms, term_noise.capital), term_noise.slip)


def joined(owner: NDArray[np.int64], terms: pl.Series, owners: int) -> pl.Series:
    """Return `|`-joined terms for each owner 0..owners-1; empty text where an owner has none."""
    grouped = pl.DataFrame({"owner": owner, "term": terms}).group_by("owner").agg("term")
    everyone = pl.DataFrame({"owner": np.arange(owners)}).join(grouped, on="owner", how="left", maintain_order="left")
    return everyone["term"].list.unique(maintain_order=True).list.join("|").fill_null("")


def _with_capitals(rng: np.random.Generator, terms: pl.Series, share: float) -> pl.Series:
    drawn = pl.Series(rng.random(len(terms)) < share)
    raised = terms.str.head(1).str.to_uppercase() + terms.str.tail(-1)
    return raised.zip_with(drawn, terms)


def _misspell_some(rng: np.random.Generator, terms: pl.Series, share: float) -> pl.Series:
    long_enough = terms.str.len_chars().to_numpy() > 5
    rows = np.flatnonzero((rng.random(len(terms)) < share) & long_enough)
    if not len(rows):
        return terms
    return terms.scatter(rows, [_misspell(rng, term) for term in terms.gather(rows)])


def _misspell(rng: np.random.Generator, term: str) -> str:
    inside = [place for place in range(1, len(term) - 1) if term[place : place + 2].isalpha()]
    place = int(rng.choice(inside))
    kind = rng.integers(3)
    if kind == 0:
        return term[:place] + term[place + 1 :]
    if kind == 1:
        return term[:place] + term[place] + term[place:]
    return term[:place] + term[place + 1] + term[place] + term[place + 2 :]
