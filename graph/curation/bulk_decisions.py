"""One decision for all terms that a filter matches, with a preview count."""

from __future__ import annotations

from dataclasses import dataclass

from skillpath.errors import BadInput
from skillpath.graph.core.connection import Row
from skillpath.graph.curation.curation_reads import CANDIDATES, queue_page
from skillpath.graph.curation.curation_service import CurationService
from skillpath.graph.curation.term_filter import TermFilter
from skillpath.ontology.curation.actions import Bulk


@dataclass(frozen=True)
class BulkResult:
    """How many terms are meant, and the revision that decided them; None for a preview or where none is."""

    count: int
    revision: int | None = None


def decide_filtered(
    curation: CurationService,
    wanted: TermFilter,
    by: str,
    to_candidate: bool,
    least: float,
    preview: bool,
    reason: str = "",
    seen: int | None = None,
) -> BulkResult:
    """Map each term to its likeliest candidate, if that has ``least`` probability, or reject them all.

    Raises:
        BadInput: ``least`` is no probability, or too many terms are meant. Conflict: see `CurationService.do`.
    """
    if not 0 <= least <= 1:
        raise BadInput(f"{least} is no probability", where="least score", todo="Give a number from 0 to 1")
    most = curation.settings.bulk
    rows = queue_page(curation.graph, wanted, most + 1)
    best = _best(curation, rows)
    if to_candidate:
        terms = [(t, best[t][0]) for t in (row["code"] for row in rows) if t in best and best[t][1] >= least]
        chosen: tuple[tuple[str, str | None], ...] = tuple(terms)
    else:
        chosen = tuple((row["code"], None) for row in rows if least <= 0 or best.get(row["code"], ("", 0.0))[1] < least)
    if preview or not chosen:
        return BulkResult(len(chosen))
    return BulkResult(len(chosen), curation.do(Bulk(chosen, reason), by, seen).number)


def _best(curation: CurationService, rows: list[Row]) -> dict[str, tuple[str, float]]:
    """The likeliest candidate of each term and its probability."""
    found: dict[str, tuple[str, float]] = {}
    for row in curation.graph.read(CANDIDATES, codes=[row["code"] for row in rows]):
        found.setdefault(row["owner"], (row["code"], row["score"]))
    return found
