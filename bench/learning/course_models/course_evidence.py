"""Cross-fitted scores of the closed forms for every step of every learner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.learning.course_models.closed_form import LinearCourses, LinearSettings, prefixes
from bench.learning.course_models.holdout import CourseHistory
from skillpath.embeddings.common.arrays import entry_pattern

EVIDENCE = ("together", "follows", "popularity")
FLOOR = 1e-3


@dataclass(frozen=True)
class CourseEvidence:
    """Scores of `EVIDENCE` as logarithms of shares, so that they add to a network's logits.

    A share below `FLOOR` says nothing more than that.
    """

    model: LinearCourses

    def of(self, history: csr_array) -> NDArray[np.float32]:
        """(3, S, R) for histories as `LinearCourses.item_scores` takes them."""
        took = entry_pattern(history)
        follows = history @ self.model.follows + self.model.intercept
        popularity = np.broadcast_to(self.model.popularity, follows.shape)
        return np.stack([_logs(took @ self.model.together), _logs(follows), _logs(popularity)])


def cross_fit_evidence(taken: CourseHistory, settings: LinearSettings, folds: int, seed: int) -> NDArray[np.float32]:
    """(3, M, R) evidence before each course that was not the first, from a model of the other folds' learners.

    Fitted on the learner's own path, the closed forms would already know the answer, and a network trained on them
    would trust them more than they deserve with anybody new.
    """
    part = np.random.default_rng(seed).integers(0, folds, taken.learners)[taken.learner]
    before, _ = prefixes(taken, settings.recency_decay)
    theirs = part[taken.place() > 0]
    found = np.empty((len(EVIDENCE), before.shape[0], taken.courses), dtype=np.float32)
    for fold in range(folds):
        others = CourseEvidence(LinearCourses.fit(taken.where(part != fold), settings))
        found[:, theirs == fold] = others.of(csr_array(before[theirs == fold]))
    return found


def _logs(shares: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.log(np.maximum(shares, 0.0) + FLOOR).astype(np.float32)
