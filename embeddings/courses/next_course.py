"""Log-linear model of the next course: a sum over courses taken of edge weights, and a bias of each course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.courses.transitions import Transitions

_BLOCK = 8_192
"""Transitions scored at a time: bounds the memory to a few times 8,192 · R numbers."""
_TAKEN = np.float32(-1e9)


@dataclass(frozen=True)
class NextCourseSettings:
    """How the log-linear model is fitted.

    Attributes:
        ridge: λ of the weights of everything that was taken.
        next_ridge: λ of the additional weights of what was taken last.
        bias_ridge: λ of the biases, toward the logarithm of how often each course was gone on to.
        iterations: of L-BFGS, at most.
    """

    ridge: float = 3.0
    next_ridge: float = 1.0
    bias_ridge: float = 1.0
    iterations: int = 100


@dataclass(frozen=True)
class NextCourseModel:
    """Weights between courses, and how likely each course is to be taken next whatever was taken before.

    Attributes:
        weights: (R, R) of everything that was taken, at least 0.
        next_weights: (R, R) what is added if it was taken last, at least 0; with the entries of ``weights``.
        likeness: what a similarity of 1 adds to the weight, at least 0.
        bias: (R,).
    """

    weights: csr_array
    next_weights: csr_array
    likeness: float
    bias: Floats

    def score(self, history: csr_array, similarity: csr_array) -> Floats:
        """(M, R) logit of every course after some histories (M, R), see `Transitions`."""
        edges = csr_array(self.weights + self.likeness * similarity)
        affinity = csr_array(history @ edges + select_latest(history) @ self.next_weights)
        return np.asarray(affinity.toarray()) + self.bias


def select_latest(history: csr_array) -> csr_array:
    """(M, R) 1 for what was taken last, which alone has no decay.

    >>> select_latest(csr_array([[0.9, 1.0, 0.0]])).toarray().tolist()
    [[0.0, 1.0, 0.0]]
    """
    row = np.repeat(np.arange(history.shape[0]), np.diff(history.indptr))
    last = np.flatnonzero(history.data == 1.0)
    return csr_array((np.ones(len(last)), (row[last], history.indices[last])), shape=history.shape)


def fit_next_course(
    found: Transitions, support: csr_array, similarity: csr_array, settings: NextCourseSettings
) -> NextCourseModel:
    """Weights W, V ≥ 0 on the entries of ``support``, γ ≥ 0 and b that make what learners went on to most likely.

    With h the history of a transition, l what was taken last, S the similarities and C the courses not taken before it,
    the probability of going on to j is ``exp(u_j) / Σ_{k ∈ C} exp(u_k)`` with
    ``u_j = b_j + Σ_i h_i (W_ij + γ S_ij) + Σ_i l_i V_ij``: a multinomial logit, as the factorised Markov chains of
    Rendle et al. (2010) with likeness of texts in place of the factors. Minimised are the negative log-likelihood and
    the ridges, by L-BFGS-B with the bounds of W, V and γ.

    Args:
        support: (R, R) with an entry where a weight may be above 0. similarity: (R, R) in [0, 1].
    """
    problem = _Problem(found, support, similarity, settings)
    bounded = 2 * support.nnz + 1
    start = np.r_[np.zeros(bounded), problem.prior]
    bounds = [(0.0, None)] * bounded + [(None, None)] * support.shape[1]
    options = {"maxiter": settings.iterations}
    solved = minimize(problem.loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    parts = problem.split(solved.x)

    def edges(values: Floats) -> csr_array:
        return csr_array((values, support.indices, support.indptr), shape=support.shape)

    return NextCourseModel(edges(parts[0]), edges(parts[1]), float(parts[2][0]), parts[3])


class _Problem:
    """The regularised negative log-likelihood, and its gradient, in single precision."""

    def __init__(
        self, found: Transitions, support: csr_array, similarity: csr_array, settings: NextCourseSettings
    ) -> None:
        self.settings = settings
        self.rows = np.repeat(np.arange(support.shape[0]), np.diff(support.indptr))
        self.columns = support.indices
        self.count = len(found.target)
        counts = np.bincount(found.target, minlength=support.shape[1])
        self.prior = np.log(counts + 1.0) - np.log(counts + 1.0).mean()
        self._similarity = similarity.toarray().astype(np.float32)
        self._blocks = [
            _Block.of(found.at(np.arange(start, min(start + _BLOCK, self.count))))
            for start in range(0, self.count, _BLOCK)
        ]

    def split(self, flat: Floats) -> list[Floats]:
        """Weights, weights of what was last, likeness (1,) and biases."""
        edges = len(self.rows)
        return np.split(flat, [edges, 2 * edges, 2 * edges + 1])

    def loss(self, flat: Floats) -> tuple[float, Floats]:
        """Value and gradient at the parameters, see `split`."""
        edges, latest, likeness, bias = self.split(flat)
        weights = np.float32(likeness[0]) * self._similarity
        weights[self.rows, self.columns] += edges.astype(np.float32)
        next_weights = np.zeros_like(weights)
        next_weights[self.rows, self.columns] = latest

        value = 0.0
        by_weight, by_next = np.zeros_like(weights), np.zeros_like(weights)
        by_bias = np.zeros(len(bias))
        for block in self._blocks:
            part, residual = block.residual(weights, next_weights, bias.astype(np.float32))
            value += part
            by_weight += block.history.T @ residual
            by_next += block.latest.T @ residual
            by_bias += residual.sum(axis=0, dtype=np.float64)

        chosen = self.settings
        away = bias - self.prior
        value += 0.5 * float(chosen.ridge * (edges @ edges) + chosen.next_ridge * (latest @ latest))
        value += 0.5 * float(chosen.bias_ridge * (away @ away))
        gradient = [
            by_weight[self.rows, self.columns] + chosen.ridge * edges,
            by_next[self.rows, self.columns] + chosen.next_ridge * latest,
            [np.vdot(by_weight, self._similarity)],
            by_bias + chosen.bias_ridge * away,
        ]
        scale = 1.0 / max(self.count, 1)
        return float(value * scale), np.concatenate(gradient).astype(np.float64) * scale


@dataclass(frozen=True)
class _Block:
    """Some transitions (M): histories and what was last (M, R) in single precision, and targets."""

    history: csr_array
    latest: csr_array
    target: Ints

    @staticmethod
    def of(found: Transitions) -> _Block:
        history = found.history
        return _Block(history.astype(np.float32), select_latest(history).astype(np.float32), found.target)

    def residual(
        self, weights: NDArray[np.float32], next_weights: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> tuple[float, NDArray[np.float32]]:
        """Negative log-likelihood, and its gradient by the logits (M, R)."""
        logits = np.asarray(self.history @ weights) + np.asarray(self.latest @ next_weights) + bias
        row = np.arange(len(self.target))
        logits[np.repeat(row, np.diff(self.history.indptr)), self.history.indices] = _TAKEN
        logits -= logits.max(axis=1, keepdims=True)
        of_target = logits[row, self.target].astype(np.float64)
        np.exp(logits, out=logits)
        total = logits.sum(axis=1, keepdims=True)
        value = float((np.log(total[:, 0].astype(np.float64)) - of_target).sum())
        logits /= total
        logits[row, self.target] -= 1.0
        return value, logits
