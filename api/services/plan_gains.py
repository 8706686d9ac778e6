"""The joint gain of a stored plan, split by resource and by skill."""

from __future__ import annotations

from typing import Any

import numpy as np

from skillpath.chains.model.plans import compute_joint_closure
from skillpath.graph.core.connection import Row


def split_gain(row: Row) -> dict[str, Any]:
    """A row of `reads.PLANS` as ``gain``, ``resources`` (each with its further gain) and ``closes``, most gain first.

    Gains of resources are weighted levels and add up to ``gain``; those of skills are levels, as in chains.
    """
    lacks, steps = row["lacks"], len(row["resources"])
    effects = np.array([lack["effects"] for lack in lacks], dtype=np.float64).reshape(len(lacks), steps)
    gap, have, weight = (
        np.array([lack[name] for lack in lacks], dtype=np.float64) for name in ("gap", "have", "weight")
    )
    reached = np.stack([compute_joint_closure(gap, have, effects[:, :step]) for step in range(steps + 1)])
    further = np.diff((reached * weight).sum(axis=1))
    closes = [{**lack, "gain": gain} for lack, gain in zip(lacks, reached[-1].tolist(), strict=True) if gain > 0]
    return {
        "gain": row["gain"],
        "resources": [{**step, "gain": gain} for step, gain in zip(row["resources"], further.tolist(), strict=True)],
        "closes": sorted(closes, key=lambda step: (-step["gain"] * step["weight"], step["label"], step["code"])),
    }
