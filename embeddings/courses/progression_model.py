"""Choice of the progression model on learners who were not learned from, and its final fit on all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.courses.next_course import NextCourseModel, NextCourseSettings, fit_next_course
from skillpath.embeddings.courses.transitions import (
    OrderedCourses,
    Transitions,
    compute_lift,
    count_support,
    find_transitions,
)


@dataclass(frozen=True)
class ProgressionSettings:
    """How the progression is learned.

    Attributes:
        min_support: learners who went on from one course to another, below which the edge does not exist, so that no
            figure is about a few people.
        ridges: λ of the edge weights that are tried.
        validation: share of the learners that the choice is made on.
        max_transitions: transitions learned from at most, the same ones for one seed.
        neighbours: most similar courses of each course that are its neighbours.
        min_similarity: least similarity of neighbours.
        seed: of the split and of the sample.
        model: how one model is fitted.
    """

    min_support: int = 5
    ridges: tuple[float, ...] = (1.0, 3.0, 10.0)
    validation: float = 0.2
    max_transitions: int = 100_000
    neighbours: int = 30
    min_similarity: float = 0.08
    seed: int = 7
    model: NextCourseSettings = field(default_factory=NextCourseSettings)


@dataclass(frozen=True)
class LearnedProgression:
    """What was learned, with what it was judged by.

    Attributes:
        model: fitted. support: (R, R) learners who went on, `ProgressionSettings.min_support` at least.
        lift: (nnz,) of the support. similarity: (R, R) of neighbours.
        takers: (R,) learners who took each course.
    """

    model: NextCourseModel
    support: csr_array
    lift: Floats
    similarity: csr_array
    takers: Ints


@dataclass(frozen=True)
class ProgressionChoice:
    """The settings that were best on learners not learned from, the model fitted without them, and the figures.

    Attributes:
        validation: (V,) learners that the choice was made on. fitted: without them.
        figures: NDCG@10 by ridge.
    """

    settings: ProgressionSettings
    fitted: LearnedProgression
    validation: Ints
    figures: dict[str, float]


def choose_progression(
    taken: OrderedCourses, similarity: csr_array, decay: float, steps: int, settings: ProgressionSettings
) -> ProgressionChoice:
    """Fit with each ridge on some learners and judge by the last step of the others.

    Args:
        decay, steps: of the history, see `find_transitions`.
    """
    chance = np.random.default_rng(settings.seed).random(taken.learners)
    validation = np.flatnonzero(chance < settings.validation)
    rest = taken.of_learners(np.flatnonzero(chance >= settings.validation))
    asked = _last_steps(find_transitions(taken.of_learners(validation), decay, steps))

    fits, figures = {}, {}
    for ridge in settings.ridges:
        tried = replace(settings, model=replace(settings.model, ridge=ridge))
        fits[ridge] = fit_progression(rest, similarity, decay, steps, tried)
        figures[f"{ridge:g}"] = round(_ndcg(fits[ridge].model.score(asked.history, similarity), asked), 4)
    best = max(settings.ridges, key=lambda ridge: figures[f"{ridge:g}"])
    chosen = replace(settings, model=replace(settings.model, ridge=best))
    return ProgressionChoice(chosen, fits[best], validation, figures)


def fit_progression(
    taken: OrderedCourses, similarity: csr_array, decay: float, steps: int, settings: ProgressionSettings
) -> LearnedProgression:
    """Fit the model on the edges with enough support."""
    support = count_support(taken, steps)
    support.data[support.data < settings.min_support] = 0.0
    support.eliminate_zeros()
    takers = np.bincount(taken.course, minlength=taken.courses)
    found = find_transitions(taken, decay, steps)
    if len(found.target) > settings.max_transitions:
        rows = np.random.default_rng(settings.seed).choice(len(found.target), settings.max_transitions, replace=False)
        found = found.at(np.sort(rows))
    model = fit_next_course(found, support, similarity, settings.model)
    lift = compute_lift(support, takers.astype(np.float64), len(np.unique(taken.learner)))
    return LearnedProgression(model, support, lift, similarity, takers)


def keep_neighbours(similarity: csr_array, settings: ProgressionSettings) -> csr_array:
    """(R, R) only the most similar courses of each course, itself left out."""
    row = np.repeat(np.arange(similarity.shape[0]), np.diff(similarity.indptr))
    used = np.flatnonzero((similarity.data >= settings.min_similarity) & (row != similarity.indices))
    order = used[np.lexsort((similarity.indices[used], -similarity.data[used], row[used]))]
    owner = row[order]
    place = np.arange(len(order)) - np.searchsorted(owner, owner)
    kept = order[place < settings.neighbours]
    values = np.minimum(similarity.data[kept], 1.0).astype(np.float64)
    return csr_array((values, (row[kept], similarity.indices[kept])), shape=similarity.shape)


def _last_steps(found: Transitions) -> Transitions:
    """Of each learner the transition to the last course."""
    is_last = np.r_[found.learner[1:] != found.learner[:-1], True][: len(found.target)]
    return found.at(np.flatnonzero(is_last))


def _ndcg(scores: Floats, asked: Transitions, cut: int = 10) -> float:
    """NDCG@10 of the course that was gone on to; courses taken before are left out, ties count half."""
    if not len(asked.target):
        return 0.0
    owner = np.repeat(np.arange(len(asked.target)), np.diff(asked.history.indptr))
    scores[owner, asked.history.indices] = -np.inf
    mine = scores[np.arange(len(asked.target)), asked.target][:, None]
    place = (scores > mine).sum(axis=1) + ((scores == mine).sum(axis=1) - 1) / 2
    return float(np.where(place < cut, 1.0 / np.log2(place + 2.0), 0.0).mean())
