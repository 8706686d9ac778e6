"""Sparse text vectors: what they count, and that they agree with counting by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from skillpath.ontology.ranking.sparse_text import NgramSettings, TfIdf, bm25, ngram_counts, word_counts

TEXTS = ["SQL databases", "data base", "C++", "机器学习", "", "sql"]


def _by_hand(text: str, shortest: int, longest: int) -> int:
    grams = Counter[str]()
    for word in text.lower().split():
        padded = f" {word} "
        for n in range(shortest, longest + 1):
            grams.update(padded[i : i + n] for i in range(len(padded) - n + 1))
    return len(grams)


@pytest.mark.parametrize("text", [*TEXTS, "a b", "aaaa", "x  y\tz"])
def test_ngrams_are_those_counted_by_hand(text: str) -> None:
    counts = ngram_counts([text, "other"], NgramSettings())
    assert (counts[[0], :] != 0).sum() == _by_hand(text, 3, 5)


def test_cosines() -> None:
    index = TfIdf(TEXTS, NgramSettings())
    cosines = index.similarities(["sql", "zzz"]).toarray()
    assert cosines[0, 5] == pytest.approx(1.0, abs=1e-6)
    assert cosines[0].argmax() == 5 and cosines[0, 0] > cosines[0, 1]
    assert not cosines[1].any()


def test_words_and_bm25() -> None:
    assert word_counts(["a a b"]).sum() == 3
    scores = bm25(["sql server", "python", "sql"], ["sql"])
    assert scores.shape == (1, 3)
    assert scores[0, 2] > scores[0, 0] > scores[0, 1] == 0
    assert np.isfinite(bm25(["", "a"], [""])).all()
