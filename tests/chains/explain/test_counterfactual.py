"""The rise found is enough, nothing smaller that was tried is, and nothing tried lifts the item higher."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.chains.explain.counterfactual import (
    UNLISTED,
    CounterfactualSettings,
    SkillRise,
    find_rises,
    find_smallest_rises,
    replace_level,
)
from skillpath.chains.recommend import Market, Recommender, StudentBatch

Draw = Callable[..., csr_array]
Places = Callable[[NDArray[np.int64], NDArray[np.float64]], NDArray[np.int64]]
SEEDS = st.integers(0, 2**32 - 1)
COARSE = CounterfactualSettings(unit=0.05, stride=3, max_level=0.95)
EVERY = CounterfactualSettings(unit=0.05, stride=1, max_level=0.95)


def places(recommender: Recommender, learner: StudentBatch, path: str, skill: int, level: float) -> dict[int, int]:
    """By the code that serves students, place of each item in the list."""
    changed = replace_level(learner, np.array([skill]), np.array([level]))
    assert changed.levels.toarray()[0, skill] == level
    chains = recommender.block(changed).paths[path]
    return dict(zip(chains.item.tolist(), chains.rank.tolist(), strict=True))


def a_world(draw: Draw, seed: int) -> tuple[Recommender, StudentBatch]:
    rng = np.random.default_rng(seed)
    market = Market(
        draw(rng, 3, 6, 0.6), draw(rng, 6, 6), draw(rng, 3, 6), csr_array(draw(rng, 6, 6) * 0.9),
        rng.integers(0, 3, 6), rng.normal(size=(6, 3)),
    )  # fmt: skip
    return Recommender(market), StudentBatch(draw(rng, 1, 6), csr_array((1, 6)), rng.integers(0, 3, 1))


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_a_rise_is_enough_and_no_smaller_or_better_one_was_there(draw: Draw, seed: int) -> None:
    recommender, learner = a_world(draw, seed)
    have = learner.levels.toarray()[0]
    for path in ("JOB", "TRAINING"):
        tried = [(skill, float(level)) for skill in range(6) for level in EVERY.levels[EVERY.levels > have[skill]]]
        lists = [places(recommender, learner, path, skill, level) for skill, level in tried]
        now = places(recommender, learner, path, 0, float(have[0]))
        for item, rise in enumerate(find_rises(recommender, learner, path, range(6), settings=EVERY)):
            if rise is None:
                # Skills that neither a target nor an item names are not tried, and seldom lift anything.
                continue
            then = [each.get(item, UNLISTED) for each in lists]
            best = min(then)
            assert rise.place == now.get(item, UNLISTED) > rise.then == best
            assert then[tried.index((rise.skill, rise.level))] == best
            sizes = [level - have[skill] for (skill, level), place in zip(tried, then, strict=True) if place == best]
            assert rise.size <= min(sizes) + 1e-9
            assert rise.have == have[rise.skill] < rise.level


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_with_strides_what_is_found_is_true(draw: Draw, seed: int) -> None:
    recommender, learner = a_world(draw, seed)
    for item, rise in enumerate(find_rises(recommender, learner, "TRAINING", range(6), settings=COARSE)):
        if rise is not None:
            assert places(recommender, learner, "TRAINING", rise.skill, rise.level)[item] == rise.then < rise.place
            assert rise.level in COARSE.levels


def test_a_crossing_is_found_to_the_unit() -> None:
    def places(skill: NDArray[np.int64], level: NDArray[np.float64]) -> NDArray[np.int64]:
        first = np.where((skill == 4) & (level >= 0.6123), 1, np.where((skill == 7) & (level > 0.9), 1, 3))
        second = np.where((skill == 7) & (level > 0.6), 2, 5)
        return np.stack([first, second, np.full(len(skill), 2)], axis=1)

    found = find_smallest_rises(np.array([0.3512, 0.5]), np.array([4, 7]), places)
    assert found == [SkillRise(4, 0.3512, 0.62, 3, 1), SkillRise(7, 0.5, 0.61, 5, 2), None]


def test_what_nothing_lifts_or_stands_first_has_no_rise() -> None:
    def first(skill: NDArray[np.int64], level: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.ones((len(skill), 1), dtype=np.int64)

    assert find_smallest_rises(np.array([0.5]), np.array([0]), first) == [None]
    assert find_smallest_rises(np.array([0.99]), np.array([0]), first) == [None], "there is nowhere to rise to"
    assert find_smallest_rises(np.zeros(0), np.zeros(0, dtype=np.int64), lambda s, level: np.zeros((0, 0))) == []  # type: ignore[arg-type, return-value]


def test_only_the_skills_that_matter_most_are_tried(draw: Draw) -> None:
    recommender, learner = a_world(draw, 3)
    tried: set[int] = set()
    for most in (1, 2, 6):
        found = find_rises(recommender, learner, "TRAINING", range(6), settings=CounterfactualSettings(max_skills=most))
        tried |= {rise.skill for rise in found if rise is not None}
        assert len({rise.skill for rise in found if rise is not None}) <= most
    assert tried
