"""Chains drawn as DOT or SVG, from the nodes and relationships of their paths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from skillpath.graph.core.connection import Row

_DONE = "Done"
"""Stands for a resource that the student did before, so that it is drawn before what is suggested."""
_COLUMNS = {"Student": 0, "JobCluster": 1, "Skill": 2, _DONE: 2, "Job": 3, "Resource": 3, "Project": 3}
_SHOWN_PROPERTIES = ("match", "level", "have", "required", "gap", "gain", "support")
_FILL = {"Student": "#dbeafe", "JobCluster": "#fef3c7", "Skill": "#dcfce7"}
_ITEM = "#fce7f3"
_WIDTH, _HEIGHT, _ACROSS, _DOWN, _EDGE = 210, 44, 340, 76, 20
_LETTERS = 32
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass
class Drawing:
    """Nodes by (kind, code) with their labels, and relationships by (from, to, type) with what they say, in order."""

    nodes: dict[tuple[str, str], str] = field(default_factory=dict)
    edges: dict[tuple[tuple[str, str], tuple[str, str], str], str] = field(default_factory=dict)


def build_drawing(chain_paths: Sequence[Row]) -> Drawing:
    """Nodes and relationships in rows of `read_chain_paths`, each once."""
    drawn = Drawing()
    for row in chain_paths:
        known = {
            row["student"]: ("Student", row["student"], row["student"]),
            row["clusterCode"]: ("JobCluster", row["clusterCode"], row["clusterLabel"]),
            row["skillCode"]: ("Skill", row["skillCode"], row["skillLabel"]),
            row["doneCode"]: (_DONE, row["doneCode"], row["doneLabel"]),
            row["itemCode"]: (row["kind"], row["itemCode"], row["itemLabel"]),
        }
        known.pop(None, None)
        for kind, code, label in known.values():
            drawn.nodes[kind, code] = label
        for edge in row["relationships"]:
            ends = known[edge["from"]][:2], known[edge["to"]][:2]
            drawn.edges[*ends, edge["type"]] = _edge_label(edge)
    return drawn


def _edge_label(edge: Row) -> str:
    numbers = [
        f"{name} {edge['properties'][name]:.2f}"
        for name in _SHOWN_PROPERTIES
        if edge["properties"].get(name) is not None
    ]
    return " ".join([edge["type"], *numbers])


def dot(drawn: Drawing) -> str:
    """The picture in the language of Graphviz."""
    names = {node: f"n{i}" for i, node in enumerate(drawn.nodes)}
    boxes = [
        f'  {names[node]} [label="{_quoted(label)}", tooltip="{_quoted(node[1])}", fillcolor="{_fill(node)}"];'
        for node, label in drawn.nodes.items()
    ]
    arrows = [
        f'  {names[start]} -> {names[end]} [label="{_quoted(label)}"];'
        for (start, end, _), label in drawn.edges.items()
    ]
    head = ["digraph why {", "  rankdir=LR;", '  node [shape=box, style="rounded,filled"];']
    return "\n".join([*head, *boxes, *arrows, "}"])


def _fill(node: tuple[str, str]) -> str:
    return _FILL.get(node[0], _ITEM)


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text)


def _quoted(text: str) -> str:
    return _plain(text).replace("\\", "\\\\").replace('"', '\\"')


def svg(drawn: Drawing) -> str:
    """The picture as SVG: student, goal, skills and items in columns, each near what it is linked to."""
    places = _places(drawn)
    wide = 2 * _EDGE + 3 * _ACROSS + _WIDTH
    high = 2 * _EDGE + _HEIGHT + max((y for _, y in places.values()), default=0)
    marker = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>'
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        'font-family="sans-serif" font-size="12">'
    )
    arrows = [_arrow(places[start], places[end], label) for (start, end, _), label in drawn.edges.items()]
    boxes = [_box(node, label, places[node]) for node, label in drawn.nodes.items()]
    return "\n".join([head, marker, *arrows, *boxes, "</svg>"])


def _places(drawn: Drawing) -> dict[tuple[str, str], tuple[float, float]]:
    """Upper left corner of each box: columns from the left, in each the order of the means of the column before."""
    columns: list[list[tuple[str, str]]] = [[], [], [], []]
    for node in drawn.nodes:
        columns[_COLUMNS[node[0]]].append(node)
    before: dict[tuple[str, str], list[float]] = {node: [] for node in drawn.nodes}
    places: dict[tuple[str, str], tuple[float, float]] = {}
    for number, column in enumerate(columns):
        column.sort(key=lambda node: sum(before[node]) / len(before[node]) if before[node] else 0.0)
        for row, node in enumerate(column):
            places[node] = (_EDGE + number * _ACROSS, _EDGE + row * _DOWN)
        for start, end, _ in drawn.edges:
            for here, there in ((start, end), (end, start)):
                if _COLUMNS[here[0]] == number < _COLUMNS[there[0]]:
                    before[there].append(places[here][1])
    return places


def _arrow(start: tuple[float, float], end: tuple[float, float], label: str) -> str:
    right = end[0] > start[0]
    x, y = start[0] + (_WIDTH if right else 0), start[1] + _HEIGHT / 2
    u, v = end[0] + (0 if right else _WIDTH), end[1] + _HEIGHT / 2
    middle = (x + u) / 2
    # Three quarters of the way, where arrows that start together have parted.
    at = (x + 3 * u) / 4, (y + 5 * v) / 6
    return (
        f'<path d="M{x:.0f} {y:.0f}C{middle:.0f} {y:.0f} {middle:.0f} {v:.0f} {u:.0f} {v:.0f}" fill="none" '
        f'stroke="#64748b" marker-end="url(#tip)"><title>{escape(_plain(label))}</title></path>'
        f'<text x="{at[0]:.0f}" y="{at[1] - 4:.0f}" text-anchor="middle" font-size="9" fill="#475569">'
        f"{escape(_plain(label))}</text>"
    )


def _box(node: tuple[str, str], label: str, place: tuple[float, float]) -> str:
    shown = label if len(label) <= _LETTERS else label[: _LETTERS - 1] + "…"
    return (
        f'<g><title>{escape(_plain(label))} ({escape(_plain(node[1]))})</title><rect x="{place[0]}" y="{place[1]}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="{_fill(node)}" stroke="#94a3b8"/>'
        f'<text x="{place[0] + _WIDTH / 2}" y="{place[1] + _HEIGHT / 2 + 4}" text-anchor="middle">'
        f"{escape(_plain(shown))}</text></g>"
    )
