"""Commands that learn, score and explain: train, score, why, digest."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from skillpath.api.cli.commands.output import JsonOption, emit

SKILLS_DRAWN = 10
"""Skills of a chain that a picture shows at most."""


def train(
    context: typer.Context,
    profile: Annotated[
        str | None, typer.Option(help="quick (a few minutes) or full; as in the settings if not given.")
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="Take the last model further by the newest months.")] = False,
    seed: Annotated[int | None, typer.Option(help="The same seed on the same graph gives the same model.")] = None,
    device: Annotated[str | None, typer.Option(help="cpu or cuda; the fastest there is if not given.")] = None,
    json: JsonOption = False,
) -> None:
    """Learn vectors and forecasts from the graph and serve them; `train matcher` learns to match terms."""
    if context.invoked_subcommand:
        return
    from dataclasses import replace

    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.training.model_training import learn

    settings = load_settings()
    given: dict[str, Any] = {"profile": profile, "seed": seed, "device": device}
    chosen = replace(settings.learning, **{name: value for name, value in given.items() if value is not None})
    with open_graph(settings) as graph:
        folders, chains = settings.pipeline.learning, settings.chains
        metrics = learn(graph, Reporter(), folders, chosen, settings.training, chains=chains, update=update)
    emit(metrics, _learned(metrics), as_json=json)


def _learned(metrics: dict[str, Any]) -> list[str]:
    vectors = ", ".join(f"{count} {name}" for name, count in metrics["vectors"].items())
    lines = [f"{metrics['run'] or 'no run'}: vectors of {vectors or 'nothing'} in {metrics['seconds']} s"]
    if "forecasts" in metrics:
        judged = ", ".join(f"{name} {value:.3f}" for name, value in metrics["judged"].items() if value is not None)
        lines += [f"{metrics['forecastRun']}: {metrics['forecasts']} forecasts, on months held back: {judged}"]
        lines += [f"model card: {metrics['card']}"]
    return [*lines, _progression(metrics["progression"])]


def _progression(found: dict[str, Any]) -> str:
    if not found["followedBy"]:
        return "no progression: too few students took anything"
    judged = f"NDCG@10 {max(found['ndcg'].values()):.3f} on learners held back"
    return f"{found['progressionRun']}: {found['followedBy']} steps that people went on by, {judged}"


def score(json: JsonOption = False) -> None:
    """Compute capability, targets, gaps and chains of every student, and serve them."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.scoring.score import score as run_score

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
    what_if: Annotated[
        bool, typer.Option("--what-if", help="Tell what would put each chain first; reads the whole graph.")
    ] = False,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Tell what each chain rests on; reads the whole graph.")
    ] = False,
    as_dot: Annotated[bool, typer.Option("--dot", help="Print a picture for Graphviz.")] = False,
    as_svg: Annotated[bool, typer.Option("--svg", help="Print a picture as SVG.")] = False,
    json: JsonOption = False,
) -> None:
    """Show a student's chains, goal → gap → resource, as they stand in the graph."""
    from dataclasses import asdict

    from skillpath.api.cli.chain_lines import chain_lines
    from skillpath.api.cli.drawing import build_drawing, dot, svg
    from skillpath.api.context import load_settings, open_graph
    from skillpath.api.services.student_chains import add_explanations, read_chain_paths, read_student_chains
    from skillpath.errors import BadInput
    from skillpath.pipeline.scoring.refresh import Refresher

    if json + as_dot + as_svg > 1:
        raise BadInput("More than one form was asked for", where="why", todo="Give one of --json, --dot and --svg")
    settings = load_settings()
    with open_graph(settings) as graph:
        found = read_student_chains(graph, student, recommendation, first)
        if what_if or evidence:
            refresher = Refresher(graph, settings.chains)
            found = add_explanations(refresher, found, counterfactuals=what_if, evidence=evidence)
        drawn = None
        if as_dot or as_svg:
            ids = sorted(chain["id"] for chain in found.chains)
            paths = read_chain_paths(graph, found.run, ids, SKILLS_DRAWN)
            drawn = build_drawing([row for rows in paths for row in rows])
    if drawn is not None:
        print(svg(drawn) if as_svg else dot(drawn))
        return
    emit(asdict(found), chain_lines(found), as_json=json)


def digest(json: JsonOption = False) -> None:
    """Print one number for all that readers see; equal digests mean equal graphs."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.graph.scores.digest import graph_digest

    with open_graph(load_settings()) as graph:
        value = graph_digest(graph)
    emit({"digest": value}, [value], as_json=json)
