"""Every reason for having no chain, each in a world made for it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from skillpath.chains.model.coverage import REASONS
from skillpath.chains.model.item_limits import ItemLimits
from skillpath.chains.recommend import Market, Recommender, StudentBatch

NOBODY = np.zeros(0, dtype=np.int64)


def market(gains: list[list[float]], limits: ItemLimits | None = None) -> Market:
    needs = csr_array([[0.8, 0.0, 0.0], [0.0, 0.0, 0.0]])
    return Market(
        needs, csr_array((0, 3)), csr_array((0, 3)), csr_array(gains), NOBODY, np.eye(3),
        item_limits={"TRAINING": limits} if limits else {},
    )  # fmt: skip


def reason(of: Market, levels: list[float], asked: int = -1, progress: float | None = None) -> str:
    begun = csr_array(([progress], ([0], [0])), shape=(1, 1)) if progress is not None else csr_array((1, 1))
    block = Recommender(of).block(StudentBatch(csr_array([levels]), begun, np.array([asked])))
    return REASONS[block.reasons[0]]


FULL = ItemLimits(np.ones(1, dtype=bool), np.full(1, -1), np.zeros(1, dtype=np.int64))
OVER = ItemLimits(np.zeros(1, dtype=bool), np.full(1, -1), np.full(1, -1))


@pytest.mark.parametrize(
    ("expected", "gains", "limits", "levels", "asked", "progress"),
    [
        ("HAS_CHAIN", [[0.5, 0, 0]], None, [0.1, 0, 0], -1, None),
        ("NO_CAPABILITY", [[0.5, 0, 0]], None, [0, 0, 0], -1, None),
        ("NO_TARGET", [[0.5, 0, 0]], None, [0, 0.9, 0], -1, None),
        ("NO_REQUIREMENTS", [[0.5, 0, 0]], None, [0, 0.9, 0], 1, None),
        ("NO_GAP", [[0.5, 0, 0]], None, [0.9, 0, 0], -1, None),
        ("NOTHING_CLOSES", [[0, 0.5, 0]], None, [0.1, 0, 0], -1, None),
        ("NOTHING_LEFT", [[0.5, 0, 0]], None, [0.1, 0, 0], -1, 0.0),
        ("NOTHING_LEFT", [[0.5, 0, 0]], OVER, [0.1, 0, 0], -1, None),
    ],
)
def test_each_reason(
    expected: str, gains: list[list[float]], limits: ItemLimits | None, levels: list[float], asked: int,
    progress: float | None,
) -> None:  # fmt: skip
    assert reason(market(gains, limits), levels, asked, progress) == expected


def test_a_full_resource_is_left_out_by_its_seats() -> None:
    students = StudentBatch(csr_array([[0.1, 0.0, 0.0]]), csr_array((1, 1)), np.array([-1]))
    recommender = Recommender(market([[0.5, 0, 0]], FULL))
    block = recommender.block(students, recommender.cutoffs(students))
    assert REASONS[block.reasons[0]] == "NOTHING_LEFT"
