"""Capability rows for the graph, each level with its evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from skillpath.chains.model.arrays import Ints, row_of_entry
from skillpath.chains.model.capability import COMPONENTS, ComponentEvidence, Provenance, provenance
from skillpath.graph.scores.snapshot import Snapshot
from skillpath.pipeline.scoring.score_rows import lookup_codes


def has_rows(
    levels: csr_array,
    evidence: Sequence[ComponentEvidence],
    sources: pl.Series,
    students: pl.DataFrame,
    snapshot: Snapshot,
) -> pl.DataFrame:
    """Capability of some students with the evidence it came from.

    ``evidence`` holds codes of resources, posts and projects, and ``admission``; ``shares`` what each of them
    contributes to the level; ``components`` what admission, learning, practice and innovation do. Either adds up to it.

    Args:
        levels: (S, K) of the students; evidence: theirs; sources: see `learners.sources_of`.
    """
    found = provenance(evidence, levels)
    row = row_of_entry(levels)
    cell = np.searchsorted(row * levels.shape[1] + levels.indices, found.student * levels.shape[1] + found.skill)
    shape = (levels.nnz, len(COMPONENTS))
    # numpy adds in the order of the entries, so a student alone gets to the last digit what a block gets.
    flat = np.bincount(cell * shape[1] + found.component, weights=found.contribution, minlength=shape[0] * shape[1])
    rows = pl.DataFrame(
        {
            "cell": np.arange(levels.nnz),
            "student": lookup_codes(students, row),
            "skill": lookup_codes(snapshot.skills, levels.indices),
            "level": levels.data,
            "components": pl.Series(flat.reshape(shape), dtype=pl.Array(pl.Float64, shape[1])),
        }
    ).cast({"components": pl.List(pl.Float64)})
    named = rows.join(_by_source(cell, found, sources, snapshot), on="cell", how="left", maintain_order="left")
    return named.select(
        "student", "skill", "level", *(pl.col(n).fill_null([]) for n in ("evidence", "shares")), "components"
    )


def _by_source(cell: Ints, found: Provenance, sources: pl.Series, snapshot: Snapshot) -> pl.DataFrame:
    """(cell, evidence, shares) with the practice in a resource joined to the resource."""
    begins = np.array([0, 1, 1, 1 + snapshot.resources.height + snapshot.jobs.height])
    place = np.where(found.component == 0, 0, begins[found.component] + found.item)
    key, first, inverse = np.unique(cell * len(sources) + place, return_index=True, return_inverse=True)
    shares = np.bincount(inverse, weights=found.contribution, minlength=len(key))
    codes = sources.gather(pl.Series(place[first], dtype=pl.Int64))
    each = pl.DataFrame({"cell": cell[first], "code": codes, "share": shares})
    return each.group_by("cell", maintain_order=True).agg(evidence="code", shares="share")
