"""The service's reads of students, skills and runs, and how rows are given to the codes that were asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skillpath.cypher import Query, query
from skillpath.graph.core.connection import Graph, Row

SEARCH = query("skills/search", "lucene", "limit")
SKILLS = query("skills/read_skills", "codes")
BROADER = query("skills/read_broader", "codes")
NARROWER = query("skills/read_narrower", "codes", "first")
REPLACEMENTS = query("skills/read_replacements", "codes")
STUDENTS = query("students/read_students", "codes")
LACKING = query("students/read_lacking", "codes", "run")
CAPABILITIES = query("students/read_capabilities", "codes", "run")
BROADER_CAPABILITIES = query("students/read_broader_capabilities", "codes", "run")
STAGE_STATES = query("students/read_stage_states", "codes", "run")
DIMENSIONS = query("students/read_dimensions", "codes", "run")
EXAMPLES = query("students/some_with_chains", "run", "first")
RUNS = query("runs/read_runs", "codes")
PING = query("admin/ping")

_LUCENE_SPECIAL = re.compile(r'([+\-&|!(){}\[\]^"~*?:\\/<>=])')
_OVERSAMPLE = 10
MAX_WORDS = 12


def lucene_query(text: str) -> str:
    r"""A full-text query that takes every character of ``text`` literally: the phrase first, then near spellings.

    >>> lucene_query('c++ AND')
    '"c\\+\\+ and"^4 OR c\\+\\+~1 OR and~1'
    """
    words = [_LUCENE_SPECIAL.sub(r"\\\1", word) for word in text.casefold().split()[:MAX_WORDS]]
    return " OR ".join([f'"{" ".join(words)}"^4', *(f"{word}~1" for word in words)])


def search_skills(graph: Graph, text: str, first: int) -> list[Row]:
    """Skills by what people call them, best first, each with ``score`` in (0, 1] and ``method``.

    A label equal to the text comes first (``exact``, 1.0), then an equal alternative label (``alternative``, 0.95),
    then full-text hits (``fulltext``, at most 0.9, relative to the best one).
    """
    if not text.split():
        return []
    rows = graph.read(SEARCH, lucene=lucene_query(text), limit=first + _OVERSAMPLE)
    top = max((row["score"] for row in rows), default=1.0)
    wanted = " ".join(text.casefold().split())
    for row in rows:
        row["method"], row["score"] = _graded(row, wanted, top)
    return sorted(rows, key=lambda row: (-row["score"], row["label"], row["code"]))[:first]


def _graded(row: Row, wanted: str, top: float) -> tuple[str, float]:
    if row["label"].casefold() == wanted:
        return "exact", 1.0
    if wanted in (alternative.casefold() for alternative in row["altLabels"] or ()):
        return "alternative", 0.95
    return "fulltext", round(0.9 * row["score"] / top, 4)


def by_owner(graph: Graph, statement: Query, codes: Sequence[str], **parameters: object) -> list[list[Row]]:
    """Rows of a statement for each code, in the order of ``codes``; rows carry the code as ``owner``."""
    found: dict[str, list[Row]] = {code: [] for code in codes}
    for row in graph.read(statement, codes=list(found), **parameters):
        found[row.pop("owner")].append(row)
    return [found[code] for code in codes]


def by_code(graph: Graph, statement: Query, codes: Sequence[str]) -> list[Row | None]:
    """The row of each code or None, in the order of ``codes``."""
    found = {row["code"]: row for row in graph.read(statement, codes=list(codes))}
    return [found.get(code) for code in codes]
