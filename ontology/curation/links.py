"""Merging of relationship properties declared by terms with those found in texts."""

from __future__ import annotations

from typing import Any

from skillpath.ontology.curation.working_copy import Props

DECLARED = "term"
_MOST = ("level", "weight", "gain", "relevance", "score", "have", "required")
_KEPT = {
    "via": "foundVia",
    "level": "foundLevel",
    "gain": "foundGain",
    "weight": "foundWeight",
    "relevance": "foundRelevance",
    "essential": "foundEssential",
}
"""Under which names a declared link keeps what was found without the term, so that it outlives the term's meaning."""


def strip_declared(properties: Props) -> dict[str, Any] | None:
    """What the link says without any term; None if it is there for a term alone.

    >>> strip_declared({"level": 0.6, "via": "term", "foundLevel": 0.25, "foundVia": "text"})
    {'via': 'text', 'level': 0.25}
    """
    if properties.get("via") != DECLARED:
        return dict(properties)
    kept = {name: properties[below] for name, below in _KEPT.items() if properties.get(below) is not None}
    return kept or None


def overlay_declared(declaration: Props, known: Props | None) -> dict[str, Any]:
    """``declaration`` by a term, over what the link has already."""
    below = strip_declared(known) if known is not None and "via" in known else None
    return {**(known or {}), **declaration, **_below(below)}


def merge_links(one: Props, other: Props) -> dict[str, Any]:
    """Two relationships as one: the stronger level, weight, gain or score counts; essential if either is.

    Evidence is the union; what is still missing is required − have; what is declared by a term stays so, above what
    both texts say; everything else is as in ``one``.

    >>> merge_links({"level": 0.4, "essential": False}, {"level": 0.8, "essential": True})
    {'level': 0.8, 'essential': True}
    """
    both = _stronger(one, other)
    if DECLARED in (one.get("via"), other.get("via")):
        texts = [text for text in (strip_declared(one), strip_declared(other)) if text is not None]
        both["via"] = DECLARED
        both |= _below(_stronger(texts[0], texts[-1]) if texts else None)
    return {name: both[name] for name in (*one, *(k for k in both if k not in one))}


def _below(text: Props | None) -> dict[str, Any]:
    return {_KEPT[name]: value for name, value in (text or {}).items() if name in _KEPT}


def _stronger(one: Props, other: Props) -> dict[str, Any]:
    both: dict[str, Any] = {**other, **one}
    for name in _MOST:
        values = [float(p[name]) for p in (one, other) if p.get(name) is not None]
        if values:
            both[name] = max(values)
    if "essential" in both:
        both["essential"] = bool(one.get("essential") or other.get("essential"))
    if isinstance(both.get("evidence"), list):
        both["evidence"] = sorted({*(one.get("evidence") or ()), *(other.get("evidence") or ())})
    if both.get("kind") in ("essential", "optional"):
        both["kind"] = "essential" if "essential" in (one.get("kind"), other.get("kind")) else "optional"
    if "gap" in both and {"have", "required"} <= both.keys():
        both["gap"] = max(0.0, both["required"] - both["have"])
    return both
