"""A small vocabulary in memory for the tests of curation."""

from __future__ import annotations

import copy
from typing import Any

from skillpath.ontology.curation.actions import Action, CurationSettings, Stamp
from skillpath.ontology.curation.decide import decide
from skillpath.ontology.curation.working_copy import Changes, Link, Mention, Node, Slice

AT = "2026-01-01T00:00:00.000+00:00"
SKILLS = ("data", "sql", "python", "coding", "git", "excel")
TERMS = ("t1", "t2", "t3")


def world() -> Slice:
    """Six skills (sql and python below coding below data), three terms, records of every kind."""
    seen = Slice()
    for code in SKILLS:
        seen.nodes[Node("Skill", code)] = {
            "code": code,
            "label": code.upper(),
            "altLabels": [f"{code} work"],
            "kind": "skill",
            "status": "released",
        }
    for code in TERMS:
        seen.nodes[Node("Term", code)] = {"code": code, "text": code, "status": "unmapped"}
    for child, parent in (("sql", "coding"), ("python", "coding"), ("coding", "data")):
        seen.links[Link("BROADER", "Skill", child, parent)] = {"source": "town"}
    seen.links[Link("RELATED", "Skill", "git", "python")] = {"kind": "optional"}
    records: list[tuple[str, str, str, str, dict[str, Any]]] = [
        ("REQUIRES", "Job", "j1", "sql", {"level": 0.6, "weight": 1.0, "essential": True, "via": "text"}),
        ("REQUIRES", "Job", "j1", "python", {"level": 0.4, "weight": 0.5, "essential": False, "via": "text"}),
        ("REQUIRES", "JobCluster", "c1", "git", {"level": 0.8, "weight": 1.0, "essential": True}),
        ("REQUIRES", "JobCluster", "c1", "excel", {"level": 0.2, "weight": 0.5, "essential": False}),
        ("IMPROVES", "Resource", "r1", "python", {"gain": 0.5, "via": "title"}),
        ("HAS", "Student", "s1", "excel", {"level": 0.7, "evidence": ["learning"]}),
        ("HAS", "Student", "s1", "git", {"level": 0.3, "evidence": ["practice"]}),
    ]
    for type_, label, source, target, properties in records:
        run = "r-1" if label == "Student" else ""
        seen.links[Link(type_, label, source, target, run)] = properties
    seen.mentions = {
        "t1": [Mention("t1", "Job", "j1"), Mention("t1", "Resource", "r2")],
        "t2": [Mention("t2", "Job", "j1"), Mention("t2", "Project", "p1")],
        "t3": [Mention("t3", "Student", "s2")],
    }
    return seen


def act(seen: Slice, action: Action, revision: int = 1, by: str = "ann") -> tuple[Slice, Changes]:
    """The world after an action, and what it changed; ``seen`` stays as it is."""
    after = copy.deepcopy(seen)
    changes = decide(action, after, Stamp(by, AT, revision, CurationSettings()))
    return after, changes
