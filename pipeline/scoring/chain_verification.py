"""Verification of served chains against the graph: paths and every stored number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from skillpath.chains.model.candidates import CandidateSettings
from skillpath.graph.core.connection import Graph, Row
from skillpath.graph.scores import verification_queries as queries

STUDENTS_PER_BATCH = 500
"""Students walked at a time."""


@dataclass(frozen=True)
class ChainCheck:
    """The result of chain verification: chains and students checked, and what was broken.

    ``broken`` holds, by kind (paths, steps, sums, gaps, levels, plans), a few of those found; empty if all is well.
    """

    chains: int
    students: int
    of: int
    broken: dict[str, list[Row]]


def verify_chains(
    graph: Graph,
    run: str,
    students: list[str] | None = None,
    precision: float = 1e-9,
    practice: CandidateSettings | None = None,
) -> ChainCheck:
    """Verify each chain of a run edge by edge, and recompute every stored number.

    Args:
        students: only theirs; those of everybody that the run speaks of if None.
        precision: largest difference that is let pass.
        practice: what the run was made with.
    """
    chosen = practice or CandidateSettings()
    shares = {"job": chosen.job_practice, "project": chosen.project_practice}
    codes = [row["code"] for row in graph.read(queries.STUDENTS, run=run)] if students is None else students
    chains, owners, broken = 0, 0, dict[str, list[Row]]()
    for start in range(0, len(codes), STUDENTS_PER_BATCH):
        some: dict[str, Any] = {"run": run, "students": codes[start : start + STUDENTS_PER_BATCH]}
        counted = graph.read(queries.CHAINS, **some)[0]
        chains, owners = chains + counted["chains"], owners + counted["students"]
        found = {
            "paths": graph.read(queries.BROKEN_PATHS, **some),
            "steps": graph.read(queries.BROKEN_STEPS, **some, precision=precision, **shares),
        }
        found |= {name: graph.read(each, **some, precision=precision) for name, each in queries.BROKEN_NUMBERS.items()}
        for name, rows in found.items():
            if rows:
                broken.setdefault(name, []).extend(rows)
    return ChainCheck(chains, owners, graph.read(queries.RUN_CHAINS, run=run)[0]["chains"], broken)
