"""Links of real texts against the gold: floors on the half that was not looked at while choosing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.link_calibration import FLOORS, GoldHits, judge, read_hits, read_vocabulary

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def hits(real_data: Path) -> dict[str, GoldHits]:
    return read_hits(real_data, read_vocabulary(real_data))


def test_precision_and_recall_hold_on_the_half_not_looked_at(hits: dict[str, GoldHits]) -> None:
    for kind, found in judge(hits, "test").items():
        for name, least in FLOORS[kind].items():
            assert found[name] >= least, (kind, found)


def test_the_threshold_pays(hits: dict[str, GoldHits]) -> None:
    judged = judge(hits, "test")
    for kind, own in hits.items():
        assert judged[kind]["precision"] > float(own.of("test")["right"].mean() or 0)  # type: ignore[arg-type]
