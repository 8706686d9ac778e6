"""Chinese labels for skills and occupations with a known English label."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import polars as pl

from skillpath.ontology.matching.labels import normalised

TERMS = {"term": pl.String, "place": pl.UInt32, "key": pl.String}


def chinese_names(preferred: pl.DataFrame) -> pl.DataFrame:
    """Our own Chinese terms for the labels given.

    Args:
        preferred: code and key (see `labels.normalised`) of preferred labels; a key of two codes names neither.

    Returns:
        code, text: each term at most once, for the first of its English labels that is there.
    """
    sole = preferred.filter(~pl.col("key").is_duplicated())
    known = _terms().join(sole.select("code", "key"), on="key", how="inner")
    first = known.sort("term", "place").unique("term", keep="first", maintain_order=True)
    return first.select("code", text="term")


@cache
def misleading() -> frozenset[str]:
    """Phrases in which a term appears by accident: 会计算 ("can calculate") does not name 会计 (accounting)."""
    rows = _rows()
    # 软件工程 is software engineering, 软件工程师 an engineer.
    disciplines = rows.filter(pl.col("term").str.ends_with("工程"))["term"]
    return frozenset(rows.filter(pl.col("label").is_null())["term"]) | frozenset(disciplines + "师")


@cache
def _terms() -> pl.DataFrame:
    """Term, place (0: the label it is best known by) and key of the English label."""
    named = _rows().drop_nulls("label").with_columns(label=pl.col("label").str.split("|"))
    places = pl.int_ranges(pl.col("label").list.len(), dtype=pl.UInt32)
    each = named.with_columns(place=places).explode("label", "place")
    return each.select("term", "place", key=normalised(pl.col("label"))).cast(TERMS)  # type: ignore[arg-type]


def _rows() -> pl.DataFrame:
    listed = files("skillpath.ontology.matching").joinpath("chinese_terms.csv").read_bytes()
    return pl.read_csv(listed, schema={"term": pl.String, "label": pl.String})
