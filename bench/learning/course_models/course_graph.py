"""Course graph: edges between courses taken together, in succession, or with similar features."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from bench.learning.course_models.holdout import CourseHistory
from skillpath.embeddings.common.arrays import Floats

RELATIONS = ("together", "after", "before", "alike")


def build_relations(taken: CourseHistory, features: Floats | None, neighbours: int = 10) -> Floats:
    """(4, R, R) row-normalised adjacency of each of `RELATIONS`; rows without edges are 0.

    Args:
        features: (R, F) unit vectors of what courses say of themselves; without them nothing is alike.
        neighbours: how many of the most alike are linked.
    """
    matrix = taken.matrix()
    together = (matrix.T @ matrix).toarray()
    np.fill_diagonal(together, 0.0)
    size = np.sqrt(np.maximum(np.asarray(matrix.sum(axis=0)).ravel(), 1.0))
    together = together / size[:, None] / size[None, :]
    after = count_successors(taken)
    return np.stack(
        [_normalise_rows(x) for x in (together, after, after.T, _similar_courses(features, taken.courses, neighbours))]
    )


def count_successors(taken: CourseHistory) -> Floats:
    """(R, R) how often the column's course was the very next after the row's."""
    joined = taken.learner[1:] == taken.learner[:-1]
    pairs = (taken.course[:-1][joined], taken.course[1:][joined])
    counts = csr_array((np.ones(joined.sum()), pairs), shape=(taken.courses, taken.courses))
    return np.asarray(counts.toarray(), dtype=np.float64)


def _similar_courses(features: Floats | None, courses: int, neighbours: int) -> Floats:
    links = np.zeros((courses, courses))
    if features is None or courses <= neighbours + 1:
        return links
    cosine = features @ features.T
    np.fill_diagonal(cosine, -1.0)
    nearest = np.argpartition(-cosine, neighbours, axis=1)[:, :neighbours]
    rows = np.arange(courses)[:, None]
    links[rows, nearest] = np.maximum(cosine[rows, nearest], 0.0)
    return links


def _normalise_rows(links: Floats) -> Floats:
    total = links.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(links, total, out=np.zeros_like(links), where=total > 0), dtype=np.float64)
