"""Detection of near-duplicate labels by blocking."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from skillpath.ontology.matching.labels import normalised

NEAR = {"label": pl.String, "other": pl.String, "codes": pl.String, "similarity": pl.Float64}


@dataclass(frozen=True)
class NearSettings:
    """How near is near.

    Attributes:
        least: least similarity of two labels (Indel, 0..1) once their words are sorted.
        letters: length of the beginnings and ends of words by which labels are brought together.
        crowd: a beginning or end that more labels share brings nobody together.
    """

    least: float = 0.92
    letters: int = 5
    crowd: int = 200


def near_duplicates(labels: pl.DataFrame, settings: NearSettings) -> pl.DataFrame:
    """(label, other, codes, similarity) of pairs whose labels are nearly the same, the nearest first.

    Args:
        labels: code, label.
    """
    from rapidfuzz.distance import Indel

    keyed = labels.sort("code").with_row_index("at").with_columns(key=normalised(pl.col("label")))
    keyed = keyed.with_columns(sorted=pl.col("key").str.split(" ").list.sort().list.join(" "))
    pairs = _candidates(keyed, settings)
    texts = keyed["sorted"].to_list()
    nearness = [
        Indel.normalized_similarity(texts[a], texts[b], score_cutoff=settings.least) for a, b in pairs.iter_rows()
    ]
    found = pairs.with_columns(similarity=pl.Series(nearness, dtype=pl.Float64)).filter(pl.col("similarity") > 0)
    one = keyed.select("at", "label", "code", "key")
    both = found.join(one, left_on="a", right_on="at").join(one, left_on="b", right_on="at", suffix="_b")
    # Equal keys are duplicates, which another check tells.
    return (
        both.filter(pl.col("key") != pl.col("key_b"))
        .select(
            "label", other="label_b", codes=pl.concat_str("code", "code_b", separator=", "), similarity="similarity"
        )
        .sort("similarity", "label", "other", descending=[True, False, False])
    )


def _candidates(keyed: pl.DataFrame, settings: NearSettings) -> pl.DataFrame:
    """(a, b) of labels that share two blocks: the beginnings or ends of words."""
    words = keyed.select("at", word=pl.col("key").str.split(" ")).explode("word").filter(pl.col("word") != "")
    n = settings.letters
    blocks = pl.concat(
        [
            words.select("at", block=pl.lit("<") + pl.col("word").str.head(n)),
            words.select("at", block=pl.lit(">") + pl.col("word").str.tail(n)),
        ]
    ).unique()
    sizes = blocks.group_by("block").len()
    small = blocks.join(sizes.filter(pl.col("len").is_between(2, settings.crowd)), on="block").select("at", "block")
    pairs = small.join(small, on="block").filter(pl.col("at") < pl.col("at_right"))
    counted = pairs.group_by(a="at", b="at_right").len()
    return counted.filter(pl.col("len") > 1).select("a", "b").sort("a", "b")
