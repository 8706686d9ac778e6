"""The curation actions as frozen records with bounded texts and lists."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from skillpath.errors import BadInput


@dataclass(frozen=True)
class CurationSettings:
    """Rules of the house.

    Attributes:
        own_proposals: whether one may decide one's own proposal.
        label, text: longest label, and longest definition or reason, in characters.
        items: most labels, parents or parts in one action.
        bulk: most terms that one bulk decision may touch.
    """

    own_proposals: bool = False
    label: int = 200
    text: int = 4_000
    items: int = 100
    bulk: int = 5_000


@dataclass(frozen=True)
class Declared:
    """What a record that declares a skill says of it: levels, gain and weight in 0..1 (as the sync would write)."""

    level: float = 0.6
    weight: float = 1.0
    gain: float = 0.6
    stated: float = 0.6


class ProposalKind(StrEnum):
    """What can be proposed."""

    NEW_SKILL = "NEW_SKILL"
    NEW_LABEL = "NEW_LABEL"
    MERGE = "MERGE"
    DEPRECATE = "DEPRECATE"


@dataclass(frozen=True)
class MapTerm:
    """This term means this skill."""

    term: str
    skill: str
    reason: str = ""


@dataclass(frozen=True)
class RejectTerm:
    """This term means no skill."""

    term: str
    reason: str = ""


@dataclass(frozen=True)
class Bulk:
    """One decision about many terms: each to the skill given with it, or none (rejected)."""

    terms: tuple[tuple[str, str | None], ...]
    reason: str = ""


@dataclass(frozen=True)
class Propose:
    """A change for somebody else to decide: what ``kind`` needs of label, skill, into and term."""

    kind: ProposalKind
    reason: str = ""
    label: str = ""
    alt_labels: tuple[str, ...] = ()
    definition: str = ""
    broader: tuple[str, ...] = ()
    term: str = ""
    skill: str = ""
    into: str = ""


@dataclass(frozen=True)
class Decide:
    """Approve or reject a proposal."""

    proposal: str
    approve: bool
    note: str = ""


@dataclass(frozen=True)
class Merge:
    """One skill becomes another: its relationships move, its labels go along, its code redirects."""

    source: str
    into: str
    reason: str = ""


@dataclass(frozen=True)
class SplitPart:
    """One of the skills that a skill is split into, with the terms that mean it."""

    label: str
    alt_labels: tuple[str, ...] = ()
    definition: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class SplitSkill:
    """One skill becomes several; what no term assigns elsewhere goes to the first part."""

    skill: str
    parts: tuple[SplitPart, ...]
    reason: str = ""


@dataclass(frozen=True)
class Deprecate:
    """A skill is no longer used; with a successor its relationships move there."""

    skill: str
    successor: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Undo:
    """Turn one revision back."""

    revision: int
    reason: str = ""


Action = MapTerm | RejectTerm | Bulk | Propose | Decide | Merge | SplitSkill | Deprecate | Undo
NAMES: dict[type[Any], str] = {
    MapTerm: "map",
    RejectTerm: "reject",
    Bulk: "bulk",
    Propose: "propose",
    Decide: "decide",
    Merge: "merge",
    SplitSkill: "split",
    Deprecate: "deprecate",
    Undo: "undo",
}


@dataclass(frozen=True)
class Stamp:
    """Who decides, when (ISO 8601, UTC), and the number the revision will have."""

    by: str
    at: str
    revision: int
    settings: CurationSettings = field(default_factory=CurationSettings)
    declared: Declared = field(default_factory=Declared)


def checked_label(text: str, settings: CurationSettings) -> str:
    """A label in NFC with single spaces.

    Raises:
        BadInput: it is empty, too long, or holds control characters.
    """
    label = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    if not label:
        raise BadInput("A label is empty", where="label", todo="Give the name people use")
    return _bounded(label, "label", settings.label)


def checked_text(text: str, what: str, settings: CurationSettings) -> str:
    """A definition, reason or note within bounds. Raises BadInput."""
    return _bounded(text.strip(), what, settings.text)


def slug(label: str) -> str:
    """The local part of a code for a label.

    >>> slug("Prompt  Engineering (LLM)"), slug("C++"), slug("数据分析")
    ('prompt-engineering-llm', 'c++', '数据分析')
    """
    merge_small_groups = unicodedata.normalize("NFKC", label).casefold()
    return re.sub(r"[^\w+#.]+", "-", merge_small_groups).strip("-") or "skill"


def _bounded(text: str, what: str, most: int) -> str:
    if len(text) > most:
        raise BadInput(f"The {what} has {len(text)} characters", where=what, todo=f"Give at most {most}")
    if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
        raise BadInput(f"The {what} holds control characters", where=what, todo="Take them out")
    return text
