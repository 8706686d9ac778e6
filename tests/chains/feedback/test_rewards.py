"""Rewards: the same event a thousand times counts once, vanished and unknown ones are told, nothing is lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.chains.feedback.rewards import EVENTS, VANISHED, RewardSettings, compute_rewards

CLICK, APPLY, COMPLETE = (EVENTS.index(name) for name in ("CLICK", "APPLY", "COMPLETE"))


def test_the_furthest_step_counts_however_often_it_is_reported() -> None:
    found = compute_rewards(np.array([0, 0, 1]), np.array([APPLY, CLICK, CLICK]), np.array(["a", "b", "c"]), 3)
    assert found.reward.tolist() == [0.6, 0.1, 0.0] and found.counted == 3


def test_the_same_event_a_thousand_times_is_one() -> None:
    thousand = compute_rewards(np.zeros(1000, dtype=int), np.full(1000, APPLY), np.full(1000, "same key"), 1)
    assert thousand.reward.tolist() == [0.6] and (thousand.counted, thousand.duplicates) == (1, 999)
    others = compute_rewards(
        np.zeros(1000, dtype=int), np.full(1000, APPLY), np.array([str(i) for i in range(1000)]), 1
    )
    assert others.reward.tolist() == [0.6] and others.duplicates == 0


def test_vanished_and_unknown_ones_are_told() -> None:
    found = compute_rewards(
        np.array([VANISHED, 7, 0, 0]), np.array([CLICK, CLICK, 99, COMPLETE]), np.array(["a", "b", "c", "a"]), 2
    )
    assert found.reward.tolist() == [0.0, 0.0]
    assert (found.counted, found.duplicates, found.vanished, found.unknown) == (0, 1, 2, 1)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_every_event_is_accounted_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(0, 40))
    exposure, event = rng.integers(-1, 6, size), rng.integers(0, 7, size)
    key = rng.integers(0, 25, size).astype(np.str_)
    found = compute_rewards(exposure, event, key, 5)
    assert found.counted + found.duplicates + found.vanished + found.unknown == size
    assert found.duplicates == size - len(set(key.tolist()))
    assert set(found.reward.tolist()) <= {0.0, *RewardSettings().values.tolist()}
