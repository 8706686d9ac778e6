"""Editions of one course: resources with the same title but for dates, and the same text or provider."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import polars as pl
from scipy.sparse import csr_array

_SEASON = r"(?:spring|summer|autumn|fall|winter|semester|term)"
_DATED = re.compile(
    rf"\b{_SEASON}\s*,?\s*(?:of\s+)?(?:19|20)\d\d\b|\b(?:19|20)\d\d(?:\s*[-/]\s*(?:19|20)?\d\d)?(?:\s*,?\s*{_SEASON})?\b"
)
_PACE = re.compile(r"\bself[- ]?paced\b|\b\d+(?:st|nd|rd|th)\s+(?:edition|run|session)\b")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class EditionSettings:
    """What counts as an edition.

    Attributes:
        min_similarity: least likeness of title and text, of resources that have texts.
    """

    min_similarity: float = 0.7


def edition_key(title: str) -> str:
    """A title without years, seasons, paces and punctuation; empty where nothing is left.

    >>> edition_key("Data Structures (Part 1) (Spring 2016)"), edition_key("Data structures, part 1 [self-paced]")
    ('data structures part 1', 'data structures part 1')
    >>> edition_key("Data Structures (Part 2)")
    'data structures part 2'
    """
    plain = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(_WORD.findall(_PACE.sub(" ", _DATED.sub(" ", plain))))


def find_editions(resources: pl.DataFrame, similarity: csr_array, settings: EditionSettings | None = None) -> pl.Series:
    """(R,) the code of the first edition of each resource that has several, null for the others.

    Two are editions of one course if their titles are equal but for dates, and their texts are alike; where one of
    them has no text, if the titles differ in their dates and the provider is the same. A title alone is not enough:
    catalogues without texts name many courses by their discipline.

    Args:
        resources: (code, title, text, provider), R rows.
        similarity: (R, R) likeness of titles and texts.
    """
    least = (settings or EditionSettings()).min_similarity
    keyed = resources.with_row_index("row").with_columns(
        key=pl.col("title").fill_null("").map_elements(edition_key, return_dtype=pl.String)
    )
    several = keyed.filter((pl.col("key") != "") & (pl.len().over("key") > 1))
    first: list[str | None] = [None] * resources.height
    for (_,), group in several.group_by(["key"], maintain_order=True):
        for members in _split_group(group.to_dicts(), similarity, least):
            for row in members if len(members) > 1 else []:
                first[row["row"]] = members[0]["code"]
    return pl.Series("edition", first, dtype=pl.String)


def _split_group(rows: list[dict[str, Any]], similarity: csr_array, least: float) -> list[list[dict[str, Any]]]:
    """Rows of one title, together with the first one before them that they agree with."""
    found: list[list[dict[str, Any]]] = []
    for row in rows:
        place = next((members for members in found if _agree(members[0], row, similarity, least)), None)
        if place is None:
            found.append([row])
        else:
            place.append(row)
    return found


def _agree(one: dict[str, Any], other: dict[str, Any], similarity: csr_array, least: float) -> bool:
    if one["text"] and other["text"]:
        return bool(similarity[one["row"], other["row"]] >= least)
    return bool(one["provider"] and one["provider"] == other["provider"] and one["title"] != other["title"])
