"""The byte layout of rows in separated text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_QUOTE, _FEED, _RETURN = ord('"'), ord("\n"), ord("\r")
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Layout:
    """The rows of a text, the header and blank ones among them.

    Attributes:
        starts, ends: bytes from and up to which each row lies, its line end included.
        lines: physical line each begins on, from 1.
        cells: how many each has.
        blank: whether nothing is in it.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    cells: Positions
    blank: NDArray[np.bool_]


def layout(data: bytes, separator: str) -> Layout | None:
    """Where the rows of UTF-8 ``data`` lie.

    Returns:
        None when quotes stand where they should not, or lines end in bare returns: only reading it cell by cell tells.
    """
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == _QUOTE)
    if not _well_quoted(text, quotes, ord(separator)):
        return None
    feeds, bare = np.flatnonzero(text == _FEED), _bare_returns(text)
    if _outside(bare, quotes).size:
        return None
    ends = _outside(feeds, quotes) + 1
    if text.size and (not ends.size or ends[-1] < text.size):
        ends = np.append(ends, text.size)
    starts = np.concatenate([[0], ends[:-1]]) if ends.size else ends
    breaks = np.sort(np.concatenate([feeds, bare]))
    cuts = _outside(np.flatnonzero(text == ord(separator)), quotes)
    return Layout(
        starts,
        ends,
        1 + np.searchsorted(breaks, starts),
        1 + np.searchsorted(cuts, ends) - np.searchsorted(cuts, starts),
        _blank(text, starts, ends),
    )


def rows_at(data: bytes, places: Layout, wanted: NDArray[np.bool_]) -> bytes:
    """The bytes of the wanted rows, one after the other."""
    if wanted.all():
        return data
    mask = np.repeat(wanted, places.ends - places.starts)
    return np.frombuffer(data, np.uint8)[mask].tobytes()


def _outside(positions: Positions, quotes: Positions) -> Positions:
    """Those of ``positions`` that are in no quoted cell: an even number of quotes comes before."""
    if not quotes.size:
        return positions
    outside: Positions = positions[np.searchsorted(quotes, positions) % 2 == 0]
    return outside


def _bare_returns(text: NDArray[np.uint8]) -> Positions:
    returns = np.flatnonzero(text == _RETURN)
    after = text[np.minimum(returns + 1, text.size - 1)]
    bare: Positions = returns[after != _FEED]
    return bare


def _well_quoted(text: NDArray[np.uint8], quotes: Positions, separator: int) -> bool:
    """Each quote opens a cell, closes one, or is one of two within a cell."""
    if quotes.size % 2:
        return False
    edges = [separator, _FEED, _RETURN, _QUOTE]
    opening, closing = quotes[0::2], quotes[1::2]
    before, after = text[opening[opening > 0] - 1], text[closing[closing < text.size - 1] + 1]
    return bool(np.isin(before, edges).all() and np.isin(after, edges).all())


def _blank(text: NDArray[np.uint8], starts: Positions, ends: Positions) -> NDArray[np.bool_]:
    length, first = ends - starts, text[starts]
    last = text[ends - 1] == _FEED
    blank: NDArray[np.bool_] = last & ((length == 1) | ((length == 2) & (first == _RETURN)))
    return blank
