"""Evidence of a recommendation: relationships without which its score would be lower."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, unit_dense
from skillpath.chains.model.bridging import BridgingSettings, bridging
from skillpath.chains.model.market import PATHS, Market
from skillpath.chains.model.ranking import AFFINITY, REDUNDANCY, TERMS, gain_weight, gap_term, score, terms
from skillpath.chains.model.stage import GATES
from skillpath.chains.model.student_targets import NO_TARGET
from skillpath.chains.recommend import Block, Recommender

KINDS = ("HAS", "IMPROVES", "REQUIRES")
"""Relationships that speak for a chain: student to skill, item to skill, target to skill."""
_NOTHING = 1e-7
"""A score that falls by less is the same: its terms are kept to eight decimals."""


@dataclass(frozen=True)
class ScoredCase:
    """One recommendation in n variants, dense over the K skills that the student, the item or the target has.

    Attributes:
        path: one of `PATHS`.
        skills: (K,) their indices.
        have: (n, K) levels of the student.
        effect: (n, K) what the item does.
        needs: (n, K) required by the post (path JOB).
        required: (n, K) levels that the target requires.
        weight: (n, K) of the target.
        rarity: (K,) of each skill.
        embeddings: (K, d) of each skill.
        heat: of the target, or of the post. skill_heat: (K,) of each skill. skill_share: of it in the heat.
        urgent: of the post. warned: 1 where an early warning of the target fired.
        stage: probability of the path, the same for all variants.
        least_gain: weighted levels below which an item is no candidate.
        affinity: to the item, the same for all variants.
        popularity: of the item, the same for all variants.
    """

    path: str
    skills: Ints
    have: Floats
    effect: Floats
    needs: Floats
    required: Floats
    weight: Floats
    rarity: Floats
    embeddings: Floats
    heat: float
    skill_heat: Floats
    skill_share: float
    urgent: float
    warned: float
    stage: float
    least_gain: float = 0.0
    affinity: float = 0.0
    popularity: float = 0.0


def build_case(recommender: Recommender, block: Block, path: str, chain: int) -> ScoredCase:
    """The case of one chain of a block, in one variant: as things are."""
    chains, market, heat = block.paths[path], recommender.market, recommender.heat
    is_job = path == PATHS[0]
    pair, item = int(chains.pair[chain]), int(chains.item[chain])
    student, cluster = int(block.targets.student[pair]), int(block.targets.cluster[pair])

    # A chain that leads to no target requires nothing.
    nothing = csr_array((1, market.gains.shape[1]))
    wanted = nothing if cluster == NO_TARGET else market.requirements[[cluster]]
    profiles = [block.levels[[student]], recommender.effects[path][[item]], wanted]
    if is_job:
        profiles.append(market.job_needs[[item]])
    skills = np.unique(np.concatenate([profile.indices for profile in profiles])).astype(np.int64)

    # (1, K) each; only a post has needs of its own.
    have, effect, required, *needs = (profile[:, skills].toarray() for profile in profiles)
    return ScoredCase(
        path=path,
        skills=skills,
        have=have,
        effect=effect,
        needs=needs[0] if needs else np.zeros_like(required),
        required=required,
        weight=_weights_of(market, cluster, skills),
        rarity=recommender.rarity[skills],
        embeddings=market.embeddings[skills],
        heat=float(heat.postings[item] if is_job else heat.clusters[cluster]),
        skill_heat=heat.skills[skills],
        skill_share=0.0 if is_job or cluster == NO_TARGET else heat.settings.skills,
        urgent=float(heat.urgent[item]) if is_job else 0.0,
        warned=0.0 if is_job else float(heat.warned[cluster]),
        stage=float(block.stage_probabilities[student, GATES.index(path)]),
        least_gain=recommender.settings.candidates.least_gain,
        affinity=float(chains.term("affinity")[chain]),
        popularity=float(chains.term("popularity")[chain]),
    )


def _weights_of(market: Market, cluster: int, skills: Ints) -> Floats:
    """(1, K) how much a level of each skill counts for a target."""
    if market.weights is None or cluster == NO_TARGET:
        return np.ones((1, len(skills)))
    weights: Floats = market.weights[[cluster]][:, skills].toarray()
    return weights


def rescore_case(case: ScoredCase, settings: BridgingSettings | None = None) -> Floats:
    """Explanation vectors (n, T) of the variants from nothing but their levels; redundancy is left 0.

    A second way to compute what `Recommender` computes in bulk: each test of one is a test of the other.
    """
    gap = np.maximum(0.0, case.required - case.have)
    closed = case.weight * np.minimum(gap, (1.0 - case.have) * case.effect)
    gain = closed.sum(axis=1)
    closed_heat = np.divide(closed @ case.skill_heat, gain, out=np.zeros(len(gain)), where=gain > 0)
    student, item, target = (_vector(case, profile) for profile in (case.have, case.effect, case.required))
    asked = (case.weight * case.required).sum(axis=1)
    share = np.divide((case.weight * gap).sum(axis=1), asked, out=np.zeros(len(asked)), where=asked > 0)
    bridge, _ = bridging(student, item, target, share, settings)
    sides = (case.have, case.needs) if case.path == PATHS[0] else (case.have * case.rarity, case.required * case.rarity)
    match = np.einsum("nk,nk->n", *(unit_dense(side) for side in sides))
    same = np.ones(len(match))
    return terms(
        match,
        gain,
        bridge,
        (1.0 - case.skill_share) * case.heat + case.skill_share * closed_heat,
        case.stage * same,
        gain_weight(case.path, match),
        case.affinity * same,
        case.popularity * same,
        case.urgent + case.warned * np.clip(bridge, 0.0, 1.0),
    )


@dataclass(frozen=True)
class CitedEvidence:
    """One piece of evidence.

    Attributes:
        kind: one of `KINDS`.
        skill: its index.
        value: level or gain of the relationship.
        drop: how far the score falls without it.
    """

    kind: str
    skill: int
    value: float
    drop: float


_FIELDS = {"HAS": "have", "IMPROVES": "effect", "REQUIRES": "required"}
"""Field of `ScoredCase` that holds the relationships of each kind."""


def cite_evidence(case: ScoredCase, weights: Floats, settings: BridgingSettings | None = None) -> list[CitedEvidence]:
    """The evidence without which the score would be lower, what counts most first.

    Each relationship of the student, the item and the target with a skill is left out in turn, with the target, the
    rarity of skills and all that is said of other students and items as they are, and the redundancy left aside.
    What would be no candidate without a piece counts as falling by its whole score, at least by 1.

    A worked example: a course improves SQL and R, the target requires SQL alone. Without "improves SQL" it closes
    nothing and is no candidate, so that piece comes first with a drop of at least 1. "Improves R" closes nothing of
    the target and only draws the course away from it: without it the score is no lower, so it is not cited.

    Args:
        case: in one variant.
        weights: (T,) signed weights of `ranking.TERMS`.
    """
    pieces = [(kind, int(skill)) for kind in KINDS for skill in np.flatnonzero(getattr(case, _FIELDS[kind])[0])]
    plain = weights * (np.arange(len(weights)) != REDUNDANCY)
    before = score(rescore_case(case, settings), plain)[0]

    # (n, T) and (n,) by piece left out.
    values = rescore_case(_leave_out_each(case, pieces), settings)
    after = score(values, plain)
    # What closes nothing (a post: what matches nothing) is no candidate at all, whatever its other terms, unless what
    # was done before leads to it.
    if case.path == PATHS[0]:
        is_no_candidate = values[:, TERMS.index("match")] <= 0
    else:
        gap = values[:, TERMS.index("gap")]
        is_no_candidate = (gap <= 0) | (gap < gap_term(case.least_gain))
    is_no_candidate &= values[:, AFFINITY] <= 0
    after[is_no_candidate] = before - max(abs(before), 1.0)

    found = []
    for (kind, skill), left in zip(pieces, after, strict=True):
        if before - left > _NOTHING:
            value = float(getattr(case, _FIELDS[kind])[0, skill])
            found.append(CitedEvidence(kind, int(case.skills[skill]), value, float(before - left)))
    return sorted(found, key=lambda piece: (-piece.drop, piece.kind, piece.skill))


def _leave_out_each(case: ScoredCase, pieces: list[tuple[str, int]]) -> ScoredCase:
    """The case in a variant for each piece (kind, place of the skill), which is without that piece."""
    variants = _copies(case, len(pieces))
    for row, (kind, skill) in enumerate(pieces):
        getattr(variants, _FIELDS[kind])[row, skill] = 0.0
        if kind == "IMPROVES":
            # A post builds skills by requiring them, so both go.
            variants.needs[row, skill] = 0.0
    return variants


def _copies(case: ScoredCase, count: int) -> ScoredCase:
    def copies(values: Floats) -> Floats:
        return np.repeat(values, count, axis=0)

    return replace(
        case,
        have=copies(case.have),
        effect=copies(case.effect),
        needs=copies(case.needs),
        required=copies(case.required),
        weight=copies(case.weight),
    )


def _vector(case: ScoredCase, profiles: Floats) -> Floats:
    return unit_dense(np.asarray((profiles * case.rarity) @ case.embeddings))
