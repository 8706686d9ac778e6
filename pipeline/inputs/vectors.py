"""Skill vectors for whoever only reads: there, or refused with a sentence."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
from numpy.typing import NDArray

from skillpath.embeddings.spectral import SpectralSettings
from skillpath.errors import Unavailable
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import progression
from skillpath.graph.learning.vectors import SERVING as VECTORS_SERVING
from skillpath.graph.scores.snapshot import count_requirements, place_vectors, read_vectors


def require_vectors(graph: Graph) -> pl.DataFrame:
    """Learned vectors (code, embedding) of skills; nothing is trained or written.

    There are none where no target requires any skill, and only the progression was learned.

    Raises:
        Unavailable: nothing was learned yet.
    """
    vectors = read_vectors(graph)
    if is_untrained(graph, vectors):
        raise Unavailable("There are no learned skill vectors", todo="Run `skillpath train`")
    return vectors


def is_untrained(graph: Graph, vectors: pl.DataFrame) -> bool:
    """Whether something is left to learn before chains can be scored, given the skill vectors there are.

    They are missing where a training wrote some that are gone, or where nothing was trained; where no job cluster
    requires any skill there are none to learn, and the progression alone is enough.
    """
    if not vectors.is_empty():
        return False
    trained = runs.current(graph, VECTORS_SERVING)
    if trained is not None:
        # A vocabulary of one or two skills leads to zero vectors, which are not written.
        written = json.loads(str(trained["metrics"]))["vectors"]["skill"]
        return bool(written > 0)
    return count_requirements(graph) > 0 or runs.current(graph, progression.SERVING) is None


def placed_vectors(vectors: pl.DataFrame, skills: pl.DataFrame) -> NDArray[np.float64]:
    """The same as an array (K, d) in the order of ``skills``, zero where there is none."""
    return place_vectors(vectors, skills, SpectralSettings().dimensions)
