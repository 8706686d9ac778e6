"""Recommender of chains for a batch of students: targets, gaps, lists on each path, plans and reason codes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.feedback.exposure import Draw, ExposureSettings, draw_first_places, expected_loss
from skillpath.chains.model import coverage
from skillpath.chains.model.affinity import (
    AffinitySettings,
    compute_affinity,
    find_crowd,
    find_followers,
    find_reasons,
)
from skillpath.chains.model.arrays import Floats, Ints, lookup
from skillpath.chains.model.bridging import BridgingSettings, bridging, bridging_of_many, profile_vectors
from skillpath.chains.model.candidates import (
    CandidateSettings,
    PostingMatrix,
    concatenate_candidates,
    find_closing_candidates,
    find_posting_candidates,
    keep_requested_targets,
    prefer_target,
    select_candidates,
    without_target,
)
from skillpath.chains.model.capability import CapabilitySettings
from skillpath.chains.model.gap import Gaps, find_gaps
from skillpath.chains.model.heat import HeatSettings, MarketHeat
from skillpath.chains.model.item_limits import (
    UNLIMITED,
    FilterSettings,
    break_ties,
    compute_seat_cutoffs,
    is_in_reach,
    is_not_done,
    may_begin,
)
from skillpath.chains.model.market import PATHS, Market, StudentBatch
from skillpath.chains.model.pool import DIGITS, Chains, Pool, build_lists
from skillpath.chains.model.ranking import (
    AFFINITY,
    Candidates,
    ChainRankSettings,
    PathWeights,
    gain_weight,
    select_best,
    terms,
)
from skillpath.chains.model.stage import GATES, StageGate, StageSettings, compute_gate
from skillpath.chains.model.student_targets import (
    StudentFields,
    StudentTargets,
    StudentTargetSettings,
    build_field_profiles,
    choose_fields,
    choose_targets,
    rarity,
)
from skillpath.chains.planning.plan_candidates import PlanCandidates, PlanSettings
from skillpath.chains.planning.plans import Plans, search_plans

__all__ = ["PATHS", "Block", "ChainSettings", "Chains", "Market", "Recommender", "StudentBatch"]

Cutoffs = Mapping[str, Floats]
"""Least priority with which the items of each path with seats are suggested."""


@dataclass(frozen=True)
class ChainSettings:
    """Every parameter of the chains, each declared beside the code that uses it."""

    capability: CapabilitySettings = field(default_factory=CapabilitySettings)
    targets: StudentTargetSettings = field(default_factory=StudentTargetSettings)
    candidates: CandidateSettings = field(default_factory=CandidateSettings)
    affinity: AffinitySettings = field(default_factory=AffinitySettings)
    heat: HeatSettings = field(default_factory=HeatSettings)
    bridging: BridgingSettings = field(default_factory=BridgingSettings)
    stage: StageSettings = field(default_factory=StageSettings)
    filters: FilterSettings = field(default_factory=FilterSettings)
    plan: PlanSettings = field(default_factory=PlanSettings)
    rank: ChainRankSettings = field(default_factory=ChainRankSettings)
    exposure: ExposureSettings = field(default_factory=ExposureSettings)


@dataclass(frozen=True)
class Block:
    """All that was computed for a block of S students.

    Attributes:
        levels: (S, K) capability.
        targets: of each student, and after them one pair of each student without a target.
        gaps: of those pairs.
        paths: the chains of each path.
        stage_probabilities: (S, 3) of each of `stage.GATES` (18).
        fields: fields of work that fit the students without a target so far.
        plans: of the first target of each student that has one, with the pair that it is.
        reasons: (S,) index into `coverage.REASONS`.
    """

    levels: csr_array
    targets: StudentTargets
    gaps: Gaps
    paths: dict[str, Chains]
    stage_probabilities: Floats
    fields: StudentFields
    plans: Plans
    reasons: Ints

    @property
    def exploring(self) -> float:
        """Mean loss of score at the first place through exploration."""
        lists = [chains for chains in self.paths.values() if len(chains.rank)]
        student = self.targets.student
        costs = [expected_loss(each.first, each.score, student[each.pair]) for each in lists]
        return float(np.mean(costs)) if costs else 0.0


@dataclass(frozen=True)
class _StudentContext:
    """Targets, gaps, stage probabilities, profile vectors and affinities of a batch of students."""

    students: StudentBatch
    targets: StudentTargets
    gaps: Gaps
    stage_probabilities: Floats
    vectors: Floats
    affinity: csr_array


class Recommender:
    """Holds what all students share, so that a block of students costs only its own.

    Args:
        stage_gate: the readable one if None.
        weights: signed weights of `ranking.TERMS` on each path, those of the settings if None. Both are what feedback
            learns.
        draw: how first places are drawn; None shows the best ones.
        rivals: (C,) students who aim at each cluster (see `count_rivals`); None where nobody was counted.
    """

    def __init__(
        self,
        market: Market,
        settings: ChainSettings | None = None,
        stage_gate: StageGate | None = None,
        weights: PathWeights | None = None,
        draw: Draw | None = None,
        rivals: Floats | None = None,
    ) -> None:
        self.market, self.settings, self.gate = market, settings or ChainSettings(), stage_gate
        self.draw = draw
        self.weights = PathWeights.same(self.settings.rank.weights) if weights is None else weights
        self.rarity = rarity(market.requirements)
        self.field_profiles = build_field_profiles(market.requirements, market.work_fields)
        self.effects = {path: market.effects(path, self.settings.candidates) for path in PATHS}
        self.item_limits = {path: market.limits(path) for path in PATHS}
        self.progression = market.learned_progression
        # The last row is for pairs without a target, whose cluster is -1: nothing is near it and nothing is hot.
        self.target_vectors = np.vstack([self._vectors(market.requirements), np.zeros(market.embeddings.shape[1])])
        self.rivals = rivals
        self.heat = MarketHeat.of(market, self.settings.heat, rivals)
        self.item_vectors = {path: self._vectors(effects) for path, effects in self.effects.items()}
        listed_in = np.where(self.item_limits["JOB"].open, market.job_cluster, -1)
        self.jobs = PostingMatrix.of(market.job_needs, self.effects["JOB"], listed_in, market.requirements.shape[0])

    def count_rivals(self, students: StudentBatch) -> Recommender:
        """The same recommender with these students as rivals for the postings of the clusters they aim at."""
        clusters = self.market.requirements.shape[0]
        aims = choose_targets(students.levels, self.market.requirements, students.asked, self.settings.targets)
        rivals = np.bincount(aims.cluster, minlength=clusters).astype(np.float64)
        counted = copy(self)
        counted.rivals, counted.heat = rivals, MarketHeat.of(self.market, self.settings.heat, rivals)
        return counted

    def cutoffs(self, students: StudentBatch, block: int = 500) -> dict[str, Floats]:
        """Share the seats of all items among all students (see `compute_seat_cutoffs`), ``block`` of them at a time."""
        scarce = [path for path in PATHS if (self.item_limits[path].seats >= 0).any()]
        requests: dict[str, list[tuple[Ints, Floats]]] = {path: [] for path in scarce}
        for start in range(0, len(students) if scarce else 0, block):
            aims = self._aims(students.part(slice(start, start + block)))
            for path in scarce:
                pool = self._pool(path, aims, self._found(path, aims), {})
                priority = break_ties(pool.found.gain, aims.students.tie_breakers[pool.student])
                requests[path].append((pool.found.item, priority))
        return {path: self._shared(path, found) for path, found in requests.items() if found}

    def block(self, students: StudentBatch, cutoffs: Cutoffs | None = None) -> Block:
        """Everything for some students; ``cutoffs`` come from all of them."""
        aims = self._aims(students)
        found = {path: self._found(path, aims) for path in PATHS}
        student = aims.targets.student
        ordered = {path: self._chains(path, aims, found[path], cutoffs or {}) for path in PATHS}
        paths = draw_first_places(ordered, student, students.tie_breakers, self.draw)
        before = np.concatenate([student[candidates.pair] for candidates in found.values()])
        after = np.concatenate([student[chains.pair] for chains in paths.values()])
        reasons = coverage.reasons(students.levels, aims.targets, aims.gaps, before, after)
        planned = self._plans(aims, found["TRAINING"])
        return Block(
            levels=students.levels,
            targets=aims.targets,
            gaps=aims.gaps,
            paths=paths,
            stage_probabilities=aims.stage_probabilities,
            fields=self._fields(aims),
            plans=planned,
            reasons=reasons,
        )

    def by_score(
        self, path: str, students: StudentBatch, cutoffs: Cutoffs | None = None
    ) -> tuple[StudentTargets, Chains]:
        """The targets of some students, and their lists of one path alone in the order of the scores."""
        aims = self._aims(students)
        return aims.targets, self._chains(path, aims, self._found(path, aims), cutoffs or {})

    def candidates(self, path: str, students: StudentBatch) -> Pool:
        """Every candidate of one path that some students may take, with its terms; redundancy is left 0."""
        aims = self._aims(students)
        return self._scored_candidates(path, aims, self._found(path, aims))

    def _aims(self, students: StudentBatch) -> _StudentContext:
        market = self.market
        targets = choose_targets(students.levels, market.requirements, students.asked, self.settings.targets)
        gaps = find_gaps(students.levels, market.requirements, targets.student, targets.cluster, market.weights)
        return _StudentContext(
            students=students,
            targets=targets.with_no_target(len(students)),
            gaps=gaps.with_none(len(students)),
            stage_probabilities=np.round(compute_gate(students.states, self.gate), DIGITS),
            vectors=self._vectors(students.levels),
            affinity=compute_affinity(students.weighed_history, self.progression),
        )

    def _vectors(self, profiles: csr_array) -> Floats:
        return profile_vectors(profiles, self.rarity, self.market.embeddings)

    def _found(self, path: str, aims: _StudentContext) -> Candidates:
        targets, settings = aims.targets, self.settings.candidates
        if path == "JOB":
            levels, pairs = aims.students.levels, slice(targets.count)
            student, cluster = targets.student[pairs], targets.cluster[pairs]
            return find_posting_candidates(aims.gaps, levels, student, cluster, self.jobs, settings)
        closing = find_closing_candidates(aims.gaps, self.effects[path], targets.match, settings, self.heat.skills)
        return concatenate_candidates([closing, self._followers(aims)]) if path == "TRAINING" else closing

    def _followers(self, aims: _StudentContext) -> Candidates:
        """What people went on to from what each student did, what is like it, and what most people took."""
        settings = self.settings.affinity
        student, item = find_followers(aims.affinity, settings.pool)
        everyone = np.arange(len(aims.students))
        # What is least likely of all to be gone on to has no popularity that could be a reason.
        is_known = self.item_limits["TRAINING"].open & (self.progression.popularity > 0)
        takers = np.where(is_known, self.progression.takers, 0)
        anyone, popular = find_crowd(everyone, takers, settings.crowd)
        return without_target(np.r_[student, anyone], np.r_[item, popular], aims.targets)

    def _pool(self, path: str, aims: _StudentContext, found: Candidates, cutoffs: Cutoffs) -> Pool:
        scored, weights = self._scored_candidates(path, aims, found), self.weights.of(path)
        best = scored.shortlist(weights, self.settings.rank, self._works(path))
        if path not in cutoffs:
            return best
        seated = self._seated(path, aims, scored, best, cutoffs[path])
        return scored.at(np.flatnonzero(seated)).shortlist(weights, self.settings.rank, self._works(path))

    def _works(self, path: str) -> Ints | None:
        return self.progression.works if path == "TRAINING" else None

    def _scored_candidates(self, path: str, aims: _StudentContext, found: Candidates) -> Pool:
        allowed = select_candidates(found, np.flatnonzero(self._allowed(path, aims, found)))
        requested = keep_requested_targets(allowed, aims.targets)
        return self._scored(path, aims, prefer_target(requested, aims.targets))

    def _seated(self, path: str, aims: _StudentContext, scored: Pool, best: Pool, cutoffs: Floats) -> NDArray[np.bool_]:
        # Whose best candidates did not hold an item was not counted when its seats were shared.
        items = len(cutoffs)
        seated = break_ties(best.found.gain, aims.students.tie_breakers[best.student]) >= cutoffs[best.found.item]
        seats = (best.student * items + best.found.item)[seated]
        free = self.item_limits[path].seats[scored.found.item] == UNLIMITED
        return np.asarray(free | np.isin(scored.student * items + scored.found.item, seats))

    def _chains(self, path: str, aims: _StudentContext, found: Candidates, cutoffs: Cutoffs) -> Chains:
        pool, done = self._pool(path, aims, found, cutoffs), aims.students.done(path, self.market)
        effects, vectors, weights = self.effects[path], self.item_vectors[path], self.weights.of(path)
        # Only of training there are numbers of takers.
        noise = aims.students.tie_breakers if path == "TRAINING" else None
        chains = build_lists(pool, aims.gaps, effects, vectors, done, weights, self.settings.rank, noise)
        if path != "TRAINING":
            return chains
        student, history = aims.targets.student[chains.pair], aims.students.weighed_history
        reasons = find_reasons(history, self.progression, student, chains.item, float(weights[AFFINITY]))
        return replace(chains, reasons=reasons)

    def _allowed(self, path: str, aims: _StudentContext, found: Candidates) -> NDArray[np.bool_]:
        student, item, students = aims.targets.student[found.pair], found.item, aims.students
        settings, needs, limits = self.settings.filters, self.market.prerequisites, self.item_limits[path]
        allowed = limits.open[item] & is_in_reach(limits.region[item], students.regions[student], settings)
        allowed &= is_not_done(student, item, students.done(path, self.market))
        if path == "TRAINING" and needs is not None:
            allowed &= may_begin(student, item, students.progress, needs, settings.prerequisite_share)
        return np.asarray(allowed)

    def _scored(self, path: str, aims: _StudentContext, found: Candidates) -> Pool:
        gaps, items, goals = aims.gaps, self.item_vectors[path], self.target_vectors
        student, cluster = aims.targets.student[found.pair], aims.targets.cluster[found.pair]
        share = np.divide(gaps.total, gaps.asked, out=np.zeros_like(gaps.total), where=gaps.asked > 0)[found.pair]
        if path == "JOB":
            # Posts are many and each is met by few, so their products are not worth sharing.
            vectors = aims.vectors[student], items[found.item], goals[cluster]
            bridge, similarity = bridging(*vectors, share, self.settings.bridging)
        else:
            index = student, found.item, cluster
            bridge, similarity = bridging_of_many(aims.vectors, items, goals, index, share, self.settings.bridging)
        stage = aims.stage_probabilities[student, GATES.index(path)]
        # So that a student alone gets to the last digit what a block of students gets.
        bridge, similarity = np.round(bridge, DIGITS), np.round(similarity, DIGITS)
        fit = gain_weight(path, found.match)
        affinity = popularity = None
        if path == "TRAINING":
            # Not rounded: the contributions of what was done before add up to it, whatever the block.
            affinity = lookup(aims.affinity, student, found.item)
            popularity = self.progression.popularity[found.item]
        heat = self.heat.heat(path, cluster, found.item, found.closed_heat)
        urgency = self.heat.urgency(path, cluster, found.item, bridge)
        values = terms(found.match, found.gain, bridge, heat, stage, fit, affinity, popularity, urgency)
        return Pool(found, student, values, similarity)

    def _shared(self, path: str, requests: list[tuple[Ints, Floats]]) -> Floats:
        item, priority = (np.concatenate(column) for column in zip(*requests, strict=True))
        return compute_seat_cutoffs(item, priority, self.item_limits[path].seats, self.settings.filters)

    def _fields(self, aims: _StudentContext) -> StudentFields:
        """The fields of work of the students without a target."""
        has_target = np.bincount(aims.targets.student[: aims.targets.count], minlength=len(aims.students)) > 0
        nowhere = np.flatnonzero(~has_target)
        levels = aims.students.levels
        return choose_fields(levels, self.rarity, self.field_profiles, nowhere, self.settings.targets)

    def _plans(self, aims: _StudentContext, found: Candidates) -> Plans:
        """The best plan toward the first target of each student that has one."""
        targets, is_open = aims.targets, self.item_limits["TRAINING"].open
        first = np.flatnonzero(targets.rank == 1)
        mine = targets.rank[found.pair] == 1
        row, item = np.searchsorted(first, found.pair[mine]), found.item[mine]
        # What was begun counts as done: it is under way, and nobody begins it again.
        begun = aims.students.progress[targets.student[first]]
        begun.data = np.ones(begun.nnz)
        free = is_open[item] & is_not_done(row, item, begun)
        works = self.progression.works[item[free]]
        best = select_best(row[free], item[free], found.gain[mine][free], self.settings.plan.pool, works)
        order = np.flatnonzero(free)[best]
        requests = PlanCandidates(first, row[order], item[order], begun, is_open)
        return search_plans(
            aims.gaps, self.effects["TRAINING"], requests, self.market.prerequisites, self.settings.plan
        )
