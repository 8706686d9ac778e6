"""The joint gain of a stored plan, split by resource and by skill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from skillpath.chains.planning.plans import compute_joint_closure
from skillpath.graph.core.connection import Row


@dataclass(frozen=True)
class JointPlan:
    """A plan with what each of its parts brings.

    Attributes:
        gain: weighted levels that all its resources close together.
        resources: rows in order, each with the further ``gain`` that it adds; these add up to ``gain`` of the plan.
        closes: rows of skills with their ``gain`` in levels, as in chains; most weighted gain first.
    """

    gain: float
    resources: list[Row]
    closes: list[Row]


def split_gain(row: Row) -> JointPlan:
    """Split the joint gain of a row of `chain_queries.PLANS` by resource and by skill."""
    lacks, steps = row["lacks"], len(row["resources"])
    effects = np.array([lack["effects"] for lack in lacks], dtype=np.float64).reshape(len(lacks), steps)
    gap, have, weight = (
        np.array([lack[name] for lack in lacks], dtype=np.float64) for name in ("gap", "have", "weight")
    )
    reached = np.stack([compute_joint_closure(gap, have, effects[:, :step]) for step in range(steps + 1)])
    further = np.diff((reached * weight).sum(axis=1))
    closes = [{**lack, "gain": gain} for lack, gain in zip(lacks, reached[-1].tolist(), strict=True) if gain > 0]
    return JointPlan(
        row["gain"],
        [{**step, "gain": gain} for step, gain in zip(row["resources"], further.tolist(), strict=True)],
        sorted(closes, key=lambda step: (-step["gain"] * step["weight"], step["label"], step["code"])),
    )
