"""Skill vectors for whoever only reads: there, or refused with a sentence."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.embeddings.spectral import SpectralSettings
from skillpath.errors import Unavailable
from skillpath.graph.core.connection import Graph
from skillpath.graph.scores.snapshot import place_vectors, read_vectors


def require_vectors(graph: Graph) -> pl.DataFrame:
    """Learned vectors (code, embedding) of skills; nothing is trained or written.

    Raises:
        Unavailable: nothing was learned yet.
    """
    vectors = read_vectors(graph)
    if vectors.is_empty():
        raise Unavailable("There are no learned skill vectors", todo="Run `skillpath train`")
    return vectors


def placed_vectors(vectors: pl.DataFrame, skills: pl.DataFrame) -> NDArray[np.float64]:
    """The same as an array (K, d) in the order of ``skills``, zero where there is none."""
    return place_vectors(vectors, skills, SpectralSettings().dimensions)
