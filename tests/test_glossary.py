"""The words of docs/glossary.md that are not used occur in no identifier and in no docstring's first line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = (
    "api",
    "chains",
    "common",
    "cypher",
    "embeddings",
    "errors",
    "graph",
    "migrations",
    "ontology",
    "pipeline",
    "synthetic",
)
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    if line.startswith("| ")
][1:]
NOT_USED = {word for row in ROWS for word in row[3].split(", ") if word}
KEPT = {"__post_init__": "Python's own name", "Walk": "a type of the public GraphQL schema"}
"""Identifiers that hold such a word for a reason."""
ENGLISH = {"says", "tells", "tell"}
"""Plain English in a sentence, and still no names."""
FILES = sorted(
    path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "node_modules" not in path.relative_to(ROOT).parts
)
Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def split(identifier: str) -> set[str]:
    """Words of an identifier in lower case.

    >>> sorted(split("HTTPServer_of2posts"))
    ['http', 'of', 'posts', 'server']
    """
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)}


def identifiers(tree: ast.Module) -> Iterator[str]:
    """Names that a module gives: of classes, functions, parameters, variables and attributes."""
    for node in ast.walk(tree):
        if isinstance(node, Named):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield node.attr


def first_lines(tree: ast.Module) -> Iterator[str]:
    """First lines of the docstrings of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | Named) and (text := ast.get_docstring(node)):
            yield text.splitlines()[0]


def test_the_glossary_is_a_glossary() -> None:
    assert len(ROWS) >= 60 and all(len(row) == 4 and row[0] and row[1] for row in ROWS)
    terms = [row[0] for row in ROWS]
    assert len(set(terms)) == len(terms)
    assert NOT_USED.isdisjoint(word for row in ROWS for word in re.findall(r"[a-z]+", row[0].lower()))
    assert {"said", "told", "stands", "lot", "lean", "jolts"} <= NOT_USED


def test_what_is_forbidden_is_found() -> None:
    tree = ast.parse("class Said:\n    '''What stands.'''\n    def walkPosts(self, ads): self.lot = 1")
    assert {"said", "posts", "ads", "lot"} <= {word for name in identifiers(tree) for word in split(name)}
    assert list(first_lines(tree)) == ["What stands."]


@pytest.mark.parametrize("room", ROOMS)
def test_no_forbidden_word(room: str) -> None:
    found = []
    for path in FILES:
        where = path.relative_to(ROOT)
        if where.parts[0] != room:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        names = {path.stem, *identifiers(tree)} - KEPT.keys()
        found += [f"{where}: {name}" for name in sorted(names) if split(name) & NOT_USED]
        words = NOT_USED - ENGLISH
        found += [f"{where}: {line}" for line in first_lines(tree) if words & set(re.findall(r"[a-z]+", line.lower()))]
    assert found == []
