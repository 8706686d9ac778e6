"""What tells a skill that a text is about from one that it only mentions."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.ontology.ranking.link_calibration import SIGNS
from skillpath.pipeline.enrich.loaded_vocabulary import LoadedVocabulary

LONGEST = 6_000
"""Characters of a text that are compared with the skills, the first ones."""
TITLE_COUNT = 2
"""How often the words of the title count in the comparison of the whole."""
AROUND = 300
"""Characters before and after a hit in which its sentence is looked for."""
_ASKS = (
    r"(?i)\b(?:experienced?|knowledge|know|proficien\w*|familiar\w*|skills?|ability|able to|understanding|expertise"
    r"|background|degree|must|require\w*|qualif\w*|responsib\w*|duties|looking for|you (?:will|have|are)|you'll|using"
    r"|stack|seeking|hiring|developer|engineer|strong|excellent|ensure|prepare|perform)\b"
)
HITS = {"doc": pl.Int64, "code": pl.String, "is_title": pl.Boolean, "position": pl.Float64, "asked": pl.Boolean}


def find_hits(records: pl.DataFrame, scan: tuple[str, ...], vocabulary: LoadedVocabulary) -> pl.DataFrame:
    """Every place where a scanned field names a skill, in the columns of `HITS`.

    ``position`` is the part of the field that comes before, ``asked`` whether the sentence speaks of what somebody
    can, must or will do. A title has neither.

    Args:
        records: with ``doc`` and the fields named by ``scan``.
    """
    found = [pl.DataFrame(schema=HITS)]
    for name in scan:
        texts = records[name].fill_null("")
        hits = vocabulary.skills.scan(texts.to_list())
        placed = hits.with_columns(text=texts.gather(hits["doc"]), doc=records["doc"].gather(hits["doc"]))
        is_title = pl.lit(name == "title")
        position = pl.when(is_title).then(0.0).otherwise(pl.col("start") / pl.col("text").str.len_chars())
        asked = ~is_title & _sentence().str.contains(_ASKS)
        found.append(placed.select("doc", "code", is_title=is_title, position=position, asked=asked))
    return pl.concat(found)


def _sentence() -> pl.Expr:
    """The sentence or line around a hit, as far as it is near."""
    start, text = pl.col("start").cast(pl.Int64), pl.col("text")
    first = pl.max_horizontal(start - AROUND, 0)
    before = text.str.slice(first, start - first).str.extract(r"([^\n|•]*)$")
    before = before.str.extract(r"(?:.*[.!?;]\s)?(.*)$")
    after = text.str.slice(start, AROUND).str.extract(r"^([^\n|•]*)").str.extract(r"^(.*?)(?:[.!?;]\s|$)")
    return before + after


def link_features(records: pl.DataFrame, hits: pl.DataFrame, vocabulary: LoadedVocabulary) -> pl.DataFrame:
    """(doc, code) of the skills found, with ``is_title`` and the features named by `SIGNS`.

    Args:
        records: ``doc``, ``title`` and ``body`` (the scanned text but for the title), without nulls.
        hits: of these records, as `find_hits` gives them.
    """
    skills = hits.group_by("doc", "code").agg(
        pl.col("is_title").any(),
        both=pl.col("is_title").any() & ~pl.col("is_title").all(),
        position=pl.col("position").min(),
        asked=pl.col("asked").any(),
    )
    places = records.select("doc").with_row_index("text")
    skills = skills.sort("doc", "code").join(places, on="doc", how="left", maintain_order="left")
    pairs = skills.select("text", "code")
    title = records["title"].to_list()
    whole = records.select(pl.concat_str([*["title"] * TITLE_COUNT, "body"], separator="\n")).to_series()
    skills = skills.with_columns(
        title=pl.col("is_title"),
        title_cosine=pl.Series(vocabulary.texts.cosines(title, pairs), dtype=pl.Float64),
        text_cosine=pl.Series(vocabulary.texts.cosines(whole.to_list(), pairs), dtype=pl.Float64),
        breadth=vocabulary.affinity.breadth(skills["code"]),
        crowd=pl.len().over("doc").log1p(),
    )
    coherence = vocabulary.affinity.coherence(skills)
    skills = skills.join(coherence, on=["doc", "code"], how="left", maintain_order="left")
    return skills.select("doc", "code", "is_title", *(pl.col(name).cast(pl.Float64) for name in SIGNS))


def feature_array(skills: pl.DataFrame) -> NDArray[np.float64]:
    """The features of `link_features` as (n, F)."""
    return skills.select(SIGNS.keys()).to_numpy().astype(np.float64)
