"""Random sparse levels: seeds are what hypothesis varies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.sparse import csr_array

Draw = Callable[..., csr_array]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """(rows, columns) levels in [0, 1] with about a third of the places filled, some of them 0 or 1."""

    def levels(rng: np.random.Generator, rows: int, columns: int, share: float = 0.35) -> csr_array:
        values = rng.random((rows, columns))
        values[rng.random((rows, columns)) < 0.1] = 1.0
        return csr_array(np.where(rng.random((rows, columns)) < share, values, 0.0))

    return levels
