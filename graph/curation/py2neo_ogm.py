"""An object-graph mapping of the vocabulary for stewards' notebooks (extra ``ogm``); the only importer of py2neo.

It is for looking and counting. Decisions go through `CurationService`, which keeps the revision log; what an OGM object
pushes by itself is in no revision and is not undone.
"""

from __future__ import annotations

from typing import Any

from py2neo import Graph as OgmGraph
from py2neo.ogm import GraphObject, Property, RelatedFrom, RelatedTo

from skillpath.graph.core.database_settings import Address


class Skill(GraphObject):
    """A skill: `Skill.match(graph, "esco:skill/…").first()`."""

    __primarykey__ = "code"
    code = Property()
    label = Property()
    alt_labels = Property("altLabels")
    definition = Property()
    kind = Property()
    status = Property()
    source = Property()
    revision = Property()
    broader = RelatedTo("Skill", "BROADER")
    narrower = RelatedFrom("Skill", "BROADER")
    related = RelatedTo("Skill", "RELATED")
    replaced_by = RelatedTo("Skill", "REPLACED_BY")
    replaces = RelatedFrom("Skill", "REPLACED_BY")
    terms = RelatedFrom("Term", "MAPS_TO")
    revisions = RelatedFrom("Revision", "CHANGED")


class Term(GraphObject):
    """What a source calls something."""

    __primarykey__ = "code"
    code = Property()
    text = Property()
    source = Property()
    mentions = Property()
    status = Property()
    decided_by = Property("decidedBy")
    means = RelatedTo("Skill", "MAPS_TO")
    candidates = RelatedTo("Skill", "CANDIDATE")
    revisions = RelatedFrom("Revision", "CHANGED")


class Proposal(GraphObject):
    """A change that one steward asks for and another decides."""

    __primarykey__ = "code"
    code = Property()
    kind = Property()
    status = Property()
    by = Property()
    at = Property()
    reason = Property()
    payload = Property()
    decided_by = Property("decidedBy")
    note = Property()
    revisions = RelatedFrom("Revision", "CHANGED")


class Revision(GraphObject):
    """One immutable entry of the revision log; ``before`` and ``after`` are JSON."""

    __primarykey__ = "number"
    number = Property()
    at = Property()
    by = Property()
    action = Property()
    reason = Property()
    before = Property()
    after = Property()
    undoes = Property()
    skills = RelatedTo("Skill", "CHANGED")
    terms = RelatedTo("Term", "CHANGED")
    proposals = RelatedTo("Proposal", "CHANGED")


def connect(address: Address, database: str = "neo4j") -> Any:
    """A py2neo graph of the same database; give it to `Skill.match` and its like."""
    return OgmGraph(address.uri, auth=(address.user, address.password), name=database)
