"""Skill vectors for whoever only reads: there, or refused with a sentence."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.embeddings.spectral import SpectralSettings
from skillpath.errors import Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import progression
from skillpath.graph.scores.snapshot import place_vectors, read_vectors


def require_vectors(graph: Graph) -> pl.DataFrame:
    """Learned vectors (code, embedding) of skills; nothing is trained or written.

    There are none where no target requires any skill, and only the progression was learned.

    Raises:
        Unavailable: nothing was learned yet.
    """
    vectors = read_vectors(graph)
    if vectors.is_empty() and runs.current(graph, progression.SERVING) is None:
        raise Unavailable("There are no learned skill vectors", todo="Run `skillpath train`")
    return vectors


def placed_vectors(vectors: pl.DataFrame, skills: pl.DataFrame) -> NDArray[np.float64]:
    """The same as an array (K, d) in the order of ``skills``, zero where there is none."""
    return place_vectors(vectors, skills, SpectralSettings().dimensions)
