"""Small random markets and students, dense for reference and sparse as the code wants them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.model.affinity import Progression
from skillpath.chains.recommend import Market

Dense = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """S students, K skills, C clusters, R resources, J posts, P projects."""

    stated: Dense
    progress: Dense
    gains: Dense
    requirements: Dense
    job_needs: Dense
    project_needs: Dense
    job_cluster: NDArray[np.int64]
    asked: NDArray[np.int64]
    embeddings: Dense

    def market(self) -> Market:
        return Market(
            requirements=csr_array(self.requirements),
            job_needs=csr_array(self.job_needs),
            project_needs=csr_array(self.project_needs),
            gains=csr_array(self.gains),
            job_cluster=self.job_cluster,
            embeddings=self.embeddings,
        )


def _sparse(random: np.random.Generator, rows: int, columns: int, share: float) -> Dense:
    levels = np.round(random.random((rows, columns)), 2)
    return np.where(random.random((rows, columns)) < share, levels, 0.0)


def draw_progression(random: np.random.Generator, items: int, share: float = 0.4) -> Progression:
    """Edges between a share of the pairs, half of them with more weight for what was done last.

    No two items have as many takers, and one has none.
    """
    places = random.random((items, items)) < share
    weight, following = (np.where(places, random.random((items, items)), 0.0) for _ in range(2))
    following[random.random((items, items)) < 0.5] = 0.0
    support = np.where(places, random.integers(5, 51, (items, items)), 0).astype(np.float64)
    edges = csr_array(weight), csr_array(following), csr_array(support)
    return Progression(*edges, random.random(items), random.permutation(items))


def make_world(seed: int, students: int = 5, skills: int = 8, clusters: int = 4, items: int = 6) -> World:
    random = np.random.default_rng(seed)
    return World(
        stated=_sparse(random, students, skills, 0.2),
        progress=_sparse(random, students, items, 0.3),
        gains=_sparse(random, items, skills, 0.4),
        requirements=_sparse(random, clusters, skills, 0.6),
        job_needs=_sparse(random, items, skills, 0.4),
        project_needs=_sparse(random, items, skills, 0.4),
        job_cluster=random.integers(-1, max(clusters, 1), items) if clusters else np.full(items, -1),
        asked=random.integers(-1, max(clusters, 1), students) if clusters else np.full(students, -1),
        embeddings=random.standard_normal((skills, 3)),
    )


worlds = st.builds(
    make_world,
    seed=st.integers(0, 2**32 - 1),
    students=st.integers(0, 6),
    skills=st.integers(1, 9),
    clusters=st.integers(0, 5),
    items=st.integers(0, 7),
)
