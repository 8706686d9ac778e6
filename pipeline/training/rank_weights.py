"""Weights of the score learned from what students took next, on candidates as the recommender finds them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.feedback.rank_learning import Choices, RankLearningSettings, fit_path_weights
from skillpath.chains.model.affinity import number_steps
from skillpath.chains.model.arrays import Floats, Ints, lookup, mark_pairs, row_of_entry, starts_of
from skillpath.chains.model.pool import Pool
from skillpath.chains.model.ranking import PATHS, PathWeights
from skillpath.chains.recommend import ChainSettings, Recommender
from skillpath.graph.scores.snapshot import DatedAmounts, Snapshot
from skillpath.pipeline.inputs.chain_inputs import build_evidence, build_market, build_students

PATH = "TRAINING"
BLOCK = 500
"""Students whose candidates are found at a time."""


@dataclass(frozen=True)
class LearnedWeights:
    """Weights of each path, and how many decisions taught those of training; None where there were too few."""

    weights: PathWeights | None
    decisions: int
    asked: int


def learn_rank_weights(
    snapshot: Snapshot,
    embeddings: NDArray[np.float64],
    students: Ints,
    settings: ChainSettings,
    learning: RankLearningSettings,
) -> LearnedWeights:
    """Learn the weights of TRAINING from the last step of some students; those of other paths stay.

    Each student is asked as before the last step: capability, targets, gaps and affinity come from what was done until
    then. Deadlines and seats of today say nothing of then and are left out.

    Args:
        snapshot: its progression must not have been learned from these students.
        students: (V,) indices.
    """
    taken = snapshot.enrolments
    step = number_steps(row_of_entry(taken.amount), taken.day, taken.position)
    last = np.zeros(snapshot.students.height, dtype=np.int64)
    np.maximum.at(last, row_of_entry(taken.amount), step)
    asked = students[last[students] > 0][: learning.max_students]

    before = _select_students(_without_steps(snapshot, step, last), asked)
    market = replace(build_market(before, embeddings, settings), item_limits={})
    learners = build_students(before, build_evidence(before, settings), settings)
    recommender = Recommender(market, settings)
    chosen = _last_steps(taken.amount, step, last)[asked]
    parts = []
    for start in range(0, len(asked), BLOCK):
        rows = slice(start, start + BLOCK)
        pool = recommender.candidates(PATH, learners.part(rows)).best(recommender.weights.of(PATH), learning.pool)
        parts.append(_choices(pool, chosen[rows]))
    choices = _join(parts) if parts else Choices.none(len(settings.rank.weights))
    fitted = fit_path_weights(choices, settings.rank.weights, learning)
    if fitted is None:
        return LearnedWeights(None, len(choices.chosen), len(asked))
    values = PathWeights.same(settings.rank.weights).values
    values[PATHS.index(PATH)] = fitted
    return LearnedWeights(PathWeights(values), len(choices.chosen), len(asked))


def _last_steps(taken: csr_array, step: Ints, last: Ints) -> csr_array:
    """(S, R) with an entry for what each student took last."""
    student = row_of_entry(taken)
    held = np.flatnonzero(step == last[student])
    return mark_pairs(student[held], taken.indices[held].astype(np.int64), taken.shape)


def _without_steps(snapshot: Snapshot, step: Ints, last: Ints) -> Snapshot:
    """The snapshot as if nobody had taken the last step yet, nor done anything since the day of it."""
    taken = snapshot.enrolments
    until = _days_of_last_steps(taken, step, last)
    student = row_of_entry(taken.amount)
    kept = np.flatnonzero(step < last[student])
    places = student[kept], taken.amount.indices[kept]

    def keep(matrix: csr_array) -> csr_array:
        return csr_array((matrix.data[kept], places), shape=matrix.shape)

    before = DatedAmounts(keep(taken.amount), taken.day[kept], taken.position[kept])
    placed = snapshot.placed
    known = placed["day"].cast(pl.Float64).fill_null(-np.inf).to_numpy() < until[placed["row"].to_numpy()]
    return replace(
        snapshot,
        enrolments=before,
        practice=keep(snapshot.practice),
        placements=_before(snapshot.placements, until),
        memberships=_before(snapshot.memberships, until),
        placed=placed.filter(pl.Series(known, dtype=pl.Boolean)),
    )


def _days_of_last_steps(taken: DatedAmounts, step: Ints, last: Ints) -> Floats:
    """(S,) day on which each student began the last step, ∞ where none is known."""
    student = row_of_entry(taken.amount)
    days = np.full(len(last), np.inf)
    is_known = (step == last[student]) & ~np.isnan(taken.day)
    np.minimum.at(days, student[is_known], taken.day[is_known])
    return days


def _before(part: DatedAmounts, until: Floats) -> DatedAmounts:
    """What was done before a day (S,) of each student; what has no day counts as before."""
    student = row_of_entry(part.amount)
    kept = np.flatnonzero(np.nan_to_num(part.day, nan=-np.inf) < until[student])
    places = student[kept], part.amount.indices[kept]
    return DatedAmounts(
        csr_array((part.amount.data[kept], places), shape=part.amount.shape), part.day[kept], part.position[kept]
    )


def _select_students(snapshot: Snapshot, rows: Ints) -> Snapshot:
    """The snapshot with only some students."""

    def dated(part: DatedAmounts) -> DatedAmounts:
        # The entries of the chosen rows, in the order of the chosen rows.
        numbered = csr_array(
            (np.arange(part.amount.nnz) + 1.0, part.amount.indices, part.amount.indptr), part.amount.shape
        )
        entry = numbered[rows].data.astype(np.int64) - 1
        return DatedAmounts(part.amount[rows], part.day[entry], part.position[entry])

    place = np.full(snapshot.students.height, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    placed: Any = snapshot.placed.with_columns(row=place[snapshot.placed["row"].to_numpy()])
    return replace(
        snapshot,
        students=snapshot.students[rows],
        enrolments=dated(snapshot.enrolments),
        practice=snapshot.practice[rows],
        placements=dated(snapshot.placements),
        memberships=dated(snapshot.memberships),
        placed=placed.filter(placed["row"] >= 0),
        stated=snapshot.stated[rows],
        target=snapshot.target[rows],
    )


def _choices(pool: Pool, chosen: csr_array) -> Choices:
    """One decision for each thing that was taken and was a candidate, among all candidates of its student.

    Args:
        pool: candidates by student, an item once. chosen: (S, R) what was taken.
    """
    taken = np.flatnonzero(lookup(chosen, pool.student, pool.found.item) > 0)
    starts = starts_of(pool.student)
    ends = np.r_[starts[1:], len(pool.student)]
    group = np.searchsorted(starts, taken, side="right") - 1
    sizes = (ends - starts)[group]
    owner = np.repeat(np.arange(len(taken)), sizes)
    begin = np.cumsum(sizes) - sizes
    candidate = starts[group][owner] + np.arange(len(owner)) - begin[owner]
    return Choices(owner, pool.values[candidate], begin + taken - starts[group])


def _join(parts: list[Choices]) -> Choices:
    """Decisions of several blocks as one."""
    decisions = np.cumsum([0, *(len(part.chosen) for part in parts)])
    candidates = np.cumsum([0, *(len(part.owner) for part in parts)])
    return Choices(
        np.concatenate([part.owner + first for part, first in zip(parts, decisions, strict=False)]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.chosen + first for part, first in zip(parts, candidates, strict=False)]),
    )
