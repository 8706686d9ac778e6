"""Candidates of each path: postings of the target, and resources and projects that close part of the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Floats, Ints, expand, lookup, replace_values, sums, top_per_group, unit_rows
from skillpath.chains.model.gap import Gaps, compute_gain_per_skill, compute_total_gains
from skillpath.chains.model.ranking import Candidates
from skillpath.chains.model.student_targets import StudentTargets


@dataclass(frozen=True)
class CandidateSettings:
    """What counts as a candidate.

    Attributes:
        postings: postings of each target compared in full, best matching first.
        least_match: match with a post, below which nobody is sent there.
        least_gain: weighted levels that a resource or project must close, or it is not worth the time.
        job_practice: share of a post's required level that working there builds.
        project_practice: share of a project's required level that taking part builds.
    """

    postings: int = 20
    least_match: float = 0.1
    least_gain: float = 0.02
    job_practice: float = 0.5
    project_practice: float = 0.5


def compute_practice_effects(needs: csr_array, share: float) -> csr_array:
    """(I, K) effect on skills of practising what an item requires."""
    return replace_values(needs, needs.data * share)


def find_closing_candidates(
    gaps: Gaps, effects: csr_array, match: Floats, settings: CandidateSettings, heat: Floats | None = None
) -> Candidates:
    """Every item that closes enough of a pair's gap.

    Args:
        match: (P,) of the pair's target. heat: (K,) of each skill.
    """
    pair, item, gain, closed_heat = compute_total_gains(gaps, effects, heat)
    enough = gain >= settings.least_gain
    pair, item = pair[enough], item[enough]
    return Candidates(pair, item, match[pair], gain[enough], closed_heat[enough])


def without_target(student: Ints, item: Ints, targets: StudentTargets) -> Candidates:
    """(student, item) candidates (N,) that lead to no target: of them nothing matches and nothing is closed."""
    nothing = np.zeros(len(student))
    return Candidates(targets.count + student, item, nothing, nothing, nothing)


def concatenate_candidates(parts: Sequence[Candidates]) -> Candidates:
    """Several candidates as one."""
    names = [field.name for field in fields(Candidates)]
    return Candidates(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def keep_requested_targets(candidates: Candidates, targets: StudentTargets) -> Candidates:
    """Of a student who asked for a target, keep what leads there or to no target; of the others, keep everything."""
    asked = targets.student[targets.stated]
    open_pair = targets.stated | (targets.rank == 0) | ~np.isin(targets.student, asked)
    return select_candidates(candidates, np.flatnonzero(open_pair[candidates.pair]))


def prefer_target(candidates: Candidates, targets: StudentTargets) -> Candidates:
    """Without those that lead to no target, where the same student has the same item toward one."""
    student, leads = targets.student[candidates.pair], targets.rank[candidates.pair] > 0
    key = student * (int(candidates.item.max(initial=0)) + 1) + candidates.item
    return select_candidates(candidates, np.flatnonzero(leads | ~np.isin(key, key[leads])))


@dataclass(frozen=True)
class PostingMatrix:
    """Postings (J, K) as unit rows of required levels, and what working there does to each skill.

    ``order`` holds the posts that are candidates by cluster, ``indptr`` (C + 1,) where each cluster's begin.
    """

    unit: csr_array
    effects: csr_array
    order: Ints
    indptr: Ints

    @staticmethod
    def of(needs: csr_array, effects: csr_array, cluster: Ints, clusters: int) -> PostingMatrix:
        """Prepare postings; one of cluster -1 is no candidate."""
        order = np.argsort(cluster, kind="stable")
        indptr = np.searchsorted(cluster[order], np.arange(clusters + 1))
        return PostingMatrix(unit_rows(needs), effects, order.astype(np.int64), indptr.astype(np.int64))


def find_posting_candidates(
    gaps: Gaps, levels: csr_array, student: Ints, cluster: Ints, jobs: PostingMatrix, settings: CandidateSettings
) -> Candidates:
    """The postings of each pair's target that match the student best, and what working there would close.

    Args:
        levels: (S, K) capability; student, cluster: (P,).
    """
    pair, where = expand(jobs.indptr, cluster)
    item = jobs.order[where]
    match = _matches(levels, jobs.unit, student[pair], item)
    best = top_per_group(pair, match, item, settings.postings)
    best = best[(match[best] > 0) & (match[best] >= settings.least_match)]
    pair, item, match = pair[best], item[best], match[best]
    candidate, entry, gain = compute_gain_per_skill(gaps, jobs.effects, pair, item)
    # The heat of a post is its own, whatever it closes.
    return Candidates(pair, item, match, sums(candidate, gaps.weight[entry] * gain, len(pair)), np.zeros(len(pair)))


def select_candidates(candidates: Candidates, places: Ints) -> Candidates:
    """The candidates at some places."""
    return Candidates(*(getattr(candidates, field.name)[places] for field in fields(Candidates)))


def _matches(levels: csr_array, unit_postings: csr_array, student: Ints, item: Ints) -> Floats:
    """(N,) cosine of capability and requirement of each (student, posting)."""
    (students, row), (items, column) = (np.unique(index, return_inverse=True) for index in (student, item))
    products = csr_array(unit_rows(levels[students]) @ csr_array(unit_postings[items].T))
    products.sort_indices()
    return lookup(products, row.astype(np.int64), column.astype(np.int64))
