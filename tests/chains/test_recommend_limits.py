"""What a block makes of limits, odd input and other orders of the same things."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.item_limits import NOWHERE, UNLIMITED, FilterSettings, ItemLimits
from skillpath.chains.model.ranking import REDUNDANCY, TERMS, ChainRankSettings, PathWeights
from skillpath.chains.planning.plan_candidates import NONE
from skillpath.chains.planning.plans import drop_cycles
from skillpath.chains.recommend import PATHS, Block, ChainSettings, Market, Recommender, StudentBatch

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)
SKILLS, STUDENTS, RESOURCES = 8, 6, 7


def world(draw: Draw, rng: np.random.Generator) -> tuple[Market, StudentBatch]:
    needs, _ = drop_cycles(csr_array((rng.random((RESOURCES, RESOURCES)) < 0.15) * 1.0))
    seats = rng.choice([UNLIMITED, 0, 1], RESOURCES)
    market = Market(
        draw(rng, 4, SKILLS, 0.6), draw(rng, 6, SKILLS), draw(rng, 5, SKILLS),
        csr_array(draw(rng, RESOURCES, SKILLS) * 0.9), rng.integers(-1, 4, 6), rng.normal(size=(SKILLS, 3)),
        heat=np.where(rng.random(4) < 0.3, np.nan, rng.random(4)),
        venture=np.array([1, 4]),
        prerequisites=needs,
        item_limits={
            "TRAINING": ItemLimits(rng.random(RESOURCES) < 0.8, rng.integers(-1, 2, RESOURCES), seats),
            "JOB": ItemLimits(rng.random(6) < 0.7, rng.integers(-1, 2, 6), np.full(6, UNLIMITED)),
        },
    )  # fmt: skip
    students = StudentBatch(
        draw(rng, STUDENTS, SKILLS), draw(rng, STUDENTS, RESOURCES, 0.2), rng.integers(-1, 4, STUDENTS),
        worked=draw(rng, STUDENTS, 6, 0.2), joined=draw(rng, STUDENTS, 5, 0.2),
        state=rng.random((STUDENTS, 4)), region=rng.integers(-1, 2, STUDENTS), tie_breaker=rng.random(STUDENTS),
    )  # fmt: skip
    return market, students


STRICT = ChainSettings(filters=FilterSettings(same_region=True, suggestions_per_seat=2))


def rows(block: Block, path: str) -> list[tuple[int, int, int]]:
    """(student, item, cluster) of each chain."""
    chains = block.paths[path]
    columns = block.targets.student[chains.pair], chains.item, block.targets.cluster[chains.pair]
    return [(int(s), int(i), int(c)) for s, i, c in zip(*columns, strict=True)]


@example(156)
@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_every_limit_holds_and_everything_adds_up(draw: Draw, seed: int) -> None:
    market, students = world(draw, np.random.default_rng(seed))
    recommender = Recommender(market, STRICT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        block = recommender.block(students, recommender.cutoffs(students))
    share, needs = students.progress.toarray(), market.prerequisites
    assert needs is not None and students.region is not None
    for path in PATHS:
        chains, limits = block.paths[path], recommender.item_limits[path]
        done = students.done(path, market).toarray()
        assert np.isfinite(chains.values).all() and np.isfinite(chains.score).all()
        assert chains.score == pytest.approx(chains.parts.sum(axis=1), abs=1e-9)
        assert (chains.term("redundancy") >= 0).all() and chains.values.shape[1] == len(TERMS)
        counts = np.bincount(chains.item, minlength=len(limits.seats))
        assert (counts[limits.seats != UNLIMITED] <= 2 * limits.seats[limits.seats != UNLIMITED]).all()
        for student, item, _ in rows(block, path):
            assert limits.open[item] and done[student, item] == 0
            region = int(students.region[student])
            assert NOWHERE in (limits.region[item], region) or limits.region[item] == region
            if path == "TRAINING":
                assert item not in market.venture
                assert (share[student][needs[[item]].indices] >= 0.5).all()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_ranks_and_scores_do_not_depend_on_names(draw: Draw, seed: int) -> None:
    rng = np.random.default_rng(seed)
    market, students = world(draw, rng)
    market = replace(market, prerequisites=None, item_limits={}, venture=np.zeros(0, dtype=np.int64))
    names, people = rng.permutation(RESOURCES), rng.permutation(STUDENTS)
    other = replace(market, gains=market.gains[names])
    same = replace(students.part(people), progress=csr_array(students.progress[people][:, names]))
    one, two = Recommender(market).block(students), Recommender(other).block(same)
    expected = {(s, k): (i, terms) for s, i, k, terms in listed(one)}
    found = {(int(people[s]), k): (int(names[i]), terms) for s, i, k, terms in listed(two)}
    assert found.keys() == expected.keys()
    for place, (item, terms) in expected.items():
        assert found[place][1] == terms
        # Things that are alike in every term but redundancy are told apart by their order alone.
        assert found[place][0] == item or terms[:REDUNDANCY] in twins(expected, place)


def listed(block: Block) -> list[tuple[int, int, int, tuple[float, ...]]]:
    """Student, item, place and terms of each suggestion."""
    chains = block.paths["TRAINING"]
    terms = [tuple(float(value) for value in row) for row in np.round(chains.values, 7)]
    return [(s, i, int(k), row) for (s, i, _), k, row in zip(rows(block, "TRAINING"), chains.rank, terms, strict=True)]


def twins(
    lists: dict[tuple[int, int], tuple[int, tuple[float, ...]]], place: tuple[int, int]
) -> list[tuple[float, ...]]:
    """The terms but redundancy of the other things in the same list."""
    return [terms[:REDUNDANCY] for other, (_, terms) in lists.items() if other[0] == place[0] and other != place]


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_plans_close_no_more_than_the_gap_and_suggest_nothing_closed(draw: Draw, seed: int) -> None:
    market, students = world(draw, np.random.default_rng(seed))
    block = Recommender(market).block(students)
    first = np.flatnonzero(block.targets.rank == 1)
    assert block.plans.items.shape == (len(first), 3)
    assert (block.plans.gain <= block.gaps.total[first] + 1e-9).all()
    for student, items in zip(block.targets.student[first], block.plans.items, strict=True):
        chosen = items[items != NONE]
        assert not np.isin(chosen, market.venture).any()
        assert (students.progress.toarray()[student, chosen] == 0).all()
        assert market.item_limits["TRAINING"].open[chosen].all()


def test_weights_that_sum_to_zero_and_heat_that_is_no_number_still_give_lists(draw: Draw) -> None:
    market, students = world(draw, np.random.default_rng(3))
    market = replace(market, heat=np.full(4, np.nan))
    nothing = ChainSettings(rank=ChainRankSettings(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    for chosen, weights in ((nothing, None), (ChainSettings(), PathWeights.same(np.array([1.0, -1.0, *[0.0] * 7])))):
        block = Recommender(market, chosen, weights=weights).block(students)
        for path in PATHS:
            assert np.isfinite(block.paths[path].score).all()
            assert (block.paths[path].term("heat") == 0).all()
        if weights is None:
            assert all((block.paths[path].score == 0).all() for path in PATHS)


def test_demand_and_stage_move_scores_the_way_they_should(draw: Draw) -> None:
    market, students = world(draw, np.random.default_rng(4))
    whole = ChainSettings(rank=ChainRankSettings(min_score=-np.inf))
    cold = Recommender(replace(market, heat=np.zeros(4)), whole).block(students)
    hot = Recommender(replace(market, heat=np.ones(4)), whole).block(students)
    for path in PATHS:
        assert hot.paths[path].score == pytest.approx(cold.paths[path].score + ChainRankSettings().heat)
    fresh = replace(students, state=np.tile([1.0, 0, 0, 0], (STUDENTS, 1)))
    late = replace(students, state=np.tile([0.0, 1, 1, 0], (STUDENTS, 1)))
    early, old = (Recommender(market, whole).block(part) for part in (fresh, late))
    assert early.paths["TRAINING"].score.mean() > old.paths["TRAINING"].score.mean()
    assert early.paths["JOB"].score.mean() < old.paths["JOB"].score.mean()
