"""The change found is enough, a slightly smaller one is not, and no other skill needs a smaller one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.counterfactual import CounterfactualSettings, smallest_change, to_reach
from skillpath.chains.recommend import Learners, Market, Recommender

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)


def first(recommender: Recommender, learner: Learners, path: str, top: int = 1) -> list[int]:
    chains = recommender.block(learner).paths[path]
    return [int(i) for i in chains.item[chains.rank <= top]]


def changed(learner: Learners, skill: int, level: float) -> Learners:
    levels = learner.levels.toarray()
    levels[0, skill] = level
    return replace(learner, levels=csr_array(levels))


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_the_change_is_enough_and_nothing_smaller_is(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    market = Market(
        draw(rng, 3, 6, 0.6), draw(rng, 6, 6), draw(rng, 3, 6), csr_array(draw(rng, 6, 6) * 0.9),
        rng.integers(0, 3, 6), rng.normal(size=(6, 3)),
    )  # fmt: skip
    recommender = Recommender(market)
    learner = Learners(draw(rng, 1, 6), csr_array((1, 6)), rng.integers(0, 3, 1))
    settings_ = CounterfactualSettings(steps=17)
    for path in ("JOB", "TRAINING"):
        for item in range(6):
            if item in first(recommender, learner, path):
                continue
            change = to_reach(recommender, learner, path, item, settings=settings_)
            if change is None:
                continue
            assert item in first(recommender, changed(learner, change.skill, change.level), path)
            back = change.level - np.sign(change.level - change.have) * min(2e-6, change.size)
            if change.size > 2e-6:
                assert item not in first(recommender, changed(learner, change.skill, float(back)), path)
            for skill in range(6):
                have = float(learner.levels.toarray()[0, skill])
                for level in np.linspace(0, settings_.highest, settings_.steps):
                    if abs(level - have) < change.size - 1e-5:
                        assert item not in first(recommender, changed(learner, skill, float(level)), path)


def test_a_crossing_is_found_exactly_on_either_side() -> None:
    def above(skill: NDArray[np.int64], level: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray(np.where(skill == 4, level >= 0.6123, level <= 0.1))

    change = smallest_change(np.array([0.35, 0.5]), np.array([4, 7]), above)
    assert change is not None and change.skill == 4
    assert change.level == pytest.approx(0.6123, abs=1e-6) and change.size == pytest.approx(0.2623, abs=1e-6)
    change = smallest_change(np.array([0.1, 0.3]), np.array([4, 7]), above)
    assert change is not None and change.skill == 7 and change.level == pytest.approx(0.1, abs=1e-6)


def test_what_can_never_be_first_has_no_change() -> None:
    never = smallest_change(np.array([0.5]), np.array([0]), lambda skill, level: np.zeros(len(skill), dtype=bool))
    assert never is None
    assert smallest_change(np.zeros(0), np.zeros(0, dtype=np.int64), lambda skill, level: level > 0) is None
