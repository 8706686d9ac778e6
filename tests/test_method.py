"""Each equation of docs/method.md names code and tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
METHOD = (ROOT / "docs" / "method.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in METHOD.split("| equation |")[1].split("\n\n")[0].splitlines()[2:]
]


def defined(path: Path) -> set[str]:
    """Names of functions and classes of a file, methods too."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds)}


def named(cell: str) -> dict[Path, set[str]]:
    """Files that a cell names, each with the names that follow it."""
    found: dict[Path, set[str]] = {}
    for token in re.findall(r"`([^`]+)`", cell):
        if token.endswith(".py"):
            found[ROOT / token] = set()
        else:
            found[next(reversed(found))].add(token)
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_code_and_tests_are_there(row: list[str]) -> None:
    _, _, code, tests = row
    places = named(code)
    assert places and all(names <= defined(path) for path, names in places.items())
    assert all(places.values()), "a file without a function says too little"
    assert all(path.is_file() and path.name.startswith("test_") for path in named(tests)) and named(tests)


def test_every_equation_of_the_chains_is_there() -> None:
    numbers = {int(number) for row in ROWS for number in re.findall(r"\((\d+)\)", row[0])}
    assert numbers >= set(range(14, 23))
