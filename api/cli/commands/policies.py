"""The policy commands: learn, show, rollback."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from skillpath.api.cli.commands.output import JsonOption, emit


def learn(json: JsonOption = False) -> None:
    """Learn from what was shown and done; a better policy is served, and the next score uses it."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.scoring.policy_learning import learn as learn_policy

    settings = load_settings()
    with open_graph(settings) as graph:
        done = learn_policy(graph, settings.policy, settings.chains)
    emit(done, _learned(done), as_json=json)


def _learned(done: dict[str, Any]) -> list[str]:
    seen = (
        f"{done['exposures']} exposures; reactions: {done['counted']} counted, {done['elsewhere']} with other places, "
        f"{done['unseen']} with what was not seen, {done['unknown']} of unknown kinds"
    )
    if "gain" not in done:
        return [seen, f"nothing learned: {done['reason']}"]
    judged = f"gain {done['gain']:+.4f} (at least {done['lower']:+.4f} with 95 %): {done['reason']}"
    if not done["recorded"]:
        return [seen, f"not judged yet, {judged}"]
    end = "run `skillpath score` to use it" if done["served"] else "not served"
    return [seen, f"update {done['number']}, moved {done['moved']:.3f}: {judged}; {end}"]


def show(json: JsonOption = False) -> None:
    """Show the policy that scores use, and every update with its verdict."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.scoring.policy_learning import show as show_policy

    settings = load_settings()
    with open_graph(settings) as graph:
        found = show_policy(graph, settings.chains)
    weights, start = found["policy"]["weights"], found["start"]["weights"]
    lines = [f"served: {'update ' + str(found['served']) if found['served'] else 'no update, the start'}"]
    for path, own in weights.items():
        lines.append(f"  {path.lower()}")
        lines += [f"    {name:10} {weight:+.3f} (start {start[path][name]:+.3f})" for name, weight in own.items()]
    emit(found, lines + [_update_line(row) for row in found["updates"]], as_json=json)


def _update_line(row: dict[str, Any]) -> str:
    head = f"{row['number']}. {str(row['at'])[:19]}  {'served' if row['served'] else 'not served'}"
    if row["undoes"]:
        return f"{head}: {row['reason']}"
    return f"{head}: {row['decisions']} decisions, gain {row['gain']:+.4f}, moved {row['moved']:.3f}; {row['reason']}"


def rollback(
    number: Annotated[int, typer.Argument(help="Update to take back.")],
    json: JsonOption = False,
) -> None:
    """Return to the policy before an update; the next score uses it."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.scoring.policy_learning import rollback as roll_back

    settings = load_settings()
    with open_graph(settings) as graph:
        done = roll_back(graph, number, settings.chains)
    line = f"update {done['number']} takes back update {number}; run `skillpath score` to use it"
    emit(done, [line], as_json=json)
