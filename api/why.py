"""A student's chains as the graph holds them, for the terminal."""

from __future__ import annotations

from typing import Any

from skillpath.chains.explanation import Step, counted, explain
from skillpath.chains.ranking import TERMS
from skillpath.chains.recommend import PATHS
from skillpath.errors import NotFound, Unavailable
from skillpath.graph import reads, runs
from skillpath.graph.connection import Graph, Row


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
    told = explain(row["path"], row["itemLabel"], row["clusterLabel"], row["match"], row["gap"], steps)
    return f"{told} {counted(row['score'], dict(zip(TERMS, row['contributions'], strict=True)))}"


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
        chains = graph.read(reads.RECOMMENDATION, id=recommendation, run=run)
        if not chains or chains[0]["student"] != student:
            raise NotFound("This student has no such recommendation", where=recommendation, todo="Check the id")
    else:
        pages = reads.chain_pages(graph, run, [reads.Page(student, path, first) for path in PATHS])
        chains = [row for page in pages for row in page]
    targets = reads.by_owner(graph, reads.TARGETS, [student], run=run)[0]
    return {"student": student, "run": run, "targets": targets, "chains": [_told(row) for row in chains]}


def _told(row: Row) -> Row:
    return {**{k: v for k, v in row.items() if k not in ("total", "last")}, "text": sentence(row)}


def read_walks(graph: Graph, found: dict[str, Any], skills: int = 10) -> list[Row]:
    """The paths of the chains that `read_chains` found, at most so many skills a chain."""
    codes = [chain["id"] for chain in found["chains"]]
    return graph.read(reads.WALKS, codes=codes, run=found["run"], first=skills)


def chain_lines(found: dict[str, Any]) -> list[str]:
    """The chains drawn for a terminal: goal, gap, resource."""
    lines = [f"{found['student']}  (run {found['run']})", "", "aims at:"]
    for target in found["targets"]:
        asked = ", asked for" if target["stated"] else ""
        lines.append(
            f"  {target['rank']}. {target['label']}  match {target['match']:.2f}, "
            f"gap {target['gap']:.2f} of {target['required']:.2f}{asked}"
        )
    if not found["chains"]:
        lines += ["", "no chain: nothing in the graph closes any of this."]
    for chain in found["chains"]:
        lines += ["", *_chain(chain)]
    return lines


def _chain(chain: Row) -> list[str]:
    lines = [
        f"{chain['path'].lower()} {chain['rank']}  score {chain['score']:.3f}  [{chain['id']}]",
        f"  goal   {chain['clusterLabel']}",
    ]
    for number, step in enumerate(chain["closes"]):
        lines.append(
            f"  {'gap' if not number else '   '}    {step['label']}: {step['have']:.2f} → "
            f"{step['have'] + step['gain']:.2f} of {step['required']:.2f}"
        )
    return [*lines, f"  take   {chain['itemLabel']}", f"  why    {chain['text']}"]
