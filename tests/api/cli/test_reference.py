"""The reference of the commands is what the commands say, for every parameter and exit code."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from skillpath.api.cli.main import app
from skillpath.api.cli.reference import render

DOCUMENT = Path(__file__).parents[3] / "docs" / "commands.md"


def commands(command: Any = None, path: tuple[str, ...] = ("skillpath",)) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by the words that call it."""
    command = command or get_command(app)
    if command.callback:
        yield " ".join(path), command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


COMMANDS = dict(commands())


@pytest.fixture(scope="module")
def text() -> str:
    return render()


def test_the_document_is_what_the_commands_say(text: str) -> None:
    assert DOCUMENT.read_text("utf-8") == text, "python -m skillpath.api.cli.reference > docs/commands.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_parameter_has_a_row_with_its_meaning(name: str, text: str) -> None:
    section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section.splitlines() if line.startswith("| `")]
    assert len(rows) == len(COMMANDS[name].params)
    for parameter, row in zip(COMMANDS[name].params, rows, strict=True):
        written, default, meaning = (cell.strip() for cell in row)
        assert all(option in written for option in parameter.opts)
        assert meaning
        assert (default == "required") == parameter.required
        number = isinstance(parameter.default, int | float) and not isinstance(parameter.default, bool)
        assert not number or default == f"`{parameter.default}`"


def test_a_command_that_ends_with_a_code_of_its_own_says_so() -> None:
    said = {name for name, command in COMMANDS.items() if "exit code" in command.help}
    ends = {name for name, command in COMMANDS.items() if "typer.Exit(" in inspect.getsource(command.callback)}
    assert ends == said
    assert "skillpath status" in said
