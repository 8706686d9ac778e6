"""Conversion of curation values to stored properties: times, and changes as compressed JSON."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, overload

from skillpath.ontology.curation.working_copy import Changes, Link, LinkChange, Node, NodeChange

TIMES = frozenset({"at"})
"""Properties of links that hold a time."""


def plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with times as ISO 8601 text."""
    return {name: _text(value) for name, value in properties.items()}


def plain_text(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with text that encodes a time as a time again."""
    return {
        name: datetime.fromisoformat(value) if name in TIMES and isinstance(value, str) else value
        for name, value in properties.items()
    }


def packed(value: Any) -> str:
    """JSON with sorted keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def unpacked(text: str) -> Any:
    """What `packed` packed."""
    return json.loads(text)


@overload
def stored(changes: Changes) -> str: ...
@overload
def stored(changes: str) -> Changes: ...
def stored(changes: Changes | str) -> str | Changes:
    """Changes as text, and back: JSON, compressed because a merge may move tens of thousands of links."""
    if isinstance(changes, Changes):
        rows = {"nodes": [list(c) for c in changes.nodes], "links": [list(c) for c in changes.links]}
        return base64.b64encode(zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 1)).decode()
    rows = json.loads(zlib.decompress(base64.b64decode(changes)))
    return Changes(
        tuple(NodeChange(Node(*node), before, after) for node, before, after in rows["nodes"]),
        tuple(LinkChange(Link(*link), before, after) for link, before, after in rows["links"]),
    )


def _text(value: Any) -> Any:
    return value.to_native().isoformat() if hasattr(value, "to_native") else value
