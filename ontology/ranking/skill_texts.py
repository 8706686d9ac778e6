"""Word profiles of skills, and the cosine of a whole text with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.ontology.matching.labels import normalised
from skillpath.ontology.matching.stems import stemmed
from skillpath.ontology.ranking.sparse_rows import pair_cosines, unit_rows

_WORD = r"[\p{L}\p{N}+#]+"


@dataclass(frozen=True)
class ProfileSettings:
    """How profiles are made and compared.

    Attributes:
        label: how often the words of the preferred label count, against once for other labels and the definition.
        block: pairs compared at a time, which bounds the memory.
    """

    label: int = 3
    block: int = 20_000


class SkillTexts:
    """TF-IDF vectors of skills over the stems of their labels and definitions.

    Frequencies are those of the vocabulary and words that it does not have are left out, so that the cosine of a text
    depends on nothing but the text and the vocabulary.

    Args:
        labels: code, label, altLabels and, where it is known, definition.
    """

    def __init__(self, labels: pl.DataFrame, settings: ProfileSettings | None = None) -> None:
        self.settings = settings or ProfileSettings()
        self._codes = labels["code"].to_frame("code").with_row_index("skill")
        words = self._profile_words(labels)
        self._stems = words.select(pl.col("stem").unique().sort()).with_row_index("at")
        counts = self._counts(words, labels.height)
        found = np.bincount(counts.indices, minlength=counts.shape[1])
        self._weights = np.log((1 + counts.shape[0]) / (1 + found)) + 1
        self._profiles = self._weighted(counts)

    def cosines(self, texts: Sequence[str], pairs: pl.DataFrame) -> NDArray[np.float64]:
        """Cosine of a text and a skill for each of ``pairs`` (text: position in ``texts``, code)."""
        frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}).with_row_index("row")
        vectors = self._weighted(self._counts(_stems_of(frame), len(texts)))
        skill = pairs.select("code").join(self._codes, on="code", how="left", maintain_order="left")["skill"].to_numpy()
        return pair_cosines(vectors, self._profiles, pairs["text"].to_numpy(), skill, self.settings.block)

    def _profile_words(self, labels: pl.DataFrame) -> pl.DataFrame:
        rows = labels.with_row_index("row")
        texts = [rows.select("row", text="label")] * self.settings.label
        texts.append(rows.select("row", text="altLabels").explode("text"))
        if "definition" in labels.columns:
            texts.append(rows.select("row", text="definition"))
        return _stems_of(pl.concat(texts).drop_nulls("text"))

    def _counts(self, words: pl.DataFrame, size: int) -> csr_array:
        known = words.join(self._stems, on="stem").group_by("row", "at").len().sort("row", "at")
        values = known["len"].to_numpy().astype(np.float64)
        places = (known["row"].to_numpy().astype(np.int64), known["at"].to_numpy().astype(np.int64))
        return csr_array((values, places), shape=(size, self._stems.height))

    def _weighted(self, counts: csr_array) -> csr_array:
        rows = counts.copy()
        rows.data = (1 + np.log(rows.data)) * self._weights[rows.indices]
        return unit_rows(rows)


def _stems_of(texts: pl.DataFrame) -> pl.DataFrame:
    """(row, stem) of every word in ``texts`` (row, text); each distinct word is stemmed once."""
    words = texts.select("row", word=pl.col("text").str.to_lowercase().str.extract_all(_WORD)).explode("word")
    distinct = words.select(pl.col("word").drop_nulls().unique())
    stems = distinct.with_columns(stem=stemmed(normalised(pl.col("word")))).explode("stem").drop_nulls("stem")
    return words.join(stems.filter(pl.col("stem") != ""), on="word").select("row", "stem")
