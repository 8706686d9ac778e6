"""Loads the part of the graph that one curation decision needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from skillpath.cypher import query
from skillpath.graph.core.connection import Transaction
from skillpath.graph.curation.property_codec import plain
from skillpath.ontology.curation.actions import (
    Action,
    Bulk,
    Decide,
    Deprecate,
    MapTerm,
    Merge,
    ProposalKind,
    Propose,
    RejectTerm,
    SplitSkill,
    slug,
)
from skillpath.ontology.curation.moving import LOCAL
from skillpath.ontology.curation.proposals import parsed
from skillpath.ontology.curation.term_decisions import EVIDENCE
from skillpath.ontology.curation.working_copy import Changes, Label, Link, Mention, Node, Slice

NODES = {
    "Skill": query("curation/read_skills", "codes"),
    "Term": query("curation/read_terms", "codes"),
    "Proposal": query("curation/read_proposals", "codes"),
}
LINKS = query("curation/read_links", "codes")
ANCESTORS = query("curation/read_ancestors", "codes")
SUCCESSORS = query("curation/read_successors", "codes")
MAPPINGS = query("curation/read_mappings", "codes")
MENTIONS = query("curation/read_mentions", "codes", "labels")
RECORDED = query("curation/read_evidence", "codes", "skills", "labels")


def load_slice(tx: Transaction, what: Action | Changes) -> Slice:
    """Everything that deciding ``what``, or turning it back, looks at."""
    loader = _Loader(tx)
    if isinstance(what, Changes):
        for node, _, _ in what.nodes:
            loader.nodes(node.label, [node.code])
        loader.links(
            sorted({c.link.target for c in what.links} | {c.link.source for c in what.links if c.link.label == "Skill"})
        )
    else:
        loader.action(what)
    return loader.slice


class _Loader:
    def __init__(self, tx: Transaction) -> None:
        self.tx, self.slice = tx, Slice()

    def action(self, what: Action) -> None:
        match what:
            case MapTerm(term, skill):
                self.terms([term], [skill])
            case RejectTerm(term):
                self.terms([term], [])
            case Bulk(terms):
                self.terms([t for t, _ in terms], sorted({s for _, s in terms if s}))
            case Merge(source, into):
                self.moving([source, into])
            case Deprecate(skill, successor):
                self.moving([skill, successor] if successor else [skill])
            case SplitSkill(skill, parts):
                self.moving([skill])
                self.nodes("Skill", [LOCAL + slug(part.label) for part in parts])
            case Propose():
                self.proposed(what)
            case Decide(proposal):
                self.nodes("Proposal", [proposal])
                found = self.slice.nodes.get(Node("Proposal", proposal))
                if found:
                    self.approved(parsed(found))

    def proposed(self, asked: Propose) -> None:
        codes = [c for c in (asked.skill, asked.into, *asked.broader) if c]
        self.nodes("Skill", codes)
        self.successors(codes)
        self.nodes("Term", [asked.term] if asked.term else [])

    def approved(self, asked: Propose) -> None:
        self.proposed(asked)
        created = [LOCAL + slug(asked.label)] if asked.kind is ProposalKind.NEW_SKILL else []
        self.nodes("Skill", created)
        if asked.term:
            self.terms([asked.term], [asked.skill] if asked.skill else [])
        if asked.kind in (ProposalKind.MERGE, ProposalKind.DEPRECATE):
            self.moving([c for c in (asked.skill, asked.into) if c])

    def terms(self, terms: list[str], skills: list[str]) -> None:
        """Terms with their mappings, the records that mention them, and what those say of the skills concerned."""
        self.nodes("Term", terms)
        old = self._pairs("MAPS_TO", "Term", self.tx.run(MAPPINGS, codes=terms))
        self.nodes("Skill", sorted({*skills, *old}))
        self.successors(skills)
        for row in self.tx.run(MENTIONS, codes=terms, labels=list(EVIDENCE)):
            mention = Mention(row["term"], row["label"], row["record"], tuple(sorted(row["others"])))
            self.slice.mentions.setdefault(row["term"], []).append(mention)
        concerned = sorted({*skills, *old})
        for row in self.tx.run(RECORDED, codes=terms, skills=concerned, labels=list(EVIDENCE)):
            self._link(row)

    def moving(self, codes: list[str]) -> None:
        """Skills with all their links, what lies above them, and the terms that mean them."""
        self.nodes("Skill", codes)
        self.successors(codes)
        self._pairs("BROADER", "Skill", self.tx.run(ANCESTORS, codes=codes))
        mapped = self.links(codes)
        self.nodes("Term", sorted(mapped))
        if len(codes) == 1 and mapped:
            self.terms(sorted(mapped), codes)

    def links(self, codes: list[str]) -> set[str]:
        """Every link of the skills; the terms among their sources."""
        for row in self.tx.run(LINKS, codes=codes)[0]["links"]:
            self._link(row)
        return {link.source for link in self.slice.links if link.maps_term}

    def nodes(self, label: Label, codes: Iterable[str]) -> None:
        wanted = [c for c in codes if Node(label, c) not in self.slice.nodes]
        for row in self.tx.run(NODES[label], codes=wanted) if wanted else ():
            self.slice.nodes[Node(label, row["code"])] = {k: v for k, v in row["properties"].items() if v is not None}

    def successors(self, codes: list[str]) -> None:
        self._pairs("REPLACED_BY", "Skill", self.tx.run(SUCCESSORS, codes=codes))

    def _pairs(self, type_: str, label: str, rows: list[dict[str, Any]]) -> set[str]:
        for row in rows:
            self.slice.links[Link(type_, label, row["source"], row["target"])] = plain(row["properties"])
        return {row["target"] for row in rows}

    def _link(self, row: dict[str, Any]) -> None:
        link = Link(row["type"], row["label"], row["source"], row["target"], row.get("run") or "")
        self.slice.links[link] = plain(row["properties"])
