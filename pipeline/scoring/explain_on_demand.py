"""Explanations computed on demand: counterfactuals and evidence of a student's chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.sparse import csr_array, hstack

from skillpath.chains.explain.cited_evidence import CitedEvidence, build_case, cite_evidence
from skillpath.chains.explain.counterfactual import UNLISTED, CounterfactualSettings, SkillRise, find_rises
from skillpath.chains.explain.explanation import explain_counterfactual
from skillpath.chains.model.arrays import replace_values
from skillpath.chains.model.capability import COMPONENTS, provenance
from skillpath.graph.scores.snapshot import DatedAmounts, Snapshot
from skillpath.pipeline.inputs.chain_inputs import YEAR, list_evidence_codes
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
        component: one of `capability.COMPONENTS`.
        code: of the resource, post or project; None for what was stated.
        amount: how much of it counts, before decay.
        years: since then, None where unknown.
        decay: what is left of it.
        contribution: to the level; the contributions of all sources add up to it.
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
        places = {chain: _item(student_context, chain) for chain in found if chain.path == path}
        known = {chain: item for chain, item in places.items() if item >= 0}
        rises = find_rises(
            student_context.recommender,
            student_context.learner,
            path,
            list(known.values()),
            student_context.cutoffs,
            settings,
        )
        for chain, rise in zip(known, rises, strict=True):
            if rise is not None and rise.place != UNLISTED:
                found[chain] = _to_what_if(student_context.snapshot, path, rise)
    return [found[chain] for chain in chains]


def _to_what_if(snapshot: Snapshot, path: str, rise: SkillRise) -> WhatIf:
    code, label = _skill(snapshot, rise.skill)
    sentence = explain_counterfactual(path, label, rise.have, rise.level, rise.then)
    return WhatIf(sentence, code, label, rise.have, rise.level, rise.place, rise.then)


def find_evidence(student_context: StudentContext, chains: Sequence[ChainKey]) -> list[list[EvidencePiece]]:
    """What each of some chains rests on, what counts most first; nothing for what is suggested no more.

    A worked example: a chain suggests the course R1, and the student has SQL 0.4 from R0. Its pieces are then "R1
    improves Python", "the target requires Python", and "has SQL 0.4" with R0 as source of that level, each with how
    far the score falls without it.
    """
    recommender = student_context.recommender
    block = recommender.block(student_context.learner, student_context.cutoffs)
    level_sources = _level_sources(student_context)
    found: list[list[EvidencePiece]] = []
    for chain in chains:
        listed = np.flatnonzero(block.paths[chain.path].item == _item(student_context, chain))
        if not len(listed):
            found.append([])
            continue
        case = build_case(recommender, block, chain.path, int(listed[0]))
        cited = cite_evidence(case, recommender.weights.of(chain.path))
        found.append([_piece(student_context.snapshot, piece, level_sources) for piece in cited])
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
    """By skill, what the student's level comes from, what contributes most first.

    A worked example: a student took the course R0 two years ago, which half-decayed, and the course gives SQL 0.3.
    Then SQL has one source: learning, R0, amount 1, 2 years, decay 0.5, contribution 0.3.
    """
    found = provenance(student_context.evidence, student_context.learner.levels)
    column_index = _ColumnIndex.of(student_context)
    level_sources: dict[int, list[LevelSource]] = {}
    # What contributes most comes first; equal parts by component and column.
    for place in np.lexsort((found.item, found.component, -found.contribution)).tolist():
        component, column = int(found.component[place]), int(found.item[place])
        decayed = float(student_context.evidence[component].amount[0, column])
        source = column_index.source(component, column, decayed, float(found.contribution[place]))
        level_sources.setdefault(int(found.skill[place]), []).append(source)
    return level_sources


@dataclass(frozen=True)
class _ColumnIndex:
    """What the columns of each component's evidence stand for, for one student.

    Attributes:
        codes: of all that can be evidence: what was stated, then resources, posts, projects.
        first_code: where in ``codes`` the columns of each component begin; learning and practice begin with resources.
        amounts: (1, columns) of each component, before decay.
        days: (1, columns) of each component, NaN where unknown.
        today: day of the snapshot.
    """

    codes: pl.Series
    first_code: tuple[int, int, int, int]
    amounts: list[csr_array]
    days: list[csr_array]
    today: int

    @staticmethod
    def of(student_context: StudentContext) -> _ColumnIndex:
        """The index of the snapshot of a student."""
        snapshot = student_context.snapshot
        amounts, days = _dated_amounts(snapshot, student_context.recommender.settings.capability.hands_on)
        first_project = 1 + snapshot.resources.height + snapshot.jobs.height
        codes = list_evidence_codes(snapshot)
        return _ColumnIndex(codes, (0, 1, 1, first_project), amounts, days, snapshot.today)

    def source(self, component: int, column: int, decayed: float, contribution: float) -> LevelSource:
        """The source in one column of a component; what was stated has no code, no day, and does not decay."""
        name = COMPONENTS[component]
        if not component:
            return LevelSource(name, None, decayed, None, 1.0, contribution)
        amount, day = float(self.amounts[component][0, column]), float(self.days[component][0, column])
        years = None if np.isnan(day) else (self.today - day) / YEAR
        code = self.codes[self.first_code[component] + column]
        return LevelSource(name, code, amount, years, decayed / amount, contribution)


def _dated_amounts(snapshot: Snapshot, hands_on: float) -> tuple[list[csr_array], list[csr_array]]:
    """Amounts and days behind each component, columns as in `chain_inputs.build_evidence`; nothing for the first."""
    enrolments, placements = snapshot.enrolments, snapshot.placements
    practised = DatedAmounts(snapshot.practice * hands_on, enrolments.day, enrolments.position)
    parts = [[enrolments], [practised, placements], [snapshot.memberships]]
    amounts = [csr_array(hstack([part.amount for part in dated])) for dated in parts]
    days = [csr_array(hstack([replace_values(part.amount, part.day) for part in dated])) for dated in parts]
    return [csr_array((1, 0)), *amounts], [csr_array((1, 0)), *days]
