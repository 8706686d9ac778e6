"""Inputs of the recommender: the market (clusters, postings, resources, projects) and batches of students."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from skillpath.chains.model.affinity import Progression
from skillpath.chains.model.arrays import Floats, Ints, entry_pattern
from skillpath.chains.model.candidates import CandidateSettings, compute_practice_effects
from skillpath.chains.model.item_limits import NOWHERE, ItemLimits
from skillpath.chains.model.ranking import PATHS
from skillpath.chains.model.stage import PARTS

__all__ = ["PATHS", "Market", "StudentBatch"]


@dataclass(frozen=True)
class Market:
    """Matrices over K skills, and what is known of clusters, postings, resources and projects.

    Items of the path JOB are the J posts, of TRAINING the R resources without those of ventures, of VENTURE the P
    projects and after them the V resources of ventures (mentors, policies, incubators).

    Attributes:
        requirements: (C, K); job_needs: (J, K); project_needs: (P, K); gains: (R, K).
        job_cluster: (J,) cluster of each post or -1.
        embeddings: (K, d) learned skill vectors.
        weights: (C, K) how much a required level counts; everything 1 without it.
        work_field: (C,) index of the field of work of each cluster, or -1; no cluster belongs to one without.
        heat: (C,) demand heat from forecasts; what is not finite counts as 0, as does all of it without.
        warned: (C,) clusters whose early warning fired; none without.
        job_days_left: (J,) days to the stated deadline of each posting, NaN without one; none is known without.
        venture: (V,) resources that belong to the path VENTURE, rising.
        prerequisites: (R, R) row needs column, without cycles (see `plans.drop_cycles`).
        item_limits: limits of the items of each path; a path without has none.
        progression: what people went on to among the R resources; nothing was learned without.
    """

    requirements: csr_array
    job_needs: csr_array
    project_needs: csr_array
    gains: csr_array
    job_cluster: Ints
    embeddings: Floats
    weights: csr_array | None = None
    heat: Floats | None = None
    work_field: Ints | None = None
    warned: NDArray[np.bool_] | None = None
    job_days_left: Floats | None = None
    venture: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    prerequisites: csr_array | None = None
    item_limits: dict[str, ItemLimits] = field(default_factory=dict)
    progression: Progression | None = None

    def effects(self, path: str, settings: CandidateSettings) -> csr_array:
        """(I, K) what the items of a path do to each skill."""
        if path == "TRAINING":
            return self.gains
        if path == "JOB":
            return compute_practice_effects(self.job_needs, settings.job_practice)
        projects = compute_practice_effects(self.project_needs, settings.project_practice)
        return csr_array(vstack([projects, self.gains[self.venture]])) if len(self.venture) else projects

    def limits(self, path: str) -> ItemLimits:
        """Limits of the items of a path; resources of ventures are not open for training."""
        sizes = {"JOB": self.job_needs, "TRAINING": self.gains, "VENTURE": self.project_needs}
        size = sizes[path].shape[0] + (len(self.venture) if path == "VENTURE" else 0)
        limits = self.item_limits.get(path) or ItemLimits.unlimited(size)
        if path != "TRAINING" or not len(self.venture):
            return limits
        return replace(limits, open=limits.open & ~np.isin(np.arange(size), self.venture))

    @property
    def heats(self) -> Floats:
        """(C,) heat of each cluster, 0 where it is not known."""
        clusters = self.requirements.shape[0]
        return np.zeros(clusters) if self.heat is None else np.nan_to_num(self.heat, nan=0.0, posinf=0.0, neginf=0.0)

    @property
    def warnings(self) -> NDArray[np.bool_]:
        """(C,) whether an early warning of each cluster fired."""
        return np.zeros(self.requirements.shape[0], dtype=bool) if self.warned is None else self.warned

    @property
    def days_left(self) -> Floats:
        """(J,) days to the deadline of each posting, NaN where none is stated."""
        return np.full(self.job_needs.shape[0], np.nan) if self.job_days_left is None else self.job_days_left

    @property
    def work_fields(self) -> Ints:
        """(C,) index of the field of work of each cluster, or -1."""
        return np.full(self.requirements.shape[0], -1) if self.work_field is None else self.work_field

    @property
    def learned_progression(self) -> Progression:
        """What people went on to, empty where nothing was learned."""
        return self.progression or Progression.none(self.gains.shape[0])


@dataclass(frozen=True)
class StudentBatch:
    """A batch of S students; fields left out are unknown.

    Attributes:
        levels: (S, K) capability.
        progress: (S, R) share of each resource done; a stored zero means that it was begun.
        asked: (S,) cluster asked for, or -1.
        worked: (S, J), joined: (S, P) with an entry for each post and project.
        state: (S, 4) stage state (17). region: (S,) index or -1. tie_breaker: (S,) in [0, 1), tells equals apart.
        history: (S, R) how much each resource done still counts (see `affinity.weigh_history`); that of one step
            without.
    """

    levels: csr_array
    progress: csr_array
    asked: Ints
    worked: csr_array | None = None
    joined: csr_array | None = None
    state: Floats | None = None
    region: Ints | None = None
    tie_breaker: Floats | None = None
    history: csr_array | None = None

    def __len__(self) -> int:
        return int(self.levels.shape[0])

    def part(self, rows: slice | Ints) -> StudentBatch:
        """Some of the students."""
        return StudentBatch(
            self.levels[rows],
            self.progress[rows],
            self.asked[rows],
            None if self.worked is None else self.worked[rows],
            None if self.joined is None else self.joined[rows],
            None if self.state is None else self.state[rows],
            None if self.region is None else self.region[rows],
            None if self.tie_breaker is None else self.tie_breaker[rows],
            None if self.history is None else self.history[rows],
        )

    def done(self, path: str, market: Market) -> csr_array:
        """(S, I) what each student began or did of the items of a path."""
        if path == "TRAINING":
            return self.progress
        if path == "JOB":
            return csr_array((len(self), market.job_needs.shape[0])) if self.worked is None else self.worked
        size = (len(self), market.project_needs.shape[0])
        joined = csr_array(size) if self.joined is None else self.joined
        return csr_array(hstack([joined, self.progress[:, market.venture]])) if len(market.venture) else joined

    @property
    def weighed_history(self) -> csr_array:
        """(S, R) how much each resource done still counts; where no order is known all of them alike."""
        return entry_pattern(self.progress) if self.history is None else self.history

    @property
    def states(self) -> Floats:
        """(S, 4) stage state; who is unknown counts as half-way through and has done nothing."""
        half_way = np.array([0.5, *[0.0] * (len(PARTS) - 1)])
        return np.tile(half_way, (len(self), 1)) if self.state is None else self.state

    @property
    def regions(self) -> Ints:
        """(S,) region of each student."""
        return np.full(len(self), NOWHERE) if self.region is None else self.region

    @property
    def tie_breakers(self) -> Floats:
        """(S,) tie breaker of each student, 0 where none was drawn."""
        return np.zeros(len(self)) if self.tie_breaker is None else self.tie_breaker
