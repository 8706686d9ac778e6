"""The reference of all commands as a document, written from the commands themselves.

``python -m skillpath.api.cli.reference > docs/commands.md`` writes it again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from skillpath.api.cli.main import INTERRUPTED, app
from skillpath.errors import BadInput, SkillpathError

_HEAD = """# Commands

Written by `python -m skillpath.api.cli.reference > docs/commands.md`; a test fails where this file and the commands
differ. `skillpath COMMAND --help` prints the same. Settings that commands read: `skillpath doctor`.

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| {failed} | an expected failure, told in one sentence on standard error: what, where, what to do |
| {bad} | the call, a file or a setting is wrong |
| {interrupted} | interrupted; run the same command again to go on |

Where a command gives a code another meaning too, its text says so.
"""
_NOTES = re.compile(r"(?:^|  )\[(?P<notes>[^\[\]]+)\]$")
"""What typer appends to a help text: the default, the range, and whether the parameter is required."""


def render() -> str:
    """The text of ``docs/commands.md``."""
    head = _HEAD.format(failed=SkillpathError.exit_code, bad=BadInput.exit_code, interrupted=INTERRUPTED)
    return "\n".join([head, *_sections(get_command(app), "skillpath", None)])


def _sections(command: Any, name: str, parent: Any) -> Iterator[str]:
    """One section for a command, the root included where it has options, and for each command below it."""
    context = typer.Context(command, info_name=name, parent=parent)
    if parent is not None or command.params:
        yield _section(command, context)
    for below, subcommand in getattr(command, "commands", {}).items():
        yield from _sections(subcommand, below, context)


def _section(command: Any, context: Any) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    lines = [f"## {context.command_path}", "", command.help, "", f"`{usage}`", ""]
    rows = [_row(parameter, context) for parameter in command.params]
    if rows:
        lines += ["| argument or option | default | meaning |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _row(parameter: Any, context: Any) -> str:
    """A parameter as a row of the table: how it is written, its default or that it is required, its range and help."""
    written, text = parameter.get_help_record(context)
    found = _NOTES.search(text)
    notes = found["notes"].split("; ") if found else []
    default = next((note.removeprefix("default: ") for note in notes if note.startswith("default: ")), "")
    limits = [note for note in notes if note != "required" and not note.startswith("default: ")]
    meaning = (text[: found.start()] if found else text) + "".join(f" ({limit})" for limit in limits)
    cells = (f"`{written}`", "required" if "required" in notes else f"`{default}`" if default else "", meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    sys.stdout.write(render())
