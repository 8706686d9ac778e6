"""A student's chains read from the graph and printed for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from skillpath.api.services.plan_gains import split_gain
from skillpath.chains.explain.explanation import Step, explain, format_contributions
from skillpath.chains.model.capability import COMPONENTS
from skillpath.chains.model.ranking import TERMS
from skillpath.chains.recommend import PATHS
from skillpath.errors import NotFound, Unavailable
from skillpath.graph.core import reads, runs
from skillpath.graph.core.connection import Graph, Row
from skillpath.pipeline.scoring.explain_on_demand import ChainKey, compute_counterfactuals, find_evidence
from skillpath.pipeline.scoring.refresh import Refresher

NOTHING = 0.005
"""What would read 0.00 is not told."""
UNLIFTED = "It has the best score already, or no one skill would lift it."
SHOWN = 5
"""Pieces of evidence that the terminal shows of a chain."""


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
    steps = [Step(s["label"], s["have"], s["required"], s["gain"], s["weight"]) for s in row["closes"]]
    text = explain(row["path"], row["itemLabel"], row["clusterLabel"], row["match"], row["gap"], steps)
    return f"{text} {format_contributions(row['score'], dict(zip(TERMS, row['contributions'], strict=True)))}"


def read_chains(graph: Graph, student: str, recommendation: str | None, first: int) -> dict[str, Any]:
    """Targets and chains of a student in the served run; only one chain if its id is given.

    Raises:
        NotFound: no such student, or no such recommendation of that student.
        Unavailable: nothing was scored yet.
    """
    run = served_run(graph)
    if reads.by_code(graph, reads.STUDENTS, [student]) == [None]:
        raise NotFound("No such student", where=student, todo="Check the code")
    if recommendation:
        chains = reads.by_owner(graph, reads.RECOMMENDATIONS, [recommendation], run=run)[0]
        if not chains or chains[0]["student"] != student:
            raise NotFound("This student has no such recommendation", where=recommendation, todo="Check the id")
    else:
        pages = reads.chain_pages(graph, run, [reads.Page(student, path, first) for path in PATHS])
        chains = [row for page in pages for row in page]
    targets = reads.by_owner(graph, reads.TARGETS, [student], run=run)[0]
    plans = reads.by_owner(graph, reads.PLANS, [student], run=run)[0]
    plan = split_gain(plans[0]) if plans else None
    return {
        "student": student,
        "run": run,
        "targets": targets,
        "plan": plan,
        "chains": [_with_sentence(row) for row in chains],
    }


def add_explanations(refresher: Refresher, found: dict[str, Any], *, counterfactuals: bool, evidence: bool) -> None:
    """Add counterfactuals, evidence, or both to the chains that `read_chains` found."""
    student_context = refresher.student_context(found["student"])
    chains = [ChainKey(chain["path"], chain["itemCode"]) for chain in found["chains"]]
    if counterfactuals:
        for chain, lifted in zip(found["chains"], compute_counterfactuals(student_context, chains), strict=True):
            chain["counterfactual"] = None if lifted is None else asdict(lifted)
    if evidence:
        for chain, pieces in zip(found["chains"], find_evidence(student_context, chains), strict=True):
            chain["evidence"] = [asdict(piece) for piece in pieces]


def _with_sentence(row: Row) -> Row:
    return {**{k: v for k, v in row.items() if k not in ("total", "last")}, "text": sentence(row)}


def read_chain_paths(graph: Graph, found: dict[str, Any], skills: int = 10) -> list[Row]:
    """The paths of the chains that `read_chains` found, at most so many skills a chain."""
    codes = [chain["id"] for chain in found["chains"]]
    return graph.read(reads.CHAIN_PATHS, codes=codes, run=found["run"], first=skills)


def chain_lines(found: dict[str, Any]) -> list[str]:
    """The chains drawn for a terminal: goal, gap, resource."""
    lines = [f"{found['student']}  (run {found['run']})", "", "aims at:"]
    for target in found["targets"]:
        asked = ", asked for" if target["stated"] else ""
        lines.append(
            f"  {target['rank']}. {target['label']}  match {target['match']:.2f}, "
            f"gap {target['gap']:.2f} of {target['required']:.2f}{asked}"
        )
    if found["plan"]:
        lines += ["", *_plan(found["plan"])]
    if not found["chains"]:
        lines += ["", "no chain: nothing in the graph closes any of this."]
    for chain in found["chains"]:
        lines += ["", *_chain(chain)]
    return lines


def _plan(plan: Row) -> list[str]:
    lines = [f"plan toward the first: {plan['gain']:.2f} closed together"]
    lines += [f"  {i}. {step['label']} (+{step['gain']:.2f})" for i, step in enumerate(plan["resources"], 1)]
    return [*lines, *_steps(plan["closes"][:SHOWN])]


def _chain(chain: Row) -> list[str]:
    lines = [
        f"{chain['path'].lower()} {chain['rank']}  score {chain['score']:.3f}  [{chain['id']}]"
        + ("  (stale: something it was computed from changed since)" if chain["stale"] else ""),
        f"  goal   {chain['clusterLabel']}",
        *_steps(chain["closes"]),
        f"  take   {chain['itemLabel']}",
        f"  why    {chain['text']}",
    ]
    if "counterfactual" in chain:
        lines.append(f"  else   {chain['counterfactual']['sentence'] if chain['counterfactual'] else UNLIFTED}")
    for number, piece in enumerate(chain.get("evidence", [])[:SHOWN]):
        lines.append(f"  {'      ' if number else 'rests '} {_piece(piece)}")
    return lines


def _steps(steps: Sequence[Row]) -> list[str]:
    return [
        f"  {'   ' if number else 'gap'}    {step['label']}: {step['have']:.2f} → "
        f"{step['have'] + step['gain']:.2f} of {step['required']:.2f}{_comes_from(step)}"
        for number, step in enumerate(steps)
    ]


def _comes_from(step: Row) -> str:
    parts = zip(COMPONENTS, step.get("components") or (), strict=False)
    text = [f"{part:.2f} from {name}" for name, part in parts if part >= NOTHING]
    return f"  (now {', '.join(text)})" if text else ""


def _piece(piece: Row) -> str:
    whose = {"HAS": "you have", "IMPROVES": "it builds", "REQUIRES": "the goal asks"}[piece["relationship"]]
    sources = [_source(source) for source in piece["sources"][:SHOWN]]
    # Without what closes the gap at all it would be no candidate.
    less = "no such chain" if piece["drop"] >= 1 else f"{piece['drop']:.3f} less"
    return (
        f"{whose} {piece['label']} {piece['value']:.2f}: without it {less}"
        f"{'; from ' + ', '.join(sources) if sources else ''}"
    )


def _source(source: Row) -> str:
    if source["code"] is None:
        return f"your record {source['contribution']:.2f}"
    age = "" if source["years"] is None else f", {source['years']:.1f} years ago: {source['decay']:.0%} left"
    return f"{source['component']} in {source['code']} {source['contribution']:.2f} ({source['amount']:.2f}{age})"
