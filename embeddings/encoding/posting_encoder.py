"""Encoder of postings and other long texts: each distinct sentence once, kept for the next run, resumable."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.encoding.quantised import QuantisedModel, available, digest
from skillpath.embeddings.encoding.sentences import SplitSettings, split
from skillpath.embeddings.encoding.vector_store import VectorStore, keys_of
from skillpath.embeddings.text_encoder import LOCAL, TextSettings, load_model, locate
from skillpath.errors import BadInput

ONNX, TORCH = "onnx", "torch"
Tick = Callable[[int, int], None]
"""Called with the distinct sentences done and their number."""


@dataclass(frozen=True)
class PostingTextSettings:
    """Settings of the encoding of postings.

    Attributes:
        model: as in `TextSettings`, but for ``none``.
        backend: ``onnx`` (8-bit integers, CPU), ``torch`` (any device), or empty for onnx where it is installed.
        device: for torch: cpu, cuda, or empty for the fastest there is.
        threads: sentences encoded at once; 0 for as many as there are cores.
        tokens: longest piece of a sentence in tokens; the rest is cut off.
        step: sentences encoded before they are kept; an interruption loses no more.
        split: what counts as a sentence.
    """

    model: str = LOCAL
    backend: str = ""
    device: str = ""
    threads: int = 0
    tokens: int = 96
    step: int = 2_048
    split: SplitSettings = field(default_factory=SplitSettings)


class PostingEncoder:
    """Encodes postings with a model that is only loaded when there is a sentence that ``cache`` does not know.

    Args:
        cache: folder that keeps the quantised model and the vectors of sentences.
        trained: folder of what `train matcher` left, for the model ``trained``.

    Raises:
        BadInput: no such backend. Unavailable: the train extra is not installed, or no matcher was trained.
    """

    def __init__(self, settings: PostingTextSettings, cache: Path, trained: Path | None = None) -> None:
        backend = settings.backend or (ONNX if available() else TORCH)
        if backend not in (ONNX, TORCH):
            raise BadInput(f"There is no text backend {backend!r}", where="backend", todo="Use onnx or torch")
        self.settings, self.cache, self.backend = settings, cache, backend
        self.path, _ = locate(settings.model, trained)
        name = f"{backend}-{digest(self.path)}-{settings.tokens}"
        self.store = VectorStore(cache / f"sentences-{name}.sqlite")
        self._model: Any = None

    def encode(self, texts: Sequence[str], progress: Tick | None = None) -> NDArray[np.float32]:
        """Unit vectors (n, d) in the order of ``texts``; zero where a text is empty.

        A text is the mean of its sentences' vectors weighted by their length, scaled to 1 again. Vectors of sentences
        are rounded to half precision, so that what is computed and what is kept are the same.

        Raises:
            SkillpathError: the cache cannot be read or written.
        """
        found = split(texts, self.settings.split)
        return found.pool_vectors(self._sentences(found.distinct, progress or (lambda done, total: None)))

    def _sentences(self, sentences: list[str], progress: Tick) -> NDArray[np.float32]:
        keys = keys_of(sentences)
        known, halves = self.store.find(keys)
        missing = np.setdiff1d(np.arange(len(keys)), known)
        progress(len(known), len(keys))
        parts = [halves]
        for first in range(0, len(missing), self.settings.step):
            rows = missing[first : first + self.settings.step]
            made = self._computed([sentences[row] for row in rows]).astype(np.float16)
            self.store.add(keys[rows], made)
            parts.append(made)
            progress(len(known) + first + len(rows), len(keys))
        order = np.argsort(np.concatenate([known, missing]))
        filled = [part for part in parts if len(part)]
        if not filled:
            return np.zeros((0, self._computed([""]).shape[1]), dtype=np.float32)
        return np.concatenate(filled)[order].astype(np.float32)

    def _computed(self, sentences: list[str]) -> NDArray[np.float32]:
        if self._model is None:
            self._model = self._load()
        if self.backend == ONNX:
            vectors: NDArray[np.float32] = self._model.encode(sentences, self.settings.threads or os.cpu_count() or 1)
            return vectors
        found = self._model.encode(sentences, batch_size=64, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    def _load(self) -> Any:
        if self.backend == ONNX:
            return QuantisedModel(self.path, self.cache, self.settings.tokens)
        return load_model(self.path, TextSettings(device=self.settings.device, tokens=self.settings.tokens))


def encode_postings(
    texts: Sequence[str], settings: PostingTextSettings, cache: Path, progress: Tick | None = None
) -> NDArray[np.float32]:
    """Unit vectors (n, d) of texts, as `PostingEncoder` makes them."""
    return PostingEncoder(settings, cache).encode(texts, progress)
