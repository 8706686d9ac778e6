"""Printing of command results: plain lines for people, JSON for programs."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def emit(data: Any, lines: list[str], *, as_json: bool) -> None:
    """Print a result on standard output."""
    if as_json:
        print(json.dumps(data, indent=2, default=str, ensure_ascii=False))
    else:
        print("\n".join(lines))
