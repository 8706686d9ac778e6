"""Lets the tests of this folder import ``bench``, which is not installed, and keeps torch to one thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[2])
# At the end: a room found here before its installed name would be imported twice.
if ROOT not in sys.path:
    sys.path.append(ROOT)


@pytest.fixture
def one_thread() -> Iterator[None]:
    """One thread: the networks here are so small that threads only wait for each other."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
