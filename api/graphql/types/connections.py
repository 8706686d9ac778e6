"""Relay pages: edges, cursors and page information, with bounds on what may be asked.

Written by hand instead of strawberry's own connections: those slice lists in memory, these are pages the database read.
"""

from __future__ import annotations

import base64
import binascii
from typing import Generic, TypeVar

import strawberry

from skillpath.errors import BadInput

T = TypeVar("T")


@strawberry.type
class PageInfo:
    """Whether more follows, and where it starts."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Edge(Generic[T]):
    """One item and its place in the list."""

    cursor: str
    node: T


@strawberry.type
class Connection(Generic[T]):
    """One page of a list and how long the whole list is."""

    total_count: int
    edges: list[Edge[T]]
    page_info: PageInfo


def check_first(first: int, most: int, name: str = "first") -> int:
    """``first`` as it is, if it is from 1 to ``most``.

    Raises:
        BadInput: it is not.
    """
    if not 1 <= first <= most:
        raise BadInput(f"{name} is {first}", where=name, todo=f"Give a number from 1 to {most}")
    return first


def to_cursor(position: int) -> str:
    """The opaque cursor of a position (from 1).

    >>> from_cursor(to_cursor(7))
    7
    """
    return base64.b64encode(f"at:{position}".encode()).decode()


def from_cursor(cursor: str | None) -> int:
    """The position of a cursor; 0 without one.

    Raises:
        BadInput: it is no cursor of ours.
    """
    if cursor is None:
        return 0
    try:
        head, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if head == "at" and number.isdecimal():
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise BadInput("Not a cursor", where="after", todo="Give an endCursor or an edge's cursor")


def page(items: list[tuple[int, T]], total: int, last: int) -> Connection[T]:
    """A page of (position, item) pairs out of ``total``, of which the last has position ``last``."""
    end = items[-1][0] if items else None
    return Connection(
        total_count=total,
        edges=[Edge(cursor=to_cursor(position), node=item) for position, item in items],
        page_info=PageInfo(has_next_page=end is not None and end < last, end_cursor=to_cursor(end) if end else None),
    )
