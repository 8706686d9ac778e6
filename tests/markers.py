"""Marks tests by the parts that they need, so that a run can leave out what a machine does not have."""

from __future__ import annotations

import pytest

DATABASE = frozenset({"stores", "scratch", "town", "real", "server", "mariadb", "empty_home"})
"""Fixtures that start a database server, their own or through a command."""
TRAIN = frozenset({"one_thread"})
"""Fixtures that need torch."""
LONG = frozenset({"real"})
"""Fixtures that take minutes to set up."""


def mark_parts(items: list[pytest.Item]) -> None:
    """Add ``database``, ``train`` and ``long`` to the tests whose fixtures need a database server, torch or minutes."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        if DATABASE.intersection(used):
            item.add_marker(pytest.mark.database)
        if LONG.intersection(used):
            item.add_marker(pytest.mark.long)
        if TRAIN.intersection(used):
            item.add_marker(pytest.mark.train)
