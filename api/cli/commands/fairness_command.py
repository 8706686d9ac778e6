"""The command that reports fairness of the served run."""

from __future__ import annotations

import json as text
from pathlib import Path
from typing import Annotated

import typer

from skillpath.api.cli.commands.output import JsonOption, emit


def fairness(
    out: Annotated[Path | None, typer.Option(help="File to write the report to, as JSON.")] = None,
    json: JsonOption = False,
) -> None:
    """Report who is shown what by region, cohort and gender, who has no chain and why, and what is popular."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.errors import BadInput
    from skillpath.pipeline.evaluation.fairness_report import fairness_lines, fairness_report

    settings = load_settings()
    with open_graph(settings) as graph:
        report = fairness_report(graph, settings.chains)
    lines = fairness_lines(report)
    if out:
        try:
            out.write_text(text.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
        except OSError as error:
            raise BadInput(f"Cannot write: {error.strerror}", where=str(out), todo="Choose another file") from error
        lines.append(f"written: {out}")
    emit(report, lines, as_json=json)
