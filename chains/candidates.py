"""What could be suggested on each path: posts of the target, resources and projects that close something."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.gap import Gaps, gain_per_skill, total_gains
from skillpath.chains.ranking import Candidates
from skillpath.chains.sparse import Floats, Ints, expand, lookup, row_of_entry, sums, top_per_group, unit_rows
from skillpath.chains.targets import Targets


@dataclass(frozen=True)
class CandidateSettings:
    """What counts as a candidate.

    Attributes:
        posts: posts of each target compared in full, best matching first.
        job_practice: share of a post's required level that working there builds.
        project_practice: share of a project's required level that taking part builds.
    """

    posts: int = 20
    job_practice: float = 0.5
    project_practice: float = 0.5


def practised(needs: csr_array, share: float) -> csr_array:
    """(I, K) effect on skills of practising what an item requires."""
    return csr_array((needs.data * share, needs.indices, needs.indptr), shape=needs.shape)


def closing_candidates(gaps: Gaps, effects: csr_array, match: Floats) -> Candidates:
    """Every item that closes part of a pair's gap; ``match`` (P,) is the match of the pair's target."""
    pair, item, gain = total_gains(gaps, effects)
    return Candidates(pair, item, match[pair], gain)


def without_taken(candidates: Candidates, student: Ints, progress: csr_array) -> Candidates:
    """Leave out what the student of the pair (P,) enrolled in already."""
    items = progress.shape[1]
    taken = row_of_entry(progress) * items + progress.indices
    return _kept(candidates, ~np.isin(student[candidates.pair] * items + candidates.item, taken))


def toward_wishes(candidates: Candidates, targets: Targets) -> Candidates:
    """Of a student who asked for a target, keep only what leads there; of the others, keep everything."""
    asked = targets.student[targets.stated]
    open_pair = targets.stated | ~np.isin(targets.student, asked)
    return _kept(candidates, open_pair[candidates.pair])


def job_candidates(
    gaps: Gaps,
    levels: csr_array,
    student: Ints,
    cluster: Ints,
    posts: csr_array,
    job_cluster: Ints,
    settings: CandidateSettings,
) -> Candidates:
    """The posts of each pair's target that match the student best, and what working there would close.

    Args:
        levels: (S, K) capability; posts: (J, K) required levels; student, cluster: (P,); job_cluster: (J,).
    """
    order = np.argsort(job_cluster, kind="stable")
    indptr = np.searchsorted(job_cluster[order], np.arange(int(cluster.max(initial=-1)) + 2))
    pair, where = expand(indptr, cluster)
    item = order[where]
    match = _matches(levels, posts, student[pair], item)
    kept = top_per_group(pair, match, item, settings.posts)
    kept = kept[match[kept] > 0]
    pair, item, match = pair[kept], item[kept], match[kept]
    candidate, entry, gain = gain_per_skill(gaps, practised(posts, settings.job_practice), pair, item)
    return Candidates(pair, item, match, sums(candidate, gaps.weight[entry] * gain, len(pair)))


def _matches(levels: csr_array, posts: csr_array, student: Ints, item: Ints) -> Floats:
    """(N,) cosine of capability and requirement of each (student, post)."""
    need = csr_array(unit_rows(posts).T)
    used = np.unique(student)
    rows = np.searchsorted(used, student)
    products = csr_array(unit_rows(levels[used]) @ need)
    products.sort_indices()
    return lookup(products, rows.astype(np.int64), item)


def _kept(candidates: Candidates, keep: NDArray[np.bool_]) -> Candidates:
    return Candidates(candidates.pair[keep], candidates.item[keep], candidates.match[keep], candidates.gain[keep])
