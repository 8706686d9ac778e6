"""The ``skillpath`` command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from skillpath.api.cli.commands import curation_commands as stewards
from skillpath.api.cli.commands import (
    data,
    evaluation,
    fairness_command,
    forecasting,
    matching_commands,
    policies,
    scores,
    server_commands,
    service,
    vocabulary_commands,
)
from skillpath.api.cli.commands import queue_commands as queues
from skillpath.errors import SkillpathError

INTERRUPTED = 130

app = typer.Typer(
    help="Explainable recommendation chains over one skill graph in Neo4j.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
ontology = typer.Typer(help="The skill vocabulary.", no_args_is_help=True)
app.add_typer(ontology, name="ontology")

COMMANDS: tuple[Callable[..., None], ...] = (
    server_commands.up,
    server_commands.stop,
    server_commands.status,
    server_commands.doctor,
    server_commands.migrate,
    data.generate,
    data.sync,
    scores.score,
    scores.why,
    scores.digest,
    fairness_command.fairness,
    forecasting.forecast,
    evaluation.evaluate,
    service.serve,
    service.schema,
    service.demo,
)
for command in COMMANDS:
    app.command()(command)
train = typer.Typer(help="Learn from the graph.")
app.add_typer(train, name="train", invoke_without_command=True, callback=scores.train)
train.command("matcher")(matching_commands.train_matcher)
policy = typer.Typer(help="What people's reactions teach.", no_args_is_help=True)
app.add_typer(policy, name="policy")
for command in (policies.learn, policies.show, policies.rollback):
    policy.command()(command)
ontology.command("import")(vocabulary_commands.import_)
ontology.command("map")(stewards.map_)
ontology.command("revisions")(vocabulary_commands.revision_log)
ontology.command("trail", hidden=True, deprecated=True)(vocabulary_commands.revision_log)
for command in (
    vocabulary_commands.export,
    vocabulary_commands.crosswalk,
    vocabulary_commands.replay,
    vocabulary_commands.quality,
    matching_commands.match,
    matching_commands.evaluate,
    queues.queue,
    stewards.decide,
    stewards.propose,
    stewards.approve,
    stewards.reject,
    stewards.merge,
    stewards.split,
    stewards.deprecate,
    stewards.undo,
    queues.history,
):
    ontology.command()(command)


@app.callback()
def configure(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done, on standard error.")] = False,
) -> None:
    """Configure the log before a command runs."""
    if "--help" in sys.argv:
        # Nothing will be logged, and structlog takes as long to import as all else.
        return
    from skillpath.pipeline.common.logging_setup import configure_from_settings

    configure_from_settings(verbose=verbose)


def main() -> None:
    """Run the command line; expected failures end in one sentence and exit code 1 or 2."""
    try:
        app()
    except SkillpathError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("Interrupted; run the same command again to go on.", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except Exception:
        from structlog import get_logger

        get_logger(__name__).exception("command.broken")
        print("error: Something unexpected went wrong; the lines above say where.", file=sys.stderr)
        sys.exit(1)
