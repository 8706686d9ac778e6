"""Commands that learn, score and explain: train, score, why, digest."""

from __future__ import annotations

from typing import Annotated

import typer

from skillpath.api.commands.output import JsonOption, emit


def train(context: typer.Context, json: JsonOption = False) -> None:
    """Learn skill vectors from the graph and write them back; `train matcher` learns to match terms."""
    if context.invoked_subcommand:
        return
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.progress import Reporter
    from skillpath.pipeline.train import train as run_train

    settings = load_settings()
    with open_graph(settings) as graph:
        metrics = run_train(graph, Reporter(), settings.training)
    vectors = ", ".join(f"{count} {name}" for name, count in metrics["vectors"].items())
    emit(metrics, [f"{metrics['run']}: vectors of {vectors} in {metrics['seconds']} s"], as_json=json)


def score(json: JsonOption = False) -> None:
    """Compute capability, targets, gaps and chains of every student, and serve them."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.progress import Reporter
    from skillpath.pipeline.score import score as run_score

    settings = load_settings()
    with open_graph(settings) as graph:
        metrics = run_score(graph, Reporter(), settings.chains)
    lines = [
        f"{metrics['run']}: {metrics['with_chain']} of {metrics['students']} students have a chain "
        f"({metrics['job_chains']} job, {metrics['training_chains']} training, {metrics['venture_chains']} venture) "
        f"in {metrics['seconds']} s"
    ]
    emit(metrics, lines, as_json=json)


def why(
    student: Annotated[str, typer.Argument(help="Code of the student.")],
    recommendation: Annotated[str | None, typer.Argument(help="Id of one recommendation.")] = None,
    first: Annotated[int, typer.Option(help="Chains of each path.", min=1, max=100)] = 3,
    json: JsonOption = False,
) -> None:
    """Show a student's chains, goal → gap → resource, as they stand in the graph."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.api.why import chain_lines, read_chains

    with open_graph(load_settings()) as graph:
        found = read_chains(graph, student, recommendation, first)
    emit(found, chain_lines(found), as_json=json)


def digest(json: JsonOption = False) -> None:
    """Print one number for all that readers see; equal digests mean equal graphs."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.graph.digest import graph_digest

    with open_graph(load_settings()) as graph:
        value = graph_digest(graph)
    emit({"digest": value}, [value], as_json=json)
