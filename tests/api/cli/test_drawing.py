"""A drawn chain shows what was walked over, whatever things are called."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from skillpath.api.cli.drawing import build_drawing, dot, svg

NAME = "{http://www.w3.org/2000/svg}"
HOSTILE = ["SQL", '"];} digraph x { <script>alert(1)</script>', "back\\slash\\", "a & b\x00\x1b[31m\u202e", "😀" * 40]


def edge(kind: str, start: str, end: str, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "from": start, "to": end, "properties": properties}


def rows(label: str) -> list[dict[str, Any]]:
    item = {"itemCode": "r:1", "itemLabel": label, "kind": "Resource"}
    goal = {
        "student": "s:1",
        "clusterCode": "c:1",
        "clusterLabel": "analyst",
        "closes": True,
        "doneCode": None,
        "doneLabel": None,
    }
    found = []
    for skill in ("k:sql", "k:git"):
        edges = [
            edge("AIMS_AT", "s:1", "c:1", match=0.5, gap=1.25, plan=["r:1"]),
            edge("REQUIRES", "c:1", skill, level=0.8, weight=1.0),
            edge("IMPROVES", "r:1", skill, gain=0.6),
            edge("LACKS", "s:1", skill, have=0.1, gap=0.7),
        ]
        found.append({**goal, **item, "skillCode": skill, "skillLabel": skill.upper(), "relationships": edges})
    return found


def test_each_thing_is_drawn_once() -> None:
    drawn = build_drawing(rows("SQL basics"))
    assert len(drawn.nodes) == 5 and len(drawn.edges) == 1 + 3 * 2
    assert drawn.edges[("Student", "s:1"), ("JobCluster", "c:1"), "AIMS_AT"] == "AIMS_AT match 0.50 gap 1.25"


@pytest.mark.parametrize("label", HOSTILE)
def test_svg_is_well_formed_and_holds_every_label_as_text(label: str) -> None:
    root = ElementTree.fromstring(svg(build_drawing(rows(label))))
    assert {element.tag.removeprefix(NAME) for element in root.iter()} <= {
        *("svg", "defs", "marker", "path", "g", "title", "rect", "text")
    }
    boxes = root.findall(f"{NAME}g/{NAME}rect")
    assert len({(box.get("x"), box.get("y")) for box in boxes}) == 5, "no two boxes at one place"
    titles = {str(title.text) for title in root.findall(f"{NAME}g/{NAME}title")}
    assert any(title.startswith(label[:3]) and title.endswith("(r:1)") for title in titles)


@pytest.mark.parametrize("label", HOSTILE)
def test_dot_is_one_graph_with_every_label_quoted(label: str) -> None:
    text = dot(build_drawing(rows(label)))
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    assert '"' not in bare.replace('""', "") and "\x1b" not in text
    assert bare.count("{") == bare.count("}") == bare.count("digraph") == 1
    assert bare.count("->") == 7


def test_a_post_with_no_skill_in_common_is_drawn_too() -> None:
    row = {**rows("x")[0], "skillCode": None, "skillLabel": None, "relationships": [edge("IN_CLUSTER", "r:1", "c:1")]}
    drawn = build_drawing([{**row, "kind": "Job"}])
    assert len(drawn.nodes) == 3 and list(drawn.edges.values()) == ["IN_CLUSTER"]
    assert ElementTree.fromstring(svg(drawn)).get("width")


def test_nothing_is_an_empty_picture() -> None:
    assert ElementTree.fromstring(svg(build_drawing([]))).tag == f"{NAME}svg"
    assert "->" not in dot(build_drawing([]))
