"""Similarity of column names to field names, by synonyms."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

SYNONYMS = Path(__file__).with_name("synonyms.toml")
SURE, NEAR, PART = 1.0, 0.8, 0.6
"""The very name; nearly so; a name within a longer one."""
_ALIKE = 88
"""Least rapidfuzz ratio, of 100, at which two names differ by a slip of the pen alone."""
_VAGUE = {("id",), ("code",), ("name",), ("url",), ("link",), ("type",), ("date",), ("time",), ("result",)}
"""Names that say something of a table of their own alone: the id of something else is not ours."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[a-z]+|[\u3400-\u9fff]+")


@cache
def synonyms() -> dict[str, Any]:
    """The file of synonyms: ``nouns``, one table a contract, and ``values``."""
    return tomllib.loads(SYNONYMS.read_text("utf-8"))


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters, without figures and marks."""
    return tuple(_WORDS.findall(_CAMEL.sub(" ", unicodedata.normalize("NFKC", name)).lower()))


@cache
def name_score(column: str, contract: str, field: str) -> float:
    """From 0 (nothing alike) to 1 (that very name)."""
    nouns = set(synonyms()["nouns"][contract])
    given, bare = words(column), tuple(word for word in words(column) if word not in nouns)
    known = [words(name) for name in (field, *synonyms()[contract].get(field, []))]
    if given in known:
        # The field's first synonyms are the usual ones.
        return SURE - 0.005 * known.index(given)
    if bare and bare in known:
        return SURE - 0.05 - 0.005 * known.index(bare)
    return max((_alike(given, name) for name in known), default=0.0)


def estimate_value(value: str, field: str, allowed: tuple[str, ...]) -> str:
    """Which of the allowed values people mean by ``value``; empty where that is not clear."""
    meant = synonyms()["values"].get(field, {})
    given = words(value)
    for ours in allowed:
        if given in [words(name) for name in (ours, *meant.get(ours, []))]:
            return ours
    return ""


def contract_hint(text: str, contract: str) -> float:
    """1 for a file whose name contains a word of the contract, else 0."""
    given = words(text)
    found = {*given, *(word.removesuffix("s") for word in given)} & set(synonyms()["nouns"][contract])
    chinese = any(noun in text for noun in synonyms()["nouns"][contract] if not noun.isascii())
    return 1.0 if found or chinese else 0.0


def _alike(given: tuple[str, ...], name: tuple[str, ...]) -> float:
    from rapidfuzz import fuzz

    if not given or not name:
        return 0.0
    joined, known = " ".join(given), " ".join(name)
    if len(known) > 3 and fuzz.token_sort_ratio(joined, known) >= _ALIKE:
        return NEAR
    if name in _VAGUE:
        return 0.0
    within = known in joined if not known.isascii() else set(name) <= set(given)
    return PART * min(1.0, 0.5 + len(known) / len(joined) / 2) if within else 0.0
