"""Decisions that move relationships between skills: merge, split, deprecate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from skillpath.errors import BadInput
from skillpath.ontology.curation.actions import (
    Deprecate,
    Merge,
    SplitPart,
    SplitSkill,
    Stamp,
    checked_label,
    checked_text,
    slug,
)
from skillpath.ontology.curation.links import merge_links
from skillpath.ontology.curation.term_decisions import assign
from skillpath.ontology.curation.working_copy import SKILL_LINKS, Link, Props, Slice, WorkingCopy

LOCAL = "local:skill/"


def merge(working_copy: WorkingCopy, action: Merge, stamp: Stamp) -> None:
    """``source`` becomes ``into``."""
    checked_text(action.reason, "reason", stamp.settings)
    source, into = _two(working_copy.seen, action.source, action.into)
    known = set(into.get("altLabels") or ()) | {into["label"]}
    fresh = [x for x in (source["label"], *(source.get("altLabels") or ())) if x not in known]
    add_labels(working_copy, action.into, fresh)
    _redirect(working_copy, action.source, action.into)


def deprecate(working_copy: WorkingCopy, action: Deprecate, stamp: Stamp) -> None:
    """The skill is used no more; terms that meant it move on, or return to the queue."""
    checked_text(action.reason, "reason", stamp.settings)
    found = working_copy.seen.skill(action.skill)
    if found.get("status") == "deprecated":
        raise BadInput("This skill is deprecated already", where=action.skill, todo="Choose another skill")
    if action.successor:
        _two(working_copy.seen, action.skill, action.successor)
        _redirect(working_copy, action.skill, action.successor)
        return
    for link in [k for k in working_copy.seen.links if k.maps_term and k.target == action.skill]:
        assign(working_copy, link.source, None, stamp, status="unmapped")
    _retire(working_copy, action.skill)


def split(working_copy: WorkingCopy, action: SplitSkill, stamp: Stamp) -> None:
    """The skill becomes the parts: terms go where they are assigned, with the records that mention them."""
    checked_text(action.reason, "reason", stamp.settings)
    old = working_copy.seen.mappable_skill(action.skill)
    if not 2 <= len(action.parts) <= stamp.settings.items:
        raise BadInput(f"{len(action.parts)} parts", where="parts", todo=f"Give 2 to {stamp.settings.items}")
    codes = [_create_part(working_copy, part, old, stamp) for part in action.parts]
    if len(set(codes)) < len(codes):
        raise BadInput("Two parts have one label", where="parts", todo="Give each its own")
    owner = _owners(working_copy.seen, action, codes)
    for link in _about(working_copy.seen, action.skill):
        if link.type in ("BROADER", "RELATED", "MAPS_TO") and link.label == "Skill":
            # The release knows the first part by the old code, and nothing of the others.
            kept = working_copy.seen.links[link]
            for code in codes:
                own = kept if code == codes[0] else {**kept, "source": "local"}
                _put_joined(working_copy, _moved(link, action.skill, code), own)
        else:
            target = owner.get((link.label, link.source), codes[0])
            _put_joined(working_copy, _moved(link, action.skill, target), working_copy.seen.links[link])
        working_copy.put(link, None)
    working_copy.put(Link("REPLACED_BY", "Skill", action.skill, codes[0]), {})
    _retire(working_copy, action.skill)


def create_skill(working_copy: WorkingCopy, label: str, stamp: Stamp, **properties: Any) -> str:
    """A skill of our own; its code."""
    name = checked_label(label, stamp.settings)
    code = LOCAL + slug(name)
    fixed = {"label": name, "status": "released", "source": "local"}
    working_copy.create("Skill", code, "deprecated", **{"kind": "skill", **properties, **fixed})
    return code


def add_labels(working_copy: WorkingCopy, code: str, labels: Iterable[str]) -> None:
    """More alternative labels, kept apart too so that a later release does not lose them."""
    found = working_copy.seen.skill(code)
    local = sorted({*(found.get("localLabels") or ()), *labels})
    every = sorted({*(found.get("altLabels") or ()), *labels} - {found["label"]})
    working_copy.set("Skill", code, localLabels=local or None, altLabels=every)


def _create_part(working_copy: WorkingCopy, part: SplitPart, old: Props, stamp: Stamp) -> str:
    labels = sorted({checked_label(x, stamp.settings) for x in part.alt_labels[: stamp.settings.items]})
    text = checked_text(part.definition, "definition", stamp.settings)
    more = {"altLabels": labels, "localLabels": labels or None, "definition": text or None}
    return create_skill(
        working_copy, part.label, stamp, **more, kind=old.get("kind", "skill"), category=old.get("category")
    )


def _owners(seen: Slice, action: SplitSkill, codes: list[str]) -> dict[tuple[str, str], str]:
    """Which part a term or record goes to, where a term assigns it; the first assignment counts."""
    owner: dict[tuple[str, str], str] = {}
    for part, code in zip(action.parts, codes, strict=True):
        for term in part.terms:
            if Link("MAPS_TO", "Term", term, action.skill) not in seen.links:
                raise BadInput("This term does not mean the skill", where=term, todo="Assign only terms that do")
            if owner.setdefault(("Term", term), code) != code:
                raise BadInput("This term is assigned twice", where=term, todo="Assign it to one part")
            for mention in seen.mentions.get(term, ()):
                owner.setdefault((mention.label, mention.record), code)
    return owner


def _two(seen: Slice, code: str, other: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two skills of which the first may become the second."""
    if code == other:
        raise BadInput("A skill cannot become itself", where=code, todo="Choose another one")
    pair = seen.skill(code), seen.skill(other)
    for name, found in zip((code, other), pair, strict=True):
        if found.get("status") == "deprecated":
            then = seen.successor(name)
            raise BadInput("This skill is deprecated", where=name, todo=f"Use {then}" if then else "Choose another")
    if (pair[0].get("kind") == "group") != (pair[1].get("kind") == "group"):
        raise BadInput("A group and a skill cannot be one", where=f"{code}, {other}", todo="Choose two of a kind")
    for low, high in ((code, other), (other, code)):
        if _between(seen, low, high):
            raise BadInput(
                f"{low} lies below {high} with others between them, so joining them would close a cycle",
                where="BROADER",
                todo="Merge what lies between them first",
            )
    return pair


def _between(seen: Slice, low: str, high: str) -> bool:
    """Whether a path of two or more BROADER links leads from ``low`` up to ``high``."""
    parents: dict[str, set[str]] = {}
    for link in seen.links:
        if link.type == "BROADER":
            parents.setdefault(link.source, set()).add(link.target)
    frontier = reached = parents.get(low, set()) - {high}
    while frontier:
        above = {p for code in frontier for p in parents.get(code, ())}
        if high in above:
            return True
        frontier = above - reached
        reached = reached | frontier
    return False


def _redirect(working_copy: WorkingCopy, code: str, successor: str) -> None:
    for link in _about(working_copy.seen, code):
        moved = _moved(link, code, successor)
        properties = working_copy.seen.links[link]
        working_copy.put(link, None)
        if moved.label == "Skill" and moved.type in SKILL_LINKS and moved.source == moved.target:
            continue  # What joined the two has nothing left to say once they are one.
        _put_joined(working_copy, moved, properties)
        if link.maps_term:
            working_copy.set("Term", link.source)
    working_copy.put(Link("REPLACED_BY", "Skill", code, successor), {})
    working_copy.set("Skill", successor)
    _retire(working_copy, code)


def _retire(working_copy: WorkingCopy, code: str) -> None:
    working_copy.set("Skill", code, status="deprecated", localStatus="deprecated")


def _about(seen: Slice, code: str) -> list[Link]:
    return sorted(k for k in seen.links if code == k.target or (k.label == "Skill" and code == k.source))


def _moved(link: Link, code: str, successor: str) -> Link:
    if link.label == "Skill" and link.source == code:
        link = link._replace(source=successor)
    return link._replace(target=successor) if link.target == code else link


def _put_joined(working_copy: WorkingCopy, link: Link, properties: Props) -> None:
    known = working_copy.seen.links.get(link)
    working_copy.put(link, dict(properties) if known is None else merge_links(known, properties))
