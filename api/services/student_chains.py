"""A student's targets, plan and chains in the served run, read from the graph for commands and GraphQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from skillpath.api.services.plan_gains import JointPlan, split_gain
from skillpath.api.services.work_fields import WorkFieldMatch, read_stage_state, to_remedy, to_work_fields
from skillpath.chains.explain.explanation import (
    Reason,
    Step,
    explain,
    explain_progression,
    format_contributions,
)
from skillpath.chains.model.ranking import TERMS
from skillpath.chains.recommend import PATHS
from skillpath.errors import NotFound, Unavailable
from skillpath.graph.core import reads, runs
from skillpath.graph.core.connection import Graph, Row
from skillpath.graph.scores import chain_queries
from skillpath.graph.scores.chain_page import ChainPage
from skillpath.pipeline.scoring.explain_on_demand import ChainKey, compute_counterfactuals, find_evidence
from skillpath.pipeline.scoring.refresh import Refresher


@dataclass(frozen=True)
class StudentChains:
    """What one run found for a student.

    Attributes:
        student: by code.
        run: id of the run.
        targets: rows of the job clusters aimed at, the first target first.
        fields: fields of work that fit so far, where there is no target.
        remedy: what would bring chains, where there is none.
        plan: resources toward the first target; None if nothing helps.
        chains: rows of chains with their explanation as ``text``, by path, best first.
    """

    student: str
    run: str
    targets: list[Row]
    fields: list[WorkFieldMatch]
    remedy: str | None
    plan: JointPlan | None
    chains: list[Row]


def served_run(graph: Graph) -> str:
    """Id of the run that readers see.

    Raises:
        Unavailable: nothing was scored yet.
    """
    run = runs.current(graph)
    if run is None:
        raise Unavailable("Nothing was scored yet", todo="Run `skillpath score`")
    return str(run["id"])


def sentence(row: Row) -> str:
    """The explanation of a chain row in plain English."""
    parts = []
    if row["clusterLabel"] is not None:
        steps = [Step(s["label"], s["have"], s["required"], s["gain"], s["weight"]) for s in row["closes"]]
        parts.append(explain(row["path"], row["itemLabel"], row["clusterLabel"], row["match"], row["gap"], steps))
    reasons = [Reason(r["label"], r["contribution"], r["support"]) for r in row["because"]]
    parts.append(explain_progression(row["itemLabel"], reasons, row["takers"] or 0, alone=not parts))
    # A run of an older version has fewer contributions than there are terms.
    contributions = dict(zip(TERMS, row["contributions"], strict=False))
    parts.append(format_contributions(row["score"], contributions))
    return " ".join(part for part in parts if part)


def read_targets(graph: Graph, run: str, students: Sequence[str]) -> list[list[Row]]:
    """For each student the rows of the job clusters aimed at, the first target first."""
    return reads.by_owner(graph, chain_queries.TARGETS, students, run=run)


def read_plans(graph: Graph, run: str, students: Sequence[str]) -> list[JointPlan | None]:
    """For each student the plan toward the first target, or None without one."""
    stored = reads.by_owner(graph, chain_queries.PLANS, students, run=run)
    return [split_gain(rows[0]) if rows else None for rows in stored]


def read_chain_pages(graph: Graph, run: str, pages: Sequence[ChainPage]) -> list[list[Row]]:
    """The chains of each page; rows carry ``total`` and ``last`` (rank) of their path."""
    return chain_queries.chain_pages(graph, run, pages)


def read_chains_by_id(graph: Graph, run: str, ids: Sequence[str]) -> list[Row | None]:
    """The chain of each id, or None where the run has none."""
    found = reads.by_owner(graph, chain_queries.RECOMMENDATIONS, ids, run=run)
    return [rows[0] if rows else None for rows in found]


def read_next_steps(graph: Graph, run: str, students: Sequence[str]) -> list[list[Row]]:
    """For each student the row of the one chain to go on with, if there is one."""
    return reads.by_owner(graph, chain_queries.NEXT_STEPS, students, run=run)


def read_chain_paths(graph: Graph, run: str | None, ids: Sequence[str], first: int) -> list[list[Row]]:
    """For each chain by id up to ``first`` paths in the graph, each over one skill, most gain first."""
    return reads.by_owner(graph, chain_queries.CHAIN_PATHS, ids, run=run, first=first)


def read_student_chains(graph: Graph, student: str, recommendation: str | None, first: int) -> StudentChains:
    """Targets and chains of a student in the served run; only one chain if its id is given.

    Raises:
        NotFound: no such student, or no such recommendation of that student.
        Unavailable: nothing was scored yet.
    """
    run = served_run(graph)
    if reads.by_code(graph, reads.STUDENTS, [student]) == [None]:
        raise NotFound("No such student", where=student, todo="Check the code")
    if recommendation:
        chain = read_chains_by_id(graph, run, [recommendation])[0]
        if chain is None or chain["student"] != student:
            raise NotFound("This student has no such recommendation", where=recommendation, todo="Check the id")
        chains = [chain]
    else:
        pages = read_chain_pages(graph, run, [ChainPage(student, path, first) for path in PATHS])
        chains = [row for page in pages for row in page]
    targets = read_targets(graph, run, [student])[0]
    plan = read_plans(graph, run, [student])[0]
    state = read_stage_state(graph, run, student)
    return StudentChains(
        student=student,
        run=run,
        targets=targets,
        fields=to_work_fields(state),
        remedy=to_remedy(state),
        plan=plan,
        chains=[_with_sentence(row) for row in chains],
    )


def _with_sentence(row: Row) -> Row:
    return {**{k: v for k, v in row.items() if k not in ("total", "last")}, "text": sentence(row)}


def add_explanations(
    refresher: Refresher, found: StudentChains, *, counterfactuals: bool, evidence: bool
) -> StudentChains:
    """These chains with ``counterfactual``, ``evidence``, or both in their rows."""
    student_context = refresher.student_context(found.student)
    keys = [ChainKey(chain["path"], chain["itemCode"]) for chain in found.chains]
    added: list[dict[str, Any]] = [{} for _ in keys]
    if counterfactuals:
        for row, lifted in zip(added, compute_counterfactuals(student_context, keys), strict=True):
            row["counterfactual"] = None if lifted is None else asdict(lifted)
    if evidence:
        for row, pieces in zip(added, find_evidence(student_context, keys), strict=True):
            row["evidence"] = [asdict(piece) for piece in pieces]
    return replace(found, chains=[{**chain, **more} for chain, more in zip(found.chains, added, strict=True)])
