"""GraphQL types of paths in the graph: nodes and relationships with their properties."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.scalars import JSON

_BOOKKEEPING = frozenset({"content", "hash", "updatedAt"})


@strawberry.interface
class Waypoint:
    """Something that a path goes through."""

    code: str
    label: str


@strawberry.type
class Property:
    """A named value."""

    name: str
    value: JSON


@strawberry.type
class Relationship:
    """A relationship of the graph: its ends by code, and the properties that count."""

    type: str
    from_: str = strawberry.field(name="from")
    to: str
    properties: list[Property]


@strawberry.type
class Walk:
    """A path from a student to what is suggested: each node is linked to the next one.

    `relationships` are all that the numbers came from, so also those that make no step.
    """

    nodes: list[Waypoint]
    relationships: list[Relationship]


def to_properties(values: dict[str, Any]) -> list[Property]:
    """Named values in the order of their names, without our bookkeeping."""
    return [Property(name=name, value=_plain(values[name])) for name in sorted(values.keys() - _BOOKKEEPING)]


def to_relationship(row: dict[str, Any]) -> Relationship:
    """The relationship of a row with ``type``, ``from``, ``to`` and ``properties``."""
    return Relationship(type=row["type"], from_=row["from"], to=row["to"], properties=to_properties(row["properties"]))


def _plain(value: Any) -> Any:
    # Dates and times of the driver.
    return value.iso_format() if hasattr(value, "iso_format") else value
