"""The data of curation: nodes, links, slices, changes and the working copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from skillpath.errors import BadInput, NotFound, SkillpathError

Props = Mapping[str, Any]
Label = Literal["Skill", "Term", "Proposal"]
SKILL_LINKS = ("BROADER", "RELATED", "REPLACED_BY", "MAPS_TO")
"""Links whose both ends may be skills."""


class Conflict(SkillpathError):
    """Somebody decided this meanwhile; nothing was overwritten."""

    code = "CONFLICT"


class Forbidden(SkillpathError):
    """This person may not decide this."""

    code = "FORBIDDEN"


class Node(NamedTuple):
    """One thing that decisions are about."""

    label: Label
    code: str


class Link(NamedTuple):
    """One relationship into a skill; ``run`` is empty unless a run computed it."""

    type: str
    label: str
    source: str
    target: str
    run: str = ""

    @property
    def maps_term(self) -> bool:
        """Whether this says what a term means; a crosswalk between vocabularies has the same type."""
        return self.type == "MAPS_TO" and self.label == "Term"


@dataclass(frozen=True)
class Mention:
    """A record that mentions a term, and the skills its other accepted terms mean."""

    term: str
    label: str
    record: str
    others: tuple[str, ...] = ()


@dataclass
class Slice:
    """The part of the vocabulary that one decision can see.

    Attributes:
        nodes: properties by node; a node that is not there does not exist.
        links: properties by link.
        mentions: records by the term they mention.
    """

    nodes: dict[Node, dict[str, Any]] = field(default_factory=dict)
    links: dict[Link, dict[str, Any]] = field(default_factory=dict)
    mentions: dict[str, list[Mention]] = field(default_factory=dict)

    def skill(self, code: str) -> dict[str, Any]:
        """Properties of a skill. Raises NotFound."""
        return self._node(Node("Skill", code), "skill")

    def term(self, code: str) -> dict[str, Any]:
        """Properties of a term. Raises NotFound."""
        return self._node(Node("Term", code), "term")

    def proposal(self, code: str) -> dict[str, Any]:
        """Properties of a proposal. Raises NotFound."""
        return self._node(Node("Proposal", code), "proposal")

    def successor(self, code: str) -> str | None:
        """The skill that replaced this one, at the end of the chain; None if nothing did."""
        seen, at = {code}, code
        while True:
            then = [link.target for link in self.links if link.type == "REPLACED_BY" and link.source == at]
            if not then or then[0] in seen:
                return None if at == code else at
            at = then[0]
            seen.add(at)

    def active_skill(self, code: str) -> dict[str, Any]:
        """Properties of a skill that is not deprecated. Raises NotFound, BadInput."""
        found = self.skill(code)
        if found.get("status") == "deprecated":
            then = self.successor(code)
            todo = f"Use {then}" if then else "Choose another skill"
            raise BadInput("This skill is deprecated", where=code, todo=todo)
        return found

    def mappable_skill(self, code: str) -> dict[str, Any]:
        """Properties of a skill that a term may mean: neither deprecated nor a group.

        Raises:
            NotFound, BadInput: it is not there, or may not be chosen.
        """
        found = self.active_skill(code)
        if found.get("kind") == "group":
            raise BadInput("This is a group, which no term can mean", where=code, todo="Choose a skill below it")
        return found

    def _node(self, node: Node, what: str) -> dict[str, Any]:
        if node not in self.nodes:
            raise NotFound(f"No such {what}", where=node.code, todo="Check the code")
        return self.nodes[node]


class NodeChange(NamedTuple):
    """Properties of one node that change: the same keys before and after; None means not there."""

    node: Node
    before: Props
    after: Props


class LinkChange(NamedTuple):
    """All properties of one link before and after; None where the link does not exist."""

    link: Link
    before: Props | None
    after: Props | None


@dataclass(frozen=True)
class Changes:
    """What a decision changes, in a form that can be applied, turned round and summarised."""

    nodes: tuple[NodeChange, ...] = ()
    links: tuple[LinkChange, ...] = ()

    def inverse(self) -> Changes:
        """What undoes this."""
        return Changes(
            tuple(NodeChange(c.node, c.after, c.before) for c in self.nodes),
            tuple(LinkChange(c.link, c.after, c.before) for c in self.links),
        )

    def apply(self, to: Slice) -> None:
        """Make the changes in memory."""
        for change in self.nodes:
            found = to.nodes.setdefault(change.node, {"code": change.node.code})
            for name, value in change.after.items():
                found.pop(name, None)
                if value is not None:
                    found[name] = value
        for link, _, after in self.links:
            to.links.pop(link, None)
            if after is not None:
                to.links[link] = dict(after)

    def summarise(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Before and after, small enough to read: properties by node, the term's skill, and links by type."""
        before: dict[str, Any] = {c.node.code: dict(c.before) for c in self.nodes}
        after: dict[str, Any] = {c.node.code: dict(c.after) for c in self.nodes}
        for link, was, now in self.links:
            for side, props in ((before, was), (after, now)):
                if props is None:
                    continue
                if link.maps_term:
                    side.setdefault(link.source, {})["skill"] = link.target
                key = f"{link.label} {link.type}"
                counts = side.setdefault(link.target, {}).setdefault("links", {})
                counts[key] = counts.get(key, 0) + 1
        return before, after


class WorkingCopy:
    """A working copy of a slice that records what changed.

    Attributes:
        meanings: skills by the term that is mapped to them, as they stand in the copy.
    """

    def __init__(self, seen: Slice, revision: int) -> None:
        self.seen, self.revision = seen, revision
        self._nodes: dict[Node, dict[str, Any]] = {}
        self._links: dict[Link, dict[str, Any] | None] = {}
        self.meanings: dict[str, set[str]] = {}
        for link in seen.links:
            if link.maps_term:
                self.meanings.setdefault(link.source, set()).add(link.target)

    @cached_property
    def terms_of(self) -> dict[tuple[str, str], list[str]]:
        """The terms that each record mentions, of those in sight."""
        found: dict[tuple[str, str], list[str]] = {}
        for term, mentions in self.seen.mentions.items():
            for mention in mentions:
                found.setdefault((mention.label, mention.record), []).append(term)
        return found

    def set(self, label: Label, code: str, /, **properties: Any) -> None:
        """Change properties of a node; None takes a property away. The node is marked with this revision."""
        self.restore(Node(label, code), {"revision": self.revision, "standing": self.revision, **properties})

    def restore(self, node: Node, properties: Props) -> None:
        """Change exactly these properties."""
        found = self.seen.nodes.setdefault(node, {"code": node.code})
        first = self._nodes.setdefault(node, {})
        for name, value in properties.items():
            first.setdefault(name, found.get(name))
            found.pop(name, None)
            if value is not None:
                found[name] = value

    def create(self, label: Label, code: str, withdrawn: str, /, **properties: Any) -> None:
        """A new node; what undoes it sets its status to ``withdrawn``, so that its code keeps resolving."""
        if Node(label, code) in self.seen.nodes:
            raise Conflict("This code is taken", where=code, todo="Choose another label or code")
        self.set(label, code, **properties)
        self._nodes[Node(label, code)] = {**self.seen.nodes[Node(label, code)], "status": withdrawn}

    def put(self, link: Link, properties: Props | None) -> None:
        """Set a link's properties, or take the link away with None."""
        self._links.setdefault(link, self.seen.links.get(link))
        self.seen.links.pop(link, None)
        if properties is not None:
            self.seen.links[link] = dict(properties)
        if link.maps_term:
            meant = self.meanings.setdefault(link.source, set())
            (meant.discard if properties is None else meant.add)(link.target)

    def changes(self) -> Changes:
        """What differs from the start, in a stable order."""
        nodes = []
        for node, first in sorted(self._nodes.items()):
            now = self.seen.nodes[node]
            after = {name: now.get(name) for name in first}
            if after != first:
                nodes.append(NodeChange(node, first, after))
        links = [LinkChange(link, first, self.seen.links.get(link)) for link, first in sorted(self._links.items())]
        return Changes(tuple(nodes), tuple(c for c in links if c.before != c.after))
