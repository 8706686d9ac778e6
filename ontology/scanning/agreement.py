"""Checks of a scanner hit against its context: spelling, case, plural, neighbouring words."""

from __future__ import annotations

from itertools import chain, takewhile

import numpy as np
import polars as pl

from skillpath.ontology.matching.word_lists import FOLLOWERS, LANGUAGE_COMPANY
from skillpath.ontology.scanning.tokens import Encoded


class Agreement:
    """The conditions of each form, checked where the automaton has found it.

    Args:
        forms: as `scan_forms.scan_forms` gives them; hits name them by position.
        company: how far to look for company, in words.
    """

    def __init__(self, forms: pl.DataFrame, company: int) -> None:
        self._company = company
        self._surfaces = forms["surface"].to_list()
        self._exact = forms["exact"].to_list()
        self._shown = forms["code"].is_not_null().to_numpy()
        self._single = forms["surface"].is_not_null().to_numpy()
        self._plural = forms["plural"].to_numpy()
        self._language = forms["language"].to_numpy()

    def check(self, text: Encoded, last: np.ndarray, form: np.ndarray) -> np.ndarray:
        """For each hit (position of its last word, form) whether it counts."""
        keep: np.ndarray = self._shown[form].copy()
        for at in np.flatnonzero(self._single[form]):
            keep[at] &= self._spelt(text.words[last[at]], form[at])
        for at in np.flatnonzero(self._plural[form]):
            keep[at] &= not _cut_short(text, int(last[at]))
        for at in np.flatnonzero(self._language[form] & keep):
            keep[at] = self._in_company(text.words, int(last[at]))
        return keep

    def _spelt(self, word: str, form: int) -> bool:
        wanted = self._surfaces[form]
        if not self._exact[form]:
            word, wanted = word.lower(), wanted.lower()
        return bool(word == wanted or word == wanted + "s")

    def _in_company(self, words: list[str], at: int) -> bool:
        before = takewhile(_same_line, reversed(words[max(0, at - self._company) : at]))
        after = takewhile(_same_line, words[at + 1 : at + 1 + self._company])
        return any(word.lower() in LANGUAGE_COMPANY for word in chain(before, after))


def _same_line(word: str) -> bool:
    return word != "\n"


def _cut_short(text: Encoded, last: int) -> bool:
    """Whether the singular of a plural is followed by the word it belongs to: "build machine | learning models"."""
    if text.words[last].endswith("s") or last + 1 >= len(text.words):
        return False
    follower = text.words[last + 1]
    return follower.isalnum() and follower.lower() not in FOLLOWERS
