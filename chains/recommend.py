"""Chains for a block of students: targets, gaps and the best suggestions on each path."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.bridging import BridgingSettings, bridging, profile_vectors
from skillpath.chains.candidates import (
    CandidateSettings,
    closing_candidates,
    job_candidates,
    practised,
    toward_wishes,
    without_taken,
)
from skillpath.chains.gap import Gaps, find_gaps, gain_per_skill
from skillpath.chains.ranking import Candidates, RankSettings, best, score
from skillpath.chains.sparse import Floats, Ints
from skillpath.chains.targets import Targets, TargetSettings, choose_targets, rarity

PATHS = ("JOB", "TRAINING", "VENTURE")


@dataclass(frozen=True)
class ChainSettings:
    """Every parameter of the chains, each declared beside the code that uses it."""

    targets: TargetSettings = field(default_factory=TargetSettings)
    candidates: CandidateSettings = field(default_factory=CandidateSettings)
    bridging: BridgingSettings = field(default_factory=BridgingSettings)
    rank: RankSettings = field(default_factory=RankSettings)


@dataclass(frozen=True)
class Market:
    """What students are compared with: matrices over K skills, and vectors (n, d) of the same things.

    Attributes:
        requirements: (C, K); job_needs: (J, K); project_needs: (P, K); gains: (R, K).
        job_cluster: (J,) cluster of each post or -1.
        embeddings: (K, d) learned skill vectors.
    """

    requirements: csr_array
    job_needs: csr_array
    project_needs: csr_array
    gains: csr_array
    job_cluster: Ints
    embeddings: Floats

    def effects(self, path: str, settings: CandidateSettings) -> csr_array:
        """(I, K) what the items of a path do to each skill."""
        if path == "TRAINING":
            return self.gains
        if path == "JOB":
            return practised(self.job_needs, settings.job_practice)
        return practised(self.project_needs, settings.project_practice)


@dataclass(frozen=True)
class Chains:
    """Suggestions of one path, each array (N,), and the skills they close as entries (M,).

    Attributes:
        pair, item, rank: index of the (student, target) pair, of the item, and place from 1.
        score, match, bridging, similarity, gain: terms of the ranking.
        candidate, entry, closed: for each closed skill the chain's index, its gap entry, and the gain.
    """

    pair: Ints
    item: Ints
    rank: Ints
    score: Floats
    match: Floats
    bridging: Floats
    similarity: Floats
    gain: Floats
    candidate: Ints
    entry: Ints
    closed: Floats


@dataclass(frozen=True)
class Block:
    """All that was computed for a block of students."""

    levels: csr_array
    targets: Targets
    gaps: Gaps
    paths: dict[str, Chains]


class Recommender:
    """Holds what all students share, so that a block of students costs only its own."""

    def __init__(self, market: Market, settings: ChainSettings | None = None) -> None:
        self.market, self.settings = market, settings or ChainSettings()
        self.rarity = rarity(market.requirements)
        self.effects = {path: market.effects(path, self.settings.candidates) for path in PATHS}
        self.target_vectors = self._vectors(market.requirements)
        self.item_vectors = {path: self._vectors(effects) for path, effects in self.effects.items()}

    def block(self, levels: csr_array, progress: csr_array, asked: Ints) -> Block:
        """Chains for students with the given capability (S, K), progress (S, R) and asked-for targets (S,)."""
        targets = choose_targets(levels, self.market.requirements, asked, self.settings.targets)
        gaps = find_gaps(levels, self.market.requirements, targets.student, targets.cluster)
        students = self._vectors(levels)
        found = {
            "JOB": self._jobs(levels, targets, gaps),
            "TRAINING": without_taken(self._closing("TRAINING", gaps, targets), targets.student, progress),
            "VENTURE": self._closing("VENTURE", gaps, targets),
        }
        wished = {path: toward_wishes(found[path], targets) for path in PATHS}
        paths = {path: self._chains(path, wished[path], students, targets, gaps) for path in PATHS}
        return Block(levels, targets, gaps, paths)

    def _vectors(self, profiles: csr_array) -> Floats:
        return profile_vectors(profiles, self.rarity, self.market.embeddings)

    def _closing(self, path: str, gaps: Gaps, targets: Targets) -> Candidates:
        return closing_candidates(gaps, self.effects[path], targets.match)

    def _jobs(self, levels: csr_array, targets: Targets, gaps: Gaps) -> Candidates:
        market, settings = self.market, self.settings.candidates
        return job_candidates(
            gaps, levels, targets.student, targets.cluster, market.job_needs, market.job_cluster, settings
        )

    def _chains(self, path: str, found: Candidates, students: Floats, targets: Targets, gaps: Gaps) -> Chains:
        pair = found.pair
        share = np.divide(gaps.total, gaps.asked, out=np.zeros_like(gaps.total), where=gaps.asked > 0)
        bridge, similarity = bridging(
            students[targets.student[pair]],
            self.item_vectors[path][found.item],
            self.target_vectors[targets.cluster[pair]],
            share[pair],
            self.settings.bridging,
        )
        scores = score(found.match, found.gain, bridge, self.settings.rank)
        kept, rank = best(targets.student[pair], found.item, scores, self.settings.rank)
        closes = gain_per_skill(gaps, self.effects[path], pair[kept], found.item[kept])
        return Chains(
            pair[kept],
            found.item[kept],
            rank,
            scores[kept],
            found.match[kept],
            bridge[kept],
            similarity[kept],
            found.gain[kept],
            *closes,
        )
