"""Walks served chains in the graph, set-wise, and recomputes their numbers from the stored properties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from skillpath.chains.model.candidates import CandidateSettings
from skillpath.cypher import query
from skillpath.graph.core.connection import Graph, Row

TOGETHER = 500
"""Students walked at a time."""
_STUDENTS = query("walks/list_students", "run")
_RUN = query("walks/count_run", "run")
_CHAINS = query("walks/count_chains", "students", "run")
_PATHS = query("walks/broken_paths", "students", "run")
_STEPS = query("walks/broken_steps", "students", "run", "precision", "job", "project")
_NUMBERS = {
    "sums": query("walks/broken_sums", "students", "run", "precision"),
    "gaps": query("walks/broken_gaps", "students", "run", "precision"),
    "levels": query("walks/broken_levels", "students", "run", "precision"),
    "plans": query("walks/broken_plans", "students", "run", "precision"),
}


@dataclass(frozen=True)
class Walked:
    """How many chains of how many students were walked, how many the run has, and what did not stand.

    ``broken`` holds, by kind (paths, steps, sums, gaps, levels, plans), a few of those found; empty if all is well.
    """

    chains: int
    students: int
    of: int
    broken: dict[str, list[Row]]


def walk_chains(
    graph: Graph,
    run: str,
    students: list[str] | None = None,
    precision: float = 1e-9,
    practice: CandidateSettings | None = None,
) -> Walked:
    """Walk each chain of a run edge by edge and compute every number anew from what it rests on.

    Args:
        students: only theirs; those of everybody that the run speaks of if None.
        precision: largest difference that is let pass.
        practice: what the run was made with.
    """
    chosen = practice or CandidateSettings()
    shares = {"job": chosen.job_practice, "project": chosen.project_practice}
    codes = [row["code"] for row in graph.read(_STUDENTS, run=run)] if students is None else students
    chains, owners, broken = 0, 0, dict[str, list[Row]]()
    for start in range(0, len(codes), TOGETHER):
        some: dict[str, Any] = {"run": run, "students": codes[start : start + TOGETHER]}
        counted = graph.read(_CHAINS, **some)[0]
        chains, owners = chains + counted["chains"], owners + counted["students"]
        found = {
            "paths": graph.read(_PATHS, **some),
            "steps": graph.read(_STEPS, **some, precision=precision, **shares),
        }
        found |= {name: graph.read(each, **some, precision=precision) for name, each in _NUMBERS.items()}
        for name, rows in found.items():
            if rows:
                broken.setdefault(name, []).extend(rows)
    return Walked(chains, owners, graph.read(_RUN, run=run)[0]["chains"], broken)
