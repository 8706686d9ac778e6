"""Closed-form course recommenders: EASE, regression of the next course, and their blend, in numpy alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.learning.course_models.holdout import CourseHistory
from skillpath.embeddings.common.arrays import Floats, entry_pattern
from skillpath.errors import BadInput


@dataclass(frozen=True)
class LinearSettings:
    """How the closed forms are fitted and blended.

    Attributes:
        ease_ridge: λ of EASE.
        next_ridge: λ of the regression of the next course on those before it.
        recency_decay: factor on a course's weight for each one taken after it.
        together: weight of EASE in the blend.
        follows: weight of that regression in the blend.
        popularity: weight of popularity in the blend.
    """

    ease_ridge: float = 20.0
    next_ridge: float = 20.0
    recency_decay: float = 0.6
    together: float = 0.25
    follows: float = 1.0
    popularity: float = 0.0


def fit_ease(taken: csr_array, ridge: float) -> Floats:
    """(R, R) weights of courses for courses: B = I − P·diag(1/diag P), P = (XᵀX + λI)⁻¹, with a diagonal of 0.

    Steck (2019), "Embarrassingly Shallow Autoencoders for Sparse Data", equation 8.

    Args:
        taken: (S, R) 1 where a learner took a course.
        ridge: λ > 0.
    """
    inverse = np.linalg.inv((taken.T @ taken).toarray() + ridge * np.eye(taken.shape[1]))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return np.asarray(weights)


def prefixes(taken: CourseHistory, decay: float) -> tuple[csr_array, NDArray[np.int64]]:
    """Courses before each course that was not the first (M, R), decayed with age, and that course (M,)."""
    place, starts = taken.place(), np.arange(len(taken.learner)) - taken.place()
    later = np.flatnonzero(place > 0)
    lengths = place[later]
    row = np.repeat(np.arange(len(later)), lengths)
    step = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    earlier = starts[later][row] + step
    values = float(decay) ** (lengths[row] - 1 - step)
    before = csr_array((values, (row, taken.course[earlier])), shape=(len(later), taken.courses))
    return before, taken.course[later]


def follows(taken: CourseHistory, ridge: float, decay: float) -> tuple[Floats, Floats]:
    """Ridge regression of the next course on what came before: weights (R, R) and the intercept (R,).

    The order-aware counterpart of `fit_ease`: SLIT of Choi et al. (2021), "Session-aware Linear Item-Item Models":
    B = (ZᵀZ + λI)⁻¹ Zᵀ Y with Z the faded prefixes and one column of ones, whose weight is not penalised, and Y the
    courses that followed.
    """
    before, target = prefixes(taken, decay)
    rows, courses = before.shape
    gram = np.empty((courses + 1, courses + 1))
    gram[:-1, :-1] = (before.T @ before).toarray() + ridge * np.eye(courses)
    gram[-1, :-1] = gram[:-1, -1] = np.asarray(before.sum(axis=0)).ravel()
    # Never 0, so that one learner with one course still has a solution.
    gram[-1, -1] = rows + 1e-6
    onehot = csr_array((np.ones(rows), (np.arange(rows), target)), shape=(rows, courses))
    right = np.vstack([(before.T @ onehot).toarray(), np.asarray(onehot.sum(axis=0)).reshape(1, -1)])
    solution = np.linalg.solve(gram, right)
    return solution[:-1], solution[-1]


@dataclass(frozen=True)
class LinearCourses:
    """A blend of closed forms: inductive, since a learner is what was taken so far.

    Attributes:
        together: (R, R) of `fit_ease`. follows: (R, R) and intercept (R,) of `follows`.
        popularity: (R,) share of learners that took each.
        settings: how it was fitted.
    """

    together: Floats
    follows: Floats
    intercept: Floats
    popularity: Floats
    settings: LinearSettings

    @classmethod
    def fit(cls, taken: CourseHistory, settings: LinearSettings) -> LinearCourses:
        """Fit on what learners took, in their order."""
        matrix = taken.matrix()
        after, intercept = follows(taken, settings.next_ridge, settings.recency_decay)
        popularity = np.asarray(matrix.sum(axis=0)).ravel() / max(taken.learners, 1)
        return cls(fit_ease(matrix, settings.ease_ridge), after, intercept, popularity, settings)

    def item_scores(self, history: csr_array) -> Floats:
        """(S, R) affinity of each learner to each course; those already taken are not masked.

        Args:
            history: (S, R) how fresh each course taken is: `LinearSettings.recency_decay` to the power of how many came
                after it (see `Taken.matrix`), or 1 throughout where no order is known; 0 elsewhere.
        """
        if history.shape[1] != len(self.popularity):
            raise BadInput(f"A history over {history.shape[1]} courses, and weights for {len(self.popularity)}")
        chosen = self.settings
        took = entry_pattern(history)
        scores = chosen.together * (took @ self.together)
        scores += chosen.follows * (history @ self.follows + self.intercept)
        scores += chosen.popularity * self.popularity
        return np.asarray(scores)

    def save(self, file: Path) -> None:
        """Write weights and settings as one npz."""
        chosen = self.settings
        numbers = [chosen.ease_ridge, chosen.next_ridge, chosen.recency_decay, chosen.together, chosen.follows]
        np.savez_compressed(
            file,
            together=self.together,
            follows=self.follows,
            intercept=self.intercept,
            popularity=self.popularity,
            settings=np.array([*numbers, chosen.popularity]),
        )

    @classmethod
    def load(cls, file: Path) -> LinearCourses:
        """Read what `save` wrote."""
        with np.load(file, allow_pickle=False) as arrays:
            settings = LinearSettings(*(float(x) for x in arrays["settings"]))
            parts = {name: arrays[name] for name in ("together", "follows", "intercept", "popularity")}
            return cls(**parts, settings=settings)
