"""Semantic scores: cosine of a text, and of its word windows, to skill labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from skillpath.ontology.ranking.ranking_labels import Labels, best_by_owner

Array = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into unit vectors (n, d); ``name`` tells encoders apart."""

    name: str

    def encode(self, texts: Sequence[str]) -> Array:
        """Unit vectors (n, d), in the order of ``texts``."""
        ...


@dataclass(frozen=True)
class SemanticSettings:
    """How labels and texts are compared.

    Attributes:
        alternatives: weight of the mean of the alternative labels in a skill's vector; the preferred label has 1.
        windows: lengths in words of the pieces of a sentence that are compared by themselves.
        words: longest sentence, in words; the rest is cut off.
        block: label vectors compared at a time.
    """

    alternatives: float = 0.5
    windows: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 8)
    words: int = 80
    block: int = 256


class SemanticIndex:
    """Label vectors of a vocabulary.

    Args:
        labels: of the skills.
        encoder: the same for labels and texts.
    """

    def __init__(self, labels: Labels, encoder: Encoder, settings: SemanticSettings | None = None) -> None:
        self.labels, self.encoder, self.settings = labels, encoder, settings or SemanticSettings()
        self._preferred = encoder.encode(labels.preferred)
        self._others = encoder.encode(labels.alternatives) if labels.alternatives else self._preferred[:0]
        means = np.zeros_like(self._preferred)
        np.add.at(means, labels.owners, self._others)
        self.vectors = unit(self._preferred + self.settings.alternatives * unit(means))

    def terms(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """Similarities (n, K) to each skill's vector, and to the nearest of its labels."""
        asked = self.encoder.encode(texts)
        nearest = np.empty((len(texts), len(self.labels.codes)), dtype=np.float32)
        for start in range(0, len(texts), self.settings.block):
            part = asked[start : start + self.settings.block]
            others = best_by_owner(part @ self._others.T, self.labels.owners, nearest.shape[1])
            nearest[start : start + len(part)] = np.maximum(part @ self._preferred.T, others)
        return asked @ self.vectors.T, nearest

    def sentences(self, texts: Sequence[str]) -> tuple[Array, Array]:
        """Similarities (n, K) of each whole sentence, and of the best window in it."""
        pieces = [windows(text, self.settings) for text in texts]
        distinct = sorted({piece for found in pieces for piece in found})
        at = {piece: i for i, piece in enumerate(distinct)}
        encoded = self.encoder.encode(distinct)
        best = np.stack([(encoded[[at[p] for p in found]] @ self.vectors.T).max(axis=0) for found in pieces])
        return self.encoder.encode(texts) @ self.vectors.T, best


def windows(text: str, settings: SemanticSettings) -> list[str]:
    """Every run of so many words.

    >>> windows("knows SQL well", SemanticSettings(windows=(1, 2)))
    ['knows', 'SQL', 'well', 'knows SQL', 'SQL well']
    """
    words = text.split()[: settings.words] or [""]
    return [
        " ".join(words[i : i + n])
        for n in settings.windows
        if n == settings.windows[0] or n <= len(words)
        for i in range(max(1, len(words) - n + 1))
    ]


def unit(vectors: Array) -> Array:
    """Rows scaled to length 1; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)
