"""Benchmark of skill links: what courses and postings are linked to in a graph, against gold annotations.

``python -m bench.links`` judges the graph that the settings name, after ``skillpath ontology import esco``,
``skillpath sync examples/real.toml`` and ``skillpath sync examples/jobs_ethiopia.toml``; it writes
``bench/results/links.json``. ``docs/judging.md`` says how the gold was made.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.skeleton import ROOT, machine
from skillpath.cypher import Query
from skillpath.graph.core.connection import Graph

GOLD = ROOT / "tests" / "pipeline" / "enrich" / "gold_links.csv"
RESULT = ROOT / "bench" / "results" / "links.json"
SKILL = "esco:skill/"
PREFIXES = {"eth:": "ethiopia:"}
"""Prefixes of items in the gold file that the graph writes in another way."""
COURSES = Query(
    "bench/course_links",
    """MATCH (n:Resource) WHERE n.code IN $codes
    OPTIONAL MATCH (n)-[r:IMPROVES]->(s:Skill) WHERE $declared OR r.via <> 'term'
    RETURN n.code AS item, collect(s.code) AS skills""",
)
POSTINGS = Query(
    "bench/posting_links",
    """MATCH (n:Job) WHERE n.code IN $codes
    OPTIONAL MATCH (n)-[r:REQUIRES]->(s:Skill) WHERE $declared OR r.via <> 'term'
    RETURN n.code AS item, collect(s.code) AS skills""",
)


@dataclass(frozen=True)
class GoldItem:
    """An annotated course or posting.

    Attributes:
        kind: course or post.
        half: dev or test.
        first, second: skills that each pass marked.
    """

    kind: str
    half: str
    first: frozenset[str]
    second: frozenset[str]

    @property
    def both(self) -> frozenset[str]:
        """Skills that both passes marked."""
        return self.first & self.second

    @property
    def either(self) -> frozenset[str]:
        """Skills that at least one pass marked."""
        return self.first | self.second


@dataclass(frozen=True)
class LinkFigures:
    """Precision, recall and agreement over some items.

    Attributes:
        items: annotated items that are in the graph. links: of these items in the graph.
        precision: share of links that both passes marked. lenient_precision: that at least one did.
        recall: share of what both passes marked that is linked. lenient_recall: of what at least one did.
        agreement: F1 of the two passes, items of the gold file that are in the graph.
    """

    items: int
    links: int
    precision: float
    lenient_precision: float
    recall: float
    lenient_recall: float
    agreement: float


def read_gold(file: Path = GOLD) -> dict[str, GoldItem]:
    """The annotated items by their code in the graph."""
    marks: dict[str, dict[str, set[str]]] = {}
    about: dict[str, tuple[str, str]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            code = _graph_code(row["item"])
            about[code] = (row["kind"], row["half"])
            passes = marks.setdefault(code, {"a": set(), "b": set()})
            for name in row["passes"]:
                passes[name].add(SKILL + row["skill"])
    return {code: GoldItem(*about[code], frozenset(by["a"]), frozenset(by["b"])) for code, by in marks.items()}


def _graph_code(item: str) -> str:
    for old, new in PREFIXES.items():
        if item.startswith(old):
            return new + item.removeprefix(old)
    return item


def read_links(graph: Graph, gold: dict[str, GoldItem], *, declared: bool = True) -> dict[str, frozenset[str]]:
    """Skill codes that each gold item is linked to; items that the graph does not have are left out.

    Args:
        declared: also what a source lists as skills, which those who judged did not see.
    """
    rows = [row for query in (COURSES, POSTINGS) for row in graph.read(query, codes=sorted(gold), declared=declared)]
    return {row["item"]: frozenset(row["skills"]) for row in rows}


def judge_links(gold: Iterable[GoldItem], links: Iterable[frozenset[str]]) -> LinkFigures:
    """Micro-averaged figures of the links of some items, in the same order as their gold."""
    pairs = list(zip(gold, links, strict=True))
    linked = sum(len(found) for _, found in pairs)
    both = sum(len(item.both) for item, _ in pairs)
    either = sum(len(item.either) for item, _ in pairs)
    sure = sum(len(item.both & found) for item, found in pairs)
    likely = sum(len(item.either & found) for item, found in pairs)
    marked = sum(len(item.first) + len(item.second) for item, _ in pairs)
    return LinkFigures(
        items=len(pairs),
        links=linked,
        precision=_share(sure, linked),
        lenient_precision=_share(likely, linked),
        recall=_share(sure, both),
        lenient_recall=_share(likely, either),
        agreement=_share(2 * both, marked),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def measure(graph: Graph) -> dict[str, LinkFigures]:
    """Figures by kind of item and half of the gold, of all links and of those found in titles and texts.

    The half ``test`` was never looked at while choosing.
    """
    gold, figures = read_gold(), {}
    for which, declared in (("all", True), ("found", False)):
        links = read_links(graph, gold, declared=declared)
        for kind, half in ((kind, half) for kind in ("course", "post") for half in ("dev", "test")):
            codes = [code for code in sorted(links) if (gold[code].kind, gold[code].half) == (kind, half)]
            judged = judge_links((gold[code] for code in codes), (links[code] for code in codes))
            figures[f"{kind} {half} {which}"] = judged
    return figures


def main() -> None:
    """Measure, print and write the result."""
    from skillpath.api.context import load_settings, open_graph

    with open_graph(load_settings()) as graph:
        figures = {name: asdict(each) for name, each in measure(graph).items()}
    RESULT.write_text(json.dumps({"served": True, "figures": figures, **machine()}, indent=2) + "\n", "utf-8")
    for name, each in figures.items():
        print(f"{name:18} " + "  ".join(f"{key} {value}" for key, value in each.items()))


if __name__ == "__main__":
    main()
