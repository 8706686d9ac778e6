"""The longest cell that Python's CSV readers take: one setting of the whole process, borrowed and given back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

_BORROWED = RLock()


@contextmanager
def cell_limit(characters: int) -> Iterator[None]:
    """Let CSV readers take cells of so many characters here; afterwards the limit is what it was.

    Rows must be read inside, since readers look at the limit at each row. One thread at a time borrows it.
    """
    with _BORROWED:
        before = csv.field_size_limit(characters)
        try:
            yield
        finally:
            csv.field_size_limit(before)
