"""The stewards' term queue, proposals, vocabulary counts and revisions, as commands and GraphQL show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skillpath.graph.core.connection import Graph, Row
from skillpath.graph.core.reads import by_code, by_owner
from skillpath.graph.curation import curation_reads as reads
from skillpath.graph.curation.term_filter import TermFilter

if TYPE_CHECKING:
    from neo4j.time import DateTime


@dataclass(frozen=True)
class QueuePage:
    """A page of terms or proposals.

    Attributes:
        rows: of terms with position, affected, code, text, source, mentions and status; of proposals with position
            and the stored ``properties``.
        total: how many there are on all pages.
    """

    rows: list[Row]
    total: int


@dataclass(frozen=True)
class CandidateSkill:
    """A skill that a term may mean.

    Attributes:
        score: probability in [0, 1].
        method: the stage of matching that found it.
        code: of the skill.
        label: of the skill.
    """

    score: float
    method: str
    code: str
    label: str


@dataclass(frozen=True)
class TermExamples:
    """How many records of each kind mention a term, and a few of them.

    Attributes:
        postings: how many postings do.
        people: how many students do.
        courses: how many resources do.
        projects: how many projects do.
        contexts: titles of some records with the words around the term.
    """

    postings: int
    people: int
    courses: int
    projects: int
    contexts: list[str]


@dataclass(frozen=True)
class VocabularyCounts:
    """The vocabulary in numbers.

    Attributes:
        revision: number of the last revision; 0 before any.
        updated_at: when that was; None before any.
        skills: how many there are.
        terms: how many there are, whatever their status.
        mapped: terms that mean a skill.
        unmapped: terms without any candidate.
        review: terms whose candidates wait for a steward.
        rejected: terms that mean no skill.
    """

    revision: int
    updated_at: DateTime | None
    skills: int
    terms: int
    mapped: int
    unmapped: int
    review: int
    rejected: int


def read_term_page(graph: Graph, asked: TermFilter, first: int, after: int = 0) -> QueuePage:
    """Up to ``first`` terms behind the ``after`` first ones, in the order of the filter."""
    rows = reads.queue_page(graph, asked, first, after)
    # Behind the last page no row says how many there are.
    return QueuePage(rows, rows[0]["total"] if rows else reads.queue_size(graph, asked))


def read_terms(graph: Graph, codes: Sequence[str]) -> list[Row | None]:
    """The row of each term, or None where there is none."""
    return by_code(graph, reads.TERMS, codes)


def read_candidates(graph: Graph, terms: Sequence[str]) -> list[list[CandidateSkill]]:
    """For each term by code the skills that it may mean, the likeliest first."""
    return [[CandidateSkill(**row) for row in rows] for rows in by_owner(graph, reads.CANDIDATES, terms)]


def read_mappings(graph: Graph, terms: Sequence[str]) -> list[list[Row]]:
    """For each term by code the row of what it means, if anybody decided."""
    return by_owner(graph, reads.MEANINGS, terms)


def read_examples(graph: Graph, terms: Sequence[tuple[str, str]]) -> list[TermExamples]:
    """What mentions each term, given as (code, text)."""
    rows = reads.examples(graph, [code for code, _ in terms], [text for _, text in terms])
    names = ("postings", "people", "courses", "projects", "contexts")
    return [TermExamples(**{name: row[name] for name in names}) for row in rows]


def read_proposal_page(graph: Graph, status: str, first: int, after: int = 0) -> QueuePage:
    """Up to ``first`` proposals of a status behind the ``after`` first ones, the oldest first."""
    rows = graph.read(reads.PROPOSALS, status=status, skip=after, first=first)
    return QueuePage(rows, rows[0]["total"] if rows else 0)


def read_proposals(graph: Graph, codes: Sequence[str]) -> list[Row | None]:
    """The row of each proposal with its stored ``properties``, or None where there is none."""
    return by_code(graph, reads.PROPOSAL_ROWS, codes)


def read_vocabulary(graph: Graph) -> VocabularyCounts:
    """The vocabulary in numbers."""
    row = graph.read(reads.VOCABULARY)[0]
    return VocabularyCounts(updated_at=row.pop("updatedAt"), **row)


def read_skill_history(graph: Graph, skills: Sequence[str], first: int) -> list[list[Row]]:
    """For each skill by code the last ``first`` revisions that changed it, the last one first; ``total`` counts all."""
    return [_decode_states(rows) for rows in by_owner(graph, reads.HISTORY, skills, first=first)]


def read_last_revisions(graph: Graph, first: int) -> list[Row]:
    """The last revisions of all, the last one first."""
    return _decode_states(graph.read(reads.LAST, first=first))


def _decode_states(revisions: list[Row]) -> list[Row]:
    """Revisions with ``before`` and ``after`` as values instead of JSON texts."""
    return [{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])} for row in revisions]
