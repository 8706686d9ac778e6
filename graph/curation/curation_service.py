"""The curation service: each decision is one transaction and one immutable revision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from skillpath.cypher import query
from skillpath.errors import NotFound
from skillpath.graph.core.connection import Graph, Transaction
from skillpath.graph.curation.curation_slices import load_slice
from skillpath.graph.curation.property_codec import packed, plain_text, stored, unpacked
from skillpath.ontology.curation.actions import NAMES, Action, CurationSettings, Declared, Stamp, Undo
from skillpath.ontology.curation.decide import decide, undo
from skillpath.ontology.curation.working_copy import Changes, Conflict, Node

log = structlog.get_logger(__name__)
LOCK = query("curation/lock_vocabulary")
PUT_NODES = {
    "Skill": query("curation/put_skills", "rows"),
    "Term": query("curation/put_terms", "rows"),
    "Proposal": query("curation/put_proposals", "rows"),
}
PUT_LINKS = query("curation/put_links", "rows")
WRITE = query("curation/write_revision", "row", "skills", "terms", "proposals")
READ = query("curation/read_revision", "number")
REVISIONS = query("curation/read_revisions", "after", "first")
PAGE = 200


@dataclass(frozen=True)
class Revision:
    """One decision of the revision log; ``changes`` holds every property and link before and after."""

    number: int
    at: str
    by: str
    action: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]
    changes: Changes
    undoes: int | None = None


@dataclass(frozen=True)
class CurationService:
    """The curation service; every method is one transaction."""

    graph: Graph
    settings: CurationSettings = field(default_factory=CurationSettings)
    declared: Declared = field(default_factory=Declared)

    def do(self, action: Action, by: str, seen: int | None = None) -> Revision:
        """Carry out ``action`` for ``by``.

        Args:
            seen: revision of the vocabulary that the steward looked at; without it, what another person decided
                about the same term is not overwritten.

        Raises:
            Conflict: somebody decided about the same things since.
            BadInput, NotFound, Forbidden: the action is not possible; nothing was changed.
        """
        made = self.graph.transact(lambda tx: self._do(tx, action, by, seen))
        log.info("decision.made", revision=made.number, action=made.action)
        return made

    def revision_log(self, after: int = 0) -> Iterator[Revision]:
        """Revisions with a number above ``after``, in order, a page in memory at a time."""
        while rows := self.graph.read(REVISIONS, after=after, first=PAGE):
            for row in rows:
                yield revision_of(row["properties"])
            after = rows[-1]["properties"]["number"]

    def replay(self, revision: Revision) -> None:
        """Make a revision of another graph's log here; it must be the next one.

        Raises:
            Conflict: it is not.
        """
        self.graph.transact(lambda tx: _replay(tx, revision))
        log.info("decision.replayed", revision=revision.number, action=revision.action)

    def _do(self, tx: Transaction, action: Action, by: str, seen: int | None) -> Revision:
        last = tx.run(LOCK)[0]["revision"]
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        stamp = Stamp(by, now, last + 1, self.settings, self.declared)
        if isinstance(action, Undo):
            return _written(tx, _undone(tx, action, stamp), action, stamp)
        view = load_slice(tx, action)
        fresh = {node: dict(properties) for node, properties in view.nodes.items()}
        changes = decide(action, view, stamp)
        _refuse_stale(changes, fresh, by, seen)
        return _written(tx, changes, action, stamp)


def revision_of(row: dict[str, Any]) -> Revision:
    """A revision from its stored properties."""
    return Revision(
        row["number"],
        row["at"],
        row["by"],
        row["action"],
        row.get("reason") or "",
        unpacked(row["before"]),
        unpacked(row["after"]),
        stored(row["changes"]),
        row.get("undoes"),
    )


def _refuse_stale(changes: Changes, fresh: dict[Node, dict[str, Any]], by: str, seen: int | None) -> None:
    """What was decided after the steward looked is not overwritten."""
    for node, _, _ in changes.nodes:
        was = fresh.get(node, {})
        last = was.get("revision") or 0
        if seen is not None and last > seen:
            raise Conflict(f"Revision {last} changed this meanwhile", where=node.code, todo="Look again, then decide")
        decided = node.label == "Term" and was.get("decidedBy") not in (None, by)
        if seen is None and decided:
            raise Conflict(
                f"{was['decidedBy']} decided about this term",
                where=node.code,
                todo=f"Look at it, then decide with revision {last} as the one you saw",
            )


def _undone(tx: Transaction, action: Undo, stamp: Stamp) -> Changes:
    rows = tx.run(READ, number=action.revision)
    if not rows:
        raise NotFound("No such revision", where=str(action.revision), todo="See `skillpath ontology history`")
    old = revision_of(rows[0]["properties"])
    return undo(old.changes, old.number, load_slice(tx, old.changes), stamp)


def _written(tx: Transaction, changes: Changes, action: Action, stamp: Stamp) -> Revision:
    before, after = changes.summarise()
    reason = getattr(action, "reason", "") or getattr(action, "note", "")
    undoes = action.revision if isinstance(action, Undo) else None
    done = Revision(stamp.revision, stamp.at, stamp.by, NAMES[type(action)], reason, before, after, changes, undoes)
    _apply(tx, done)
    return done


def _replay(tx: Transaction, revision: Revision) -> None:
    last = tx.run(LOCK)[0]["revision"]
    if revision.number != last + 1:
        raise Conflict(
            f"Revision {revision.number} does not follow {last}",
            where="trail",
            todo="Replay a trail from where it ends",
        )
    _apply(tx, revision)


def _apply(tx: Transaction, revision: Revision) -> None:
    """Write the changes, then the revision that tells of them."""
    subjects: dict[str, list[str]] = {label: [] for label in PUT_NODES}
    rows: dict[str, list[dict[str, Any]]] = {label: [] for label in PUT_NODES}
    for node, _, after in revision.changes.nodes:
        subjects[node.label].append(node.code)
        rows[node.label].append({"code": node.code, "properties": dict(after)})
    for label, statement in PUT_NODES.items():
        if rows[label]:
            tx.run(statement, rows=rows[label])
    links = [
        {
            **link._asdict(),
            "existed": before is not None,
            "properties": None if after is None else plain_text(after),
        }
        for link, before, after in revision.changes.links
    ]
    if links:
        tx.run(PUT_LINKS, rows=links)
    row = {
        "number": revision.number,
        "at": revision.at,
        "by": revision.by,
        "action": revision.action,
        "reason": revision.reason or None,
        "undoes": revision.undoes,
        "before": packed(revision.before),
        "after": packed(revision.after),
        "changes": stored(revision.changes),
    }
    tx.run(WRITE, row=row, skills=subjects["Skill"], terms=subjects["Term"], proposals=subjects["Proposal"])
