"""Sentence splitting with de-duplication, and pooling of sentence vectors into text vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import unit_rows

END = r"([.!?])\s+|([。！？；])"


@dataclass(frozen=True)
class SplitSettings:
    """What counts as a sentence.

    Attributes:
        characters: longest text; what follows is left out.
        piece: a sentence is cut at the first space after so many characters, so that a model sees all of it.
    """

    characters: int = 4_000
    piece: int = 240


@dataclass(frozen=True)
class Sentences:
    """N texts as D distinct sentences.

    Attributes:
        distinct: sentences in the order in which they first appear.
        weights: (N, D) characters of the sentence, in the order of the text; a row is empty where a text is.
    """

    distinct: list[str]
    weights: csr_array

    def pool_vectors(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Unit vectors (N, d) of the texts: Σ length · vector of the sentence; zero for an empty text.

        A text's vector depends on no other text, to the last bit: terms are added in the order of the text.
        """
        total: NDArray[np.float32] = self.weights @ vectors
        return unit_rows(total)


def split(texts: Sequence[str], settings: SplitSettings | None = None) -> Sentences:
    """The sentences of texts; they end with a full stop, a question or exclamation mark, or the line.

    >>> found = split(["Come. Use SQL.", "Use SQL.", ""])
    >>> found.distinct
    ['Come.', 'Use SQL.']
    >>> found.weights.toarray().tolist()
    [[5.0, 8.0], [0.0, 8.0], [0.0, 0.0]]
    """
    settings = settings or SplitSettings()
    lines = pl.Series("sentence", list(texts), dtype=pl.String).fill_null("").str.slice(0, settings.characters)
    lines = lines.str.replace_all(END, "$1$2\n")
    lines = lines.str.replace_all(rf"([^\n]{{{settings.piece}}}\S*)[^\S\n]+", "$1\n")
    frame = lines.to_frame().with_row_index("text").with_columns(pl.col("sentence").str.split("\n"))
    rows = frame.explode("sentence").with_columns(pl.col("sentence").str.strip_chars())
    rows = rows.filter(pl.col("sentence") != "")
    distinct = rows["sentence"].unique(maintain_order=True)
    at = distinct.to_frame().with_row_index("at")
    rows = rows.join(at, on="sentence", how="left", maintain_order="left")
    counts = np.bincount(rows["text"].to_numpy(), minlength=len(lines))
    lengths = rows["sentence"].str.len_chars().to_numpy().astype(np.float32)
    weights = csr_array(
        (lengths, rows["at"].to_numpy().astype(np.int64), np.concatenate([[0], np.cumsum(counts)])),
        shape=(len(lines), len(distinct)),
    )
    return Sentences(distinct.to_list(), weights)
