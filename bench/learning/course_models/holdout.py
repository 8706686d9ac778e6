"""Hold-out protocols of course recommendation and their ranking metrics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.errors import BadInput


@dataclass(frozen=True)
class CourseHistory:
    """Courses taken (N), grouped by learner, in the order in which each took them; indices from 0.

    Attributes:
        learner, course: (N,) indices; ``learner`` ascends.
        learners, courses: how many there are of each.
    """

    learner: Ints
    course: Ints
    learners: int
    courses: int

    def __post_init__(self) -> None:
        if len(self.learner) != len(self.course) or (np.diff(self.learner) < 0).any():
            raise BadInput("Courses taken are not grouped by learner", todo="Sort them by learner, keeping their order")

    def counts(self) -> Ints:
        """(learners,) courses of each."""
        return np.bincount(self.learner, minlength=self.learners)

    def place(self) -> Ints:
        """(N,) place in the learner's own order, from 0."""
        starts = np.cumsum(self.counts()) - self.counts()
        return np.arange(len(self.learner)) - starts[self.learner]

    def age(self) -> Ints:
        """(N,) how many courses the learner took after this one."""
        return self.counts()[self.learner] - 1 - self.place()

    def where(self, keep: NDArray[np.bool_]) -> CourseHistory:
        """Only the rows that ``keep`` (N,) names."""
        return CourseHistory(self.learner[keep], self.course[keep], self.learners, self.courses)

    def matrix(self, decay: float = 1.0) -> csr_array:
        """(learners, courses) ``decay`` to the power of the age: 1 for the latest course of each learner."""
        weights = float(decay) ** self.age()
        return csr_array((weights, (self.learner, self.course)), shape=(self.learners, self.courses))


@dataclass(frozen=True)
class HoldoutSplit:
    """A hold-out split: training histories, learners to answer for, and their hidden courses.

    Attributes:
        train: courses taken that models learn from.
        history: courses taken by those who are asked about, up to the hidden one.
        learner: (Q,) who is asked about. target: (Q,) the hidden course.
    """

    train: CourseHistory
    history: CourseHistory
    learner: Ints
    target: Ints


def leave_last_out(taken: CourseHistory, back: int = 1, least: int = 2) -> HoldoutSplit:
    """Hide each learner's last course (``back`` = 1), or the one before it with the last unseen (``back`` = 2).

    What is left of every learner is learned from and is the history; asked about are those with at least ``least``
    courses, and at least one before the hidden one. ``back`` = 2 is the validation split of ``back`` = 1: it sees
    nothing that is hidden there.
    """
    counts, age = taken.counts(), taken.age()
    hides = np.maximum(np.minimum(back, counts - 1), 0)
    kept = taken.where(age >= hides[taken.learner])
    asked = (age == back - 1) & (counts >= max(least, back + 1))[taken.learner]
    return HoldoutSplit(kept, kept, taken.learner[asked], taken.course[asked])


def new_learners(taken: CourseHistory, fold: Ints, asked: int, unseen: tuple[int, ...] = ()) -> HoldoutSplit:
    """Learn from other learners' whole paths, then ask for the last course of learners never seen before.

    Args:
        fold: (learners,) which part each learner is in.
        asked: the part that is asked about; those of it with at least two courses.
        unseen: further parts that are not learned from either (the test part, while choosing on validation).
    """
    theirs = fold[taken.learner] == asked
    age, counts = taken.age(), taken.counts()
    last = theirs & (age == 0) & (counts[taken.learner] >= 2)
    train = taken.where(~theirs & ~np.isin(fold[taken.learner], unseen))
    return HoldoutSplit(train, taken.where(theirs & ~last), taken.learner[last], taken.course[last])


def ranks(scores: Floats, holdout: HoldoutSplit) -> Floats:
    """(Q,) place of the hidden course, from 0, among the courses not yet taken; ties count half.

    Args:
        scores: (Q, courses) of those asked about, in the order of ``held.learner``.

    Raises:
        BadInput: scores that are not finite.
    """
    if not np.isfinite(scores).all():
        raise BadInput("Scores are not finite", todo="Look at what the model was trained on")
    rows = np.arange(len(holdout.learner))
    own = scores[rows, holdout.target]
    taken = holdout.history.matrix()[holdout.learner].toarray() > 0
    taken[rows, holdout.target] = False
    above = ((scores > own[:, None]) & ~taken).sum(axis=1)
    level = ((scores == own[:, None]) & ~taken).sum(axis=1) - 1
    return np.asarray(above + level / 2.0)


def recall_ndcg(place: Floats, k: int = 10) -> tuple[Floats, Floats]:
    """(Q,) Recall@k and NDCG@k of one hidden course each: 1/log2(place + 2) where it is among the first k."""
    hit = place < k
    return hit.astype(np.float64), np.where(hit, 1.0 / np.log2(place + 2.0), 0.0)


def interval(values: Floats, draws: int = 1000, seed: int = 7) -> tuple[float, float]:
    """95 % bootstrap interval of a mean over learners (percentiles of ``draws`` resamples)."""
    # Learners of one value are alike: a resample is how often each value is drawn.
    distinct, counts = np.unique(np.round(values, 9), return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(values), counts / len(values), size=draws)
    means = drawn @ distinct / len(values)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
