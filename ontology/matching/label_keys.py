"""The normalised label keys of all skills, compared with their preferred labels."""

from __future__ import annotations

import polars as pl

from skillpath.ontology.matching.chinese import chinese_names
from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.matching.stems import stemmed
from skillpath.ontology.matching.word_lists import AMBIGUOUS

QUALIFIER = r"\s*\([^()]*\)\s*$"


def label_forms(labels: pl.DataFrame) -> pl.DataFrame:
    """One row for each label of each skill, and for each Chinese name we know for it.

    Args:
        labels: code, label, altLabels (list of text).

    Returns:
        code, text, rank (0 preferred, 1 alternative, 2 our own Chinese name), key (see `labels.normalised`),
        stems (list), own (the key of the preferred label), kinship (share of stems in common with it, 0..1; 1 for
        a Chinese name) and ambiguous (an everyday word that is this skill's name only with its qualifier).
    """
    own = labels.with_columns(own=normalised(pl.col("label"))).with_columns(own_stems=stemmed(pl.col("own")))
    own = own.with_columns(qualified=pl.col("label").str.contains(r"\S" + QUALIFIER))
    rest = ("own", "own_stems", "qualified")
    preferred = own.select("code", *rest, text="label", rank=pl.lit(0, pl.UInt8), key="own", stems="own_stems")
    other = own.select("code", *rest, text="altLabels", rank=pl.lit(1, pl.UInt8)).explode("text").drop_nulls("text")
    other = other.with_columns(key=normalised(pl.col("text"))).with_columns(stems=stemmed(pl.col("key")))
    chinese = _chinese(preferred)
    forms = pl.concat([preferred, other.select(preferred.columns), chinese.select(preferred.columns)]).filter(
        pl.col("key") != ""
    )
    return forms.select(
        "code",
        "text",
        "rank",
        "key",
        "stems",
        "own",
        kinship=_kinship(pl.col("stems"), pl.col("own_stems")),
        ambiguous=pl.col("qualified") & pl.col("key").is_in(list(AMBIGUOUS)),
    )


def _chinese(preferred: pl.DataFrame) -> pl.DataFrame:
    """Our own Chinese names, which count as a skill's preferred label in other words."""
    names = chinese_names(preferred).join(preferred.drop("text"), on="code", how="inner", maintain_order="left")
    keyed = names.with_columns(rank=pl.lit(2, pl.UInt8), key=normalised(pl.col("text")))
    return keyed.with_columns(stems=stemmed(pl.col("key"))).with_columns(own_stems="stems")


def _kinship(words: pl.Expr, preferred: pl.Expr) -> pl.Expr:
    """How much two lists of stems share: the common ones over the longer list's length, 0..1."""
    common = words.list.set_intersection(preferred).list.len()
    longer = pl.max_horizontal(words.list.n_unique(), preferred.list.n_unique())
    return pl.when(longer > 0).then(common / longer).otherwise(0.0)
