"""Tokenisation of texts into fixed-width signs for the scanner."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import polars as pl

from skillpath.ontology.matching.chinese_characters import HAN, WIDE, even
from skillpath.ontology.matching.labels import normalised

# The automaton looks through the next characters one by one: three small alphabets are faster than one of thousands.
WIDTH = 3
BREAK, UNKNOWN = "\x01" * WIDTH, "\x02" * WIDTH
_LETTER = rf"[^\W{HAN}]"
_ADDRESS = rf"(?:https?://|www\.)[^\s{HAN}{WIDE}]+"
# Addresses and marks come first, so that nothing is found inside them; a hyphen between words is soft.
# Chinese has no spaces: each of its characters is a word, and a Latin word ends where it begins.
PATTERN = (
    rf"{_ADDRESS}|<\w+>|&amp;|\.(?:NET|Net|net)\b|{_LETTER}+(?:[.'’]{_LETTER}+)*(?:\+\+|#)?|[{HAN}]"
    r"|\s-+\s|\n|[^\w\s-]+"
)
# Rust's expressions do not look ahead; of labels, nothing depends on it.
_SPLIT = re.compile(rf"(\s*-+(?=[{HAN}])|{PATTERN})".replace(r"\b", rf"(?!{_LETTER})"))
_FIRST, _PLACE = 0x100, 0x1000


@dataclass(frozen=True)
class Encoded:
    """Texts as one string of signs; ``starts`` and ``ends`` of the words are offsets in the joined texts."""

    signs: str
    words: list[str]
    gaps: list[str]
    starts: np.ndarray
    ends: np.ndarray


class WordSigns:
    """The words of all labels, each with a fixed-width sign for searching."""

    def __init__(self, keys: pl.Series) -> None:
        known = [key for key in keys.drop_nulls().unique().sort().to_list() if key]
        base = math.ceil(max(len(known), 1) ** (1 / WIDTH))
        self._signs = {key: _sign(i, base) for i, key in enumerate(known)}
        self._seen: dict[str, str] = {}

    def sign(self, keys: pl.Expr) -> pl.Expr:
        """The signs of a list of word keys, all of them known, as one text."""
        signs = pl.element().replace_strict(self._signs, default=None, return_dtype=pl.String)
        return keys.list.eval(signs).list.join("")

    def encode(self, texts: Sequence[str]) -> Encoded:
        """The texts one after the other, with a line break between them."""
        pieces = _SPLIT.split("\n".join(map(even, texts)))
        words, gaps = pieces[1::2], pieces[0::2]
        self._learn(set(words))
        bounds = np.fromiter(accumulate(map(len, pieces)), dtype=np.int64, count=len(pieces))
        signs = "".join(map(self._seen.__getitem__, words))
        return Encoded(signs, words, gaps, bounds[0::2][: len(words)], bounds[1::2])

    def _learn(self, words: set[str]) -> None:
        if len(self._seen) > 1_000_000:
            self._seen.clear()
        new = pl.DataFrame({"word": sorted(words - self._seen.keys())}, schema={"word": pl.String})
        keys = new.select("word", key=word_key(pl.col("word")))
        self._seen.update((word, self._signs.get(key, UNKNOWN) if key else BREAK) for word, key in keys.iter_rows())


def word_key(word: pl.Expr) -> pl.Expr:
    """The key of one word; empty for punctuation, an address or a line break."""
    return pl.when(word.str.contains(r"^(?:https?://|www\.|<\w)")).then(pl.lit("")).otherwise(normalised(word))


def _sign(i: int, base: int) -> str:
    """``i`` in digits of ``base``; each place has its own characters, so that no sign begins inside another."""
    digits = [i // base**place % base for place in range(WIDTH)]
    return "".join(chr(_FIRST + place * _PLACE + digit) for place, digit in enumerate(digits))
