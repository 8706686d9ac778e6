"""Coding of education, region and industry values by packaged vocabularies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from skillpath.ontology.matching.text_cleaning import squeeze

FOLDER = Path(__file__).parents[1] / "codings"
OPEN = {"region": "title", "industry": "lower"}
"""Vocabularies that do not list everything there is, and the case in which what they lack is kept."""
_SPLIT = r"[,，;；|·丨/、()（）]|\s[-–—]\s"
_CHINESE_SPACE = r"(\p{Han})\s+(\p{Han})"


@dataclass(frozen=True)
class CodedValues:
    """Codes of n values, and of those outside the vocabulary how many and which (the most frequent first)."""

    values: pl.Series
    coded: int
    uncoded: int
    unknown: tuple[str, ...]


@cache
def vocabulary(name: str) -> pl.DataFrame:
    """Columns ``key`` (unique, folded), ``code`` and ``label`` of one vocabulary; a code is a name of itself."""
    table = pl.read_csv(FOLDER / f"{name}.csv", infer_schema_length=0)
    names = pl.concat_str("code", "label", "aliases", separator="|", ignore_nulls=True).str.split("|")
    listed = table.with_columns(names.alias("key")).explode("key")
    return listed.select(_key(pl.col("key")).alias("key"), "code", "label").unique(
        "key", keep="first", maintain_order=True
    )


def code_values(values: pl.Series, name: str) -> CodedValues:
    """Code a text column by vocabulary ``name``; what it does not know is kept, in one case and spacing.

    A value that is unknown as a whole (“上海-浦东新区”, “Austin, Texas”) is known by its first part that is known.
    """
    given = values.alias("value").to_frame()
    distinct = given.filter(pl.col("value").is_not_null()).group_by("value").len()
    found = _looked_up(distinct, vocabulary(name).select("key", "code"))
    kept = found.with_columns(result=pl.coalesce("code", _kept(pl.col("value"), OPEN.get(name, ""))))
    result = given.join(kept.select("value", "result"), on="value", how="left", maintain_order="left")["result"]
    lost = kept.filter(pl.col("code").is_null()).sort("len", "value", descending=[True, False])
    hits = kept.filter(pl.col("code").is_not_null())["len"].sum()
    return CodedValues(result.alias(values.name), int(hits), int(lost["len"].sum()), tuple(lost["result"].head(3)))


def _looked_up(distinct: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    whole = distinct.with_columns(_key(pl.col("value")).alias("key")).join(known, on="key", how="left")
    rest = whole.filter(pl.col("code").is_null()).select("value", "len")
    spaced = pl.col("value").str.replace_all(_CHINESE_SPACE, "$1|$2").str.replace_all(_SPLIT, "|")
    # A dash parts a city from its district in Chinese, but is part of many a name in Latin.
    parts = pl.when(spaced.str.contains(r"\p{Han}")).then(spaced.str.replace_all("-", "|")).otherwise(spaced)
    split = rest.with_columns(parts.str.split("|").alias("part")).explode("part")
    hit = split.with_row_index("place").with_columns(_key(pl.col("part")).alias("key")).join(known, on="key")
    first = hit.sort("place").unique("value", keep="first", maintain_order=True).select("value", "code")
    return pl.concat(
        [
            whole.filter(pl.col("code").is_not_null()).select("value", "len", "code"),
            rest.join(first, on="value", how="left").select("value", "len", "code"),
        ]
    )


def _key(text: pl.Expr) -> pl.Expr:
    """Folded: one width, lower case, no apostrophes or final stops, one space, and “or above” left out."""
    merge_small_groups = text.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"['’‘`]", "")
    merge_small_groups = merge_small_groups.str.replace_all(
        r"(及以上|或以上|以上|\b(or|and) (above|higher)\b|\bminimum\b)", ""
    )
    return squeeze(merge_small_groups.str.replace_all(r"[_,\s]+", " ")).str.strip_chars(" .,:")


def _kept(text: pl.Expr, case: str) -> pl.Expr:
    """As written, but with single spaces; names in one case alone get a capital, industries are in small letters."""
    spaced = squeeze(text)
    if case == "lower":
        return spaced.str.to_lowercase().str.normalize("NFC")
    single = (spaced == spaced.str.to_lowercase()) | (spaced == spaced.str.to_uppercase())
    plain = spaced.str.contains(r"^[A-Za-z .-]+$") & single
    return pl.when(plain).then(spaced.str.to_titlecase()).otherwise(spaced) if case else spaced
