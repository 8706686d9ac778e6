"""Texts as sparse TF-IDF rows over hashed character n-grams or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.ontology.matching.stable_hash import stable_hash

_PAD = 32
_END = np.uint64(0)


@dataclass(frozen=True)
class NgramSettings:
    """Which n-grams count.

    Attributes:
        shortest, longest: lengths in characters; each word is padded with a space on both sides.
        buckets: size of the hash space.
    """

    shortest: int = 3
    longest: int = 5
    buckets: int = 1 << 22


class TfIdf:
    """Cosine of TF-IDF vectors (sublinear term frequency, smoothed inverse document frequency).

    Args:
        texts: the documents.
        settings: of the n-grams; None counts words.
    """

    def __init__(self, texts: Sequence[str], settings: NgramSettings | None) -> None:
        self.settings = settings
        counts = self._counts(texts)
        self.weights = np.log((1 + counts.shape[0]) / (1 + np.bincount(counts.indices, minlength=counts.shape[1]))) + 1
        self.matrix = self._weighted(counts)

    def similarities(self, queries: Sequence[str]) -> csr_array:
        """Cosines (queries, documents)."""
        return csr_array(self._weighted(self._counts(queries)) @ self.matrix.T)

    def _counts(self, texts: Sequence[str]) -> csr_array:
        return word_counts(texts) if self.settings is None else ngram_counts(texts, self.settings)

    def _weighted(self, counts: csr_array) -> csr_array:
        rows = counts.astype(np.float32)
        rows.data = (1 + np.log(rows.data)) * self.weights[rows.indices].astype(np.float32)
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        return csr_array(rows.multiply((1 / np.maximum(lengths, 1e-12))[:, None]).tocsr())


def ngram_counts(texts: Sequence[str], settings: NgramSettings) -> csr_array:
    """How often each hashed n-gram occurs in each text (texts, buckets): all texts at once, by rolling hashes."""
    padded = pl.Series(texts, dtype=pl.String).str.to_lowercase().str.replace_all(r"\s+", "  ").to_list()
    joined = "\0".join(f" {text.strip()} " for text in padded)
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    ends = codes == _END
    owner = np.cumsum(ends)
    rows, columns = [], []
    for n in range(settings.shortest, settings.longest + 1):
        size = len(codes) - n + 1
        if size <= 0:
            continue
        hashed, crossing = np.full(size, np.uint64(n * 0x9E3779B97F4A7C15 % 2**64)), np.zeros(size, dtype=bool)
        for at in range(n):
            with np.errstate(over="ignore"):
                hashed = (hashed ^ codes[at : at + size]) * np.uint64(0x100000001B3)
            crossing |= ends[at : at + size]
            if 0 < at < n - 1:
                # Two spaces mark where words meet: an n-gram never runs across it.
                crossing |= (codes[at : at + size] == _PAD) & (codes[at + 1 : at + 1 + size] == _PAD)
        crossing |= (codes[:size] == _PAD) & (codes[1 : 1 + size] == _PAD) if n > 1 else crossing
        rows.append(owner[:size][~crossing])
        columns.append(((hashed ^ (hashed >> np.uint64(29))) % np.uint64(settings.buckets))[~crossing])
    return _counted(rows, columns, (len(texts), settings.buckets))


def word_counts(texts: Sequence[str], buckets: int = 1 << 20) -> csr_array:
    """How often each hashed word (letters, digits, ``+``, ``#``) occurs in each text (texts, buckets)."""
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String).str.to_lowercase()}).with_row_index("row")
    words = frame.with_columns(word=pl.col("text").str.extract_all(r"[\p{L}\p{N}+#]+")).explode("word").drop_nulls()
    hashed = stable_hash(words["word"]) % np.uint64(buckets)
    return _counted([words["row"].to_numpy()], [hashed], (len(texts), buckets))


def bm25(texts: Sequence[str], queries: Sequence[str], k1: float = 1.2, b: float = 0.75) -> NDArray[np.float32]:
    """Okapi BM25 over words (queries, texts); Robertson & Zaragoza (2009)."""
    counts = word_counts(texts).astype(np.float32)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    found = np.bincount(counts.indices, minlength=counts.shape[1])
    weights = np.log(1 + (len(texts) - found + 0.5) / (found + 0.5))
    rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
    damped = k1 * (1 - b + b * lengths[rows] / max(float(lengths.mean()), 1e-9))
    counts.data = (weights[counts.indices] * counts.data * (k1 + 1) / (counts.data + damped)).astype(np.float32)
    return np.asarray((word_counts(queries).astype(np.float32) @ counts.T).toarray())


def _counted(
    rows: Sequence[NDArray[np.generic]], columns: Sequence[NDArray[np.generic]], shape: tuple[int, int]
) -> csr_array:
    if not rows:
        return csr_array(shape, dtype=np.int64)
    row, column = np.concatenate(rows).astype(np.int64), np.concatenate(columns).astype(np.int64)
    counts = csr_array((np.ones(len(row), dtype=np.int64), (row, column)), shape=shape)
    counts.sum_duplicates()
    return counts
