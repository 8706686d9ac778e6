"""Stage state of students and the stage gate over paths (equations 17 and 18)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from skillpath.chains.model.arrays import Floats, Ints

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

    A worked example: student 0 has an event of kind 1 on days 5 and 5 and one of kind 0 on day 7; student 1 has one
    of kind 2 on day 6. The two of day 5 have nothing before them, that of day 7 has two of kind 1, and what student 0
    did does not count for student 1:

    >>> count_prior_events(np.array([0, 0, 0, 1]), np.array([5, 5, 7, 6]), np.array([1, 1, 0, 2]), 2).tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]

    Args:
        student: (E,) index of the student, below ``students``; in any order.
        day: (E,) day of the event.
        kind: (E,) 0, 1 or 2; anything else is not counted.
        students: number of students.
    """
    counts: Floats = np.zeros((len(student), 3))
    if not len(student):
        return counts
    order = np.lexsort((day, student))
    sorted_student, sorted_day = student[order], day[order]

    # (E, 3) events of each kind in all rows before, of whichever student.
    is_kind = (kind[order, None] == np.arange(3)).astype(np.float64)
    running = np.cumsum(is_kind, axis=0) - is_kind

    # (E, 3) the same for the first row of the student's day, as what the day itself brings is not before it.
    is_new_day = (sorted_student[1:] != sorted_student[:-1]) | (sorted_day[1:] != sorted_day[:-1])
    first_of_day = np.r_[True, is_new_day]
    before_day = running[first_of_day][np.cumsum(first_of_day) - 1]

    # (S, 3) what stands before each student's first row is of others; (E, 3) by row.
    own_start = np.searchsorted(sorted_student, np.arange(students))
    of_others = running[np.minimum(own_start, len(order) - 1)][sorted_student]

    counts[order] = before_day - of_others
    return counts


def fit_stage(
    state: Floats,
    action: Ints,
    weight: Floats | None = None,
    settings: StageSettings | None = None,
    start: StageGate | None = None,
) -> StageGate:
    """W and b from who did what next, by multinomial logistic regression.

    With θ = [W b] (3, 5), x = [z 1] and the weights of the examples adding up to 1 it minimises

        ``− Σ_n w_n log softmax(θ x_n)[action_n] + ridge / 2 · ‖θ − θ_start‖²``.

    The ridge pulls toward ``start`` (the readable gate if none is given), so with no data at all nothing changes. A
    worked example: of a hundred students in one state all went on to a training, so the gate now gives it more.

    >>> z, training = np.full((100, 4), 0.5), np.ones(100, dtype=np.int64)
    >>> bool(compute_gate(z, fit_stage(z, training))[0, 1] > compute_gate(z)[0, 1])
    True

    Args:
        state: (N, 4) before the event.
        action: (N,) index into `GATES`.
        weight: (N,) of each example, 1 if None.
    """
    chosen, origin = settings or StageSettings(), start or default_gate()
    if not len(action):
        return origin
    design = np.c_[state, np.ones(len(action))]
    prior = np.c_[origin.weights, origin.bias]
    one_hot = (action[:, None] == np.arange(len(GATES))).astype(np.float64)
    share = _to_shares(weight, len(action))

    def loss(flat: Floats) -> tuple[float, Floats]:
        theta = flat.reshape(prior.shape)
        logits = design @ theta.T
        log_pi = logits - logsumexp(logits, axis=1, keepdims=True)

        value = -(share[:, None] * one_hot * log_pi).sum() + 0.5 * chosen.ridge * ((theta - prior) ** 2).sum()
        gradient = ((np.exp(log_pi) - one_hot) * share[:, None]).T @ design + chosen.ridge * (theta - prior)
        return float(value), gradient.ravel()

    found = minimize(loss, prior.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    theta = found.x.reshape(prior.shape)
    return StageGate(theta[:, :-1], theta[:, -1])


def _to_shares(weight: Floats | None, count: int) -> Floats:
    """(N,) weights that add up to 1; all the same where none are given, or none is above 0."""
    share = np.ones(count) if weight is None else weight
    return share / share.sum() if share.sum() > 0 else np.full(count, 1.0 / count)
