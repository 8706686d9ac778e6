"""A small history, an encoder of texts without a model, and settings under which learning takes seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.fusion.fusion_settings import FeatureSettings, FusionSettings
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings
from skillpath.embeddings.spectral import SpectralSettings

SMALL = replace(
    FusionSettings(),
    hidden=8,
    graph_hidden=8,
    heads=2,
    epochs=2,
    members=1,
    students=16,
    threads=1,
    device="cpu",
    features=FeatureSettings(postings=2, students=2, events=4, asked_skills=6, related_clusters=3),
    structural=StructuralSettings(waves=(0.3,), phases=4, shocks=(1.0,), rounds=0),
    spectral=SpectralSettings(dimensions=128),
)


def hashed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors (n, 24) of the words of texts: what a real encoder returns, in form."""
    vectors = np.zeros((len(texts), 24), np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            vectors[row, crc32(word.encode()) % 24] += 1.0
    unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
