"""Stage state of students and the stage gate over paths (equations 17 and 18)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from skillpath.chains.model.sparse import Floats, Ints

PARTS = ("enrol", "learn", "work", "start_up")
GATES = ("JOB", "TRAINING", "VENTURE")


@dataclass(frozen=True)
class StageSettings:
    """How the state is read from counts, and how the gate is learned.

    Attributes:
        study_years: length of a course of study where it is not known.
        resource_scale: how many resources taken make their part 1 − 1/e.
        placement_scale: how many placements make their part 1 − 1/e.
        project_scale: how many projects make their part 1 − 1/e.
        ridge: pull of the learned gate toward the readable one.
        learn: whether the gate is learned from what people did next; otherwise it is the readable one.
        min_events: events of each of two kinds at least that it takes to learn from.
    """

    study_years: float = 4.0
    resource_scale: float = 8.0
    placement_scale: float = 1.0
    project_scale: float = 1.0
    ridge: float = 1e-3
    learn: bool = True
    min_events: int = 50


@dataclass(frozen=True)
class StageGate:
    """``π = softmax(W z + b)`` over `GATES`: W (3, 4) by gate and part of the state, b (3,)."""

    weights: Floats
    bias: Floats


def default_gate() -> StageGate:
    """The gate before anything is learned.

    Who has just enrolled leans to training, who has learned and is near graduation to jobs, and who has joined a
    project to ventures.
    """
    return StageGate(
        np.array([[-1.5, 0.5, 1.0, 0.0], [1.5, 0.0, -0.5, 0.0], [0.0, 0.0, 0.0, 3.0]]), np.array([0.5, 0.5, -1.0])
    )


def compute_stage_state(
    arrived: Floats,
    leaves: Floats,
    taken: Floats,
    placed: Floats,
    joined: Floats,
    settings: StageSettings | None = None,
) -> Floats:
    """State ``z = [enrol, learn, work, start-up]`` (N, 4), each in [0, 1] (17).

    ``enrol`` is the share of the course of study still ahead; the others are ``1 − exp(−count / scale)``.

    Args:
        arrived: (N,) years since arrival. leaves: (N,) years until graduation. NaN where unknown: with one of them
            known the other follows from the usual length, with none the student counts as half-way.
        taken, placed, joined: (N,) resources taken, placements, projects.
    """
    chosen = settings or StageSettings()
    ahead = np.where(np.isnan(leaves), chosen.study_years - arrived, leaves)
    behind = np.where(np.isnan(arrived), chosen.study_years - leaves, arrived)
    # Of two years' study one year is half, so the length is what was studied and what is to come.
    ahead, behind = np.maximum(ahead, 0.0), np.maximum(behind, 0.0)
    length = ahead + behind
    share = np.divide(ahead, length, out=np.zeros_like(length), where=length > 0)
    enrol = np.where(np.isnan(ahead + behind), 0.5, share)
    counts = [(taken, chosen.resource_scale), (placed, chosen.placement_scale), (joined, chosen.project_scale)]
    parts = [enrol, *(-np.expm1(-np.maximum(count, 0.0) / scale) for count, scale in counts)]
    return np.asarray(np.nan_to_num(np.stack(parts, axis=1), nan=0.0), dtype=np.float64)


def compute_gate(state: Floats, chosen: StageGate | None = None) -> Floats:
    """``π`` (N, 3): stage probabilities over `GATES`; rows add up to 1 (18)."""
    used = chosen or default_gate()
    logits = state @ used.weights.T + used.bias
    return np.asarray(np.exp(logits - logsumexp(logits, axis=1, keepdims=True)))


def count_prior_events(student: Ints, day: Ints, kind: Ints, students: int) -> Floats:
    """(E, 3) how many events of each of three kinds the same student had strictly before the day of each event.

    Args:
        student, day, kind: (E,) in any order; ``kind`` is 0, 1 or 2, and anything else is not counted.
        students: number of students; ``student`` is below it.
    """
    order = np.lexsort((day, student))
    flags: Floats = (kind[order, None] == np.arange(3)).astype(np.float64)
    before = np.cumsum(flags, axis=0) - flags
    key = np.stack([student[order], day[order]])
    first_of_day = np.r_[True, (key[:, 1:] != key[:, :-1]).any(axis=0)] if len(order) else np.zeros(0, dtype=bool)
    at_start = before[first_of_day][np.cumsum(first_of_day) - 1] if len(order) else before
    # What others had before is counted in the running sum: take away each student's own beginning.
    begins = np.searchsorted(student[order], np.arange(students))
    own = before[np.minimum(begins, max(len(order) - 1, 0))][student[order]] if len(order) else before
    counts: Floats = np.empty_like(flags)
    counts[order] = at_start - own
    return counts


def fit_stage(
    state: Floats,
    action: Ints,
    weight: Floats | None = None,
    settings: StageSettings | None = None,
    start: StageGate | None = None,
) -> StageGate:
    """W and b from who did what next, by multinomial logistic regression.

    The ridge pulls toward ``start`` (the readable gate if none is given), so with no data at all nothing changes.

    Args:
        state: (N, 4) before the deed. did: (N,) index into `GATES`. weight: (N,) of each example, 1 if None.
    """
    chosen, origin = settings or StageSettings(), start or default_gate()
    if not len(action):
        return origin
    wide = np.c_[state, np.ones(len(action))]
    anchor = np.c_[origin.weights, origin.bias]
    share = np.ones(len(action)) if weight is None else weight
    share = share / share.sum() if share.sum() > 0 else np.full(len(action), 1.0 / len(action))
    hit = (action[:, None] == np.arange(len(GATES))).astype(np.float64)

    def loss(flat: Floats) -> tuple[float, Floats]:
        theta = flat.reshape(anchor.shape)
        logits = wide @ theta.T
        log_pi = logits - logsumexp(logits, axis=1, keepdims=True)
        gradient = ((np.exp(log_pi) - hit) * share[:, None]).T @ wide + chosen.ridge * (theta - anchor)
        value = -(share[:, None] * hit * log_pi).sum() + 0.5 * chosen.ridge * ((theta - anchor) ** 2).sum()
        return float(value), gradient.ravel()

    found = minimize(loss, anchor.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    theta = found.x.reshape(anchor.shape)
    return StageGate(theta[:, :-1], theta[:, -1])
