"""Capability rolled up the skill hierarchy, for display only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.explain.skill_hierarchy import compute_ancestry, propagate_levels
from skillpath.graph.core.connection import Row


def compute_broad_levels(rows: Sequence[Row]) -> list[Row]:
    """Rows of `reads.BROAD` as (code, label, level, own), the highest level first; ``own`` is of the skill itself."""
    labels = {step["broader"]: step["label"] for row in rows for step in row["steps"]}
    labels |= {row["code"]: row["label"] for row in rows}
    codes = sorted(labels)
    place = {code: number for number, code in enumerate(codes)}
    pairs = {(place[step["code"]], place[step["broader"]]) for row in rows for step in row["steps"]}
    own = np.zeros((1, len(codes)))
    own[0, [place[row["code"]] for row in rows]] = [row["level"] for row in rows]
    ways = compute_ancestry(np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2), len(codes))
    level = propagate_levels(csr_array(own), ways).toarray()[0]
    order = np.lexsort((np.arange(len(codes)), -level))
    return [
        {"code": codes[i], "label": labels[codes[i]], "level": float(level[i]), "own": float(own[0, i])} for i in order
    ]
