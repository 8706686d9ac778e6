"""In a synthetic world the learned policy beats the starting one, and recovers when tastes change."""

from __future__ import annotations

import numpy as np
import pytest

from bench.simulator import SimulatorSettings, simulate

SMALL = SimulatorSettings(rounds=26, drifts=8, decisions=1_200)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_feedback_teaches_and_notices_a_change(seed: int) -> None:
    course = simulate(seed, SMALL)
    assert (course.learned <= course.ideal + 0.02).all()
    before, after = slice(5, 8), slice(23, 26)
    for rounds in (before, after):
        assert course.learned[rounds].mean() > course.start[rounds].mean() + 0.005
    at_change, at_end = (course.ideal - course.learned)[[8, 25]]
    assert at_end < 0.6 * at_change, "two fifths of what the change cost, or more, are won back"
    assert course.served.any() and np.isfinite(course.policy_history.current.flat).all()


def test_the_same_seed_gives_the_same_course() -> None:
    short = SimulatorSettings(rounds=3, drifts=2, decisions=200)
    one, two = simulate(5, short), simulate(5, short)
    assert np.array_equal(one.learned, two.learned) and np.array_equal(
        one.policy_history.current.flat, two.policy_history.current.flat
    )
