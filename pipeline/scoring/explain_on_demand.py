"""Explanations computed on demand: counterfactuals and evidence of a student's chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, hstack

from skillpath.chains.explain.cited_evidence import CitedEvidence, build_case, cite_evidence
from skillpath.chains.explain.counterfactual import UNLISTED, CounterfactualSettings, find_rises
from skillpath.chains.explain.explanation import explain_counterfactual
from skillpath.chains.model.capability import COMPONENTS, provenance
from skillpath.graph.scores.snapshot import DatedAmounts, Snapshot
from skillpath.pipeline.scoring.chain_inputs import YEAR, list_evidence_codes
from skillpath.pipeline.scoring.refresh import StudentContext


@dataclass(frozen=True)
class ChainKey:
    """Which chain of a student: what is suggested on which path, by code."""

    path: str
    item: str


@dataclass(frozen=True)
class WhatIf:
    """The smallest rise of one skill that would put a suggestion first, or as high as any would; levels in [0, 1].

    Ranks are places by score.
    """

    sentence: str
    skill: str
    label: str
    have: float
    level: float
    rank: int
    would_be_rank: int


@dataclass(frozen=True)
class LevelSource:
    """One source of a level.

    Attributes:
        component: one of `capability.COMPONENTS`. code: of the resource, post or project; None for what was stated.
        amount: how much of it counts, before decay. years: since then, None where unknown.
        decay: what is left of it. contribution: to the level; the contributions of all sources add up to it.
    """

    component: str
    code: str | None
    amount: float
    years: float | None
    decay: float
    contribution: float


@dataclass(frozen=True)
class EvidencePiece:
    """A relationship without which the score would be lower by ``drop``; the student's with what it rests on."""

    relationship: str
    skill: str
    label: str
    value: float
    drop: float
    sources: tuple[LevelSource, ...] = ()


def compute_counterfactuals(
    student_context: StudentContext, chains: Sequence[ChainKey], settings: CounterfactualSettings | None = None
) -> list[WhatIf | None]:
    """Compute for each chain the smallest rise of one skill that improves its rank most."""
    found: dict[ChainKey, WhatIf | None] = dict.fromkeys(chains)
    for path in sorted({chain.path for chain in chains}):
        item_by_chain = {
            chain: item for chain in found if chain.path == path and (item := _item(student_context, chain)) >= 0
        }
        lifted = find_rises(
            student_context.recommender,
            student_context.learner,
            path,
            list(item_by_chain.values()),
            student_context.cutoffs,
            settings,
        )
        for chain, rise in zip(item_by_chain, lifted, strict=True):
            if rise is not None and rise.place != UNLISTED:
                code, label = _skill(student_context.snapshot, rise.skill)
                sentence = explain_counterfactual(path, label, rise.have, rise.level, rise.then)
                found[chain] = WhatIf(sentence, code, label, rise.have, rise.level, rise.place, rise.then)
    return [found[chain] for chain in chains]


def find_evidence(student_context: StudentContext, chains: Sequence[ChainKey]) -> list[list[EvidencePiece]]:
    """What each of some chains rests on, what counts most first; nothing for what is suggested no more."""
    recommender = student_context.recommender
    block = recommender.block(student_context.learner, student_context.cutoffs)
    level_sources = _level_sources(student_context)
    found = []
    for chain in chains:
        place = np.flatnonzero(block.paths[chain.path].item == _item(student_context, chain))
        pieces = (
            cite_evidence(build_case(recommender, block, chain.path, int(place[0])), recommender.weights)
            if len(place)
            else []
        )
        found.append([_piece(student_context.snapshot, piece, level_sources) for piece in pieces])
    return found


def _piece(snapshot: Snapshot, piece: CitedEvidence, level_sources: dict[int, list[LevelSource]]) -> EvidencePiece:
    code, label = _skill(snapshot, piece.skill)
    sources = tuple(level_sources.get(piece.skill, ())) if piece.kind == "HAS" else ()
    return EvidencePiece(piece.kind, code, label, piece.value, piece.drop, sources)


def _item(student_context: StudentContext, chain: ChainKey) -> int:
    """Index of what is suggested within its path, -1 where it is not known."""
    code_index, venture = student_context.code_index, student_context.recommender.market.venture
    if chain.path != "VENTURE":
        return int(code_index.of("jobs" if chain.path == "JOB" else "resources", [chain.item])[0])
    project, resource = (int(code_index.of(kind, [chain.item])[0]) for kind in ("projects", "resources"))
    if project >= 0:
        return project
    at = np.flatnonzero(venture == resource)
    return code_index.size("projects") + int(at[0]) if len(at) else -1


def _skill(snapshot: Snapshot, place: int) -> tuple[str, str]:
    code, label = snapshot.skills.select("code", "label").row(place)
    return code, label


def _level_sources(student_context: StudentContext) -> dict[int, list[LevelSource]]:
    """By skill, what the student's level comes from, what contributes most first."""
    found, codes = (
        provenance(student_context.evidence, student_context.learner.levels),
        list_evidence_codes(student_context.snapshot),
    )
    amounts, days = _dated_amounts(student_context.snapshot, student_context.recommender.settings.capability.hands_on)
    first_project = 1 + student_context.snapshot.resources.height + student_context.snapshot.jobs.height
    begins = (0, 1, 1, first_project)
    level_sources: dict[int, list[LevelSource]] = {}
    for place in np.lexsort((found.item, found.component, -found.contribution)).tolist():
        component, item, part = int(found.component[place]), int(found.item[place]), float(found.contribution[place])
        left = float(student_context.evidence[component].amount[0, item])
        amount = float(amounts[component][0, item]) if component else left
        day = float(days[component][0, item]) if component else np.nan
        years = None if np.isnan(day) else (student_context.snapshot.today - day) / YEAR
        code = codes[begins[component] + item] if component else None
        source = LevelSource(COMPONENTS[component], code, amount, years, left / amount, part)
        level_sources.setdefault(int(found.skill[place]), []).append(source)
    return level_sources


def _dated_amounts(snapshot: Snapshot, hands_on: float) -> tuple[list[csr_array], list[csr_array]]:
    """Amounts and days behind each component, columns as in `chain_inputs.build_evidence`; nothing for the first."""
    enrolments, placements = snapshot.enrolments, snapshot.placements
    compute_practice_effects = DatedAmounts(snapshot.practice * hands_on, enrolments.day)
    parts = [[enrolments], [compute_practice_effects, placements], [snapshot.memberships]]
    amounts = [csr_array(hstack([part.amount for part in dated])) for dated in parts]
    days = [csr_array(hstack([_days(part) for part in dated])) for dated in parts]
    return [csr_array((1, 0)), *amounts], [csr_array((1, 0)), *days]


def _days(part: DatedAmounts) -> csr_array:
    return csr_array((part.day, part.amount.indices, part.amount.indptr), shape=part.amount.shape)
