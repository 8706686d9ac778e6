"""A student's chains drawn for the terminal: goal, gap, resource."""

from __future__ import annotations

from collections.abc import Sequence

from skillpath.api.services.plan_gains import JointPlan
from skillpath.api.services.student_chains import StudentChains
from skillpath.chains.model.capability import COMPONENTS
from skillpath.graph.core.connection import Row

NOTHING = 0.005
"""What would read 0.00 is not told."""
UNLIFTED = "It has the best score already, or no one skill would lift it."
SHOWN = 5
"""Pieces of evidence that the terminal shows of a chain."""


def chain_lines(found: StudentChains) -> list[str]:
    """The chains drawn for a terminal: goal, gap, resource."""
    lines = [f"{found.student}  (run {found.run})", "", "aims at:"]
    for target in found.targets:
        asked = ", asked for" if target["stated"] else ""
        lines.append(
            f"  {target['rank']}. {target['label']}  match {target['match']:.2f}, "
            f"gap {target['gap']:.2f} of {target['required']:.2f}{asked}"
        )
    if not found.targets:
        lines.append(
            "  no occupation yet: too little is known" + (", but these fields fit so far" if found.fields else "")
        )
        lines += [f"  - {each.label}  match {each.match:.2f}" for each in found.fields]
    if found.plan:
        lines += ["", *_plan(found.plan)]
    if not found.chains:
        lines += ["", f"no chain. {found.remedy or 'Score again'}."]
    for chain in found.chains:
        lines += ["", *_chain(chain)]
    return lines


def _plan(plan: JointPlan) -> list[str]:
    lines = [f"plan toward the first: {plan.gain:.2f} closed together"]
    lines += [f"  {i}. {step['label']} (+{step['gain']:.2f})" for i, step in enumerate(plan.resources, 1)]
    return [*lines, *_steps(plan.closes[:SHOWN])]


def _chain(chain: Row) -> list[str]:
    lines = [
        f"{chain['path'].lower()} {chain['rank']}  score {chain['score']:.3f}  [{chain['id']}]"
        + ("  (stale: something it was computed from changed since)" if chain["stale"] else ""),
        f"  goal   {chain['clusterLabel'] or 'none that is known yet'}",
        *_steps(chain["closes"]),
        *_reasons(chain["because"]),
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


def _reasons(reasons: Sequence[Row]) -> list[str]:
    return [
        f"  {'     ' if number else 'after'}  {reason['label']}: "
        + (f"{reason['support']} learners went on to this" if reason["support"] else "this is like it")
        + f" (+{reason['contribution']:.2f})"
        for number, reason in enumerate(reasons[:SHOWN])
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
