"""Marks tests by the parts that they need, so that a run can leave out what a machine does not have."""

from __future__ import annotations

import pytest

DATABASE = frozenset({"stores", "scratch", "town", "real", "server", "mariadb", "environ"})
"""Fixtures that start a database server, their own or through a command."""
TRAIN = frozenset({"one_thread"})
"""Fixtures that need torch."""


def mark_parts(items: list[pytest.Item]) -> None:
    """Add the markers ``database`` and ``train`` to the tests whose fixtures need a database server or torch."""
    for item in items:
        used = getattr(item, "fixturenames", ())
        if DATABASE.intersection(used):
            item.add_marker(pytest.mark.database)
        if TRAIN.intersection(used):
            item.add_marker(pytest.mark.train)
