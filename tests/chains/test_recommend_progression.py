"""Lists with a learned progression: what people went on to is suggested, with reasons that add up, and to everybody."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.affinity import (
    AffinitySettings,
    Progression,
    compute_affinity,
    find_crowd,
    number_steps,
    weigh_history,
)
from skillpath.chains.model.arrays import entry_pattern, row_of_entry
from skillpath.chains.model.coverage import REASONS
from skillpath.chains.model.ranking import AFFINITY, ChainRankSettings
from skillpath.chains.model.student_targets import NO_TARGET
from skillpath.chains.recommend import PATHS, Block, ChainSettings, Market, Recommender, StudentBatch
from tests.chains.test_recommend import SKILLS, seen, world
from tests.chains.worlds import draw_progression

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)
STUDENTS, ITEMS = 6, 8
# The order is that of the terms alone, nothing that is worth little is left out, and few things are of the crowd.
ALL = ChainSettings(
    affinity=AffinitySettings(crowd=3), rank=ChainRankSettings(redundancy=0.0, per_path=100, min_score=-np.inf)
)


def remember(rng: np.random.Generator, progress: csr_array) -> csr_array:
    """A history in a random order of what was taken."""
    taken = entry_pattern(progress)
    step = number_steps(row_of_entry(taken), rng.integers(0, 4, taken.nnz).astype(float), np.zeros(taken.nnz))
    return weigh_history(taken, step, AffinitySettings())


def learned_world(draw: Draw, seed: int) -> tuple[Market, StudentBatch]:
    rng = np.random.default_rng(seed)
    market, batch = world(draw, rng)
    market = replace(market, progression=draw_progression(rng, ITEMS, 0.2))
    return market, replace(batch, history=remember(rng, batch.progress))


def affinities(market: Market, batch: StudentBatch) -> np.ndarray:
    return np.asarray(compute_affinity(batch.weighed_history, market.learned_progression).toarray())


def list_crowd(market: Market) -> np.ndarray:
    """What most people took of all."""
    return find_crowd(np.array([0]), market.learned_progression.takers, ALL.affinity.crowd)[1]


def reasons_of(block: Block) -> list[tuple[int, int, int, int, float]]:
    """(student, item, source, support, contribution) of each reason."""
    chains = block.paths["TRAINING"]
    found, student = chains.reasons, block.targets.student[chains.pair]
    columns = student[found.chain], chains.item[found.chain], found.source, found.support, found.contribution
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_two_editions_of_one_course_never_stand_beside_each_other(draw: Draw, seed: int) -> None:
    market, batch = learned_world(draw, seed)
    works = np.random.default_rng(seed).integers(0, 3, ITEMS)
    first = np.array([int(np.flatnonzero(works == work)[0]) for work in works])
    merged = replace(market, progression=replace(market.learned_progression, edition_of=first))
    plain, merged_block = (Recommender(each, ALL).block(batch) for each in (market, merged))
    once = merged_block.paths["TRAINING"]
    assert len(plain.paths["TRAINING"].item) >= len(once.item) > 0
    students = merged_block.targets.student[once.pair]
    shown = list(zip(students.tolist(), first[once.item].tolist(), strict=True))
    assert len(shown) == len(set(shown))
    for items in merged_block.plans.items:
        chosen = first[items[items >= 0]]
        assert len(chosen) == len(set(chosen.tolist()))


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_contributions_add_up_to_the_score_and_reasons_to_the_affinity(draw: Draw, seed: int) -> None:
    market, batch = learned_world(draw, seed)
    block = Recommender(market).block(batch)
    for path, chains in block.paths.items():
        assert chains.score == pytest.approx(chains.parts.sum(axis=1), abs=1e-9)
        told = np.bincount(chains.reasons.chain, weights=chains.reasons.contribution, minlength=len(chains.item))
        assert told == pytest.approx(chains.parts[:, AFFINITY], abs=1e-9)
        assert path == "TRAINING" or not len(chains.reasons.chain)
    progress, support = batch.progress.toarray(), market.learned_progression.support.toarray()
    for student, item, source, people, contribution in reasons_of(block):
        assert progress[student, source] > 0 and contribution > 0 and people == support[source, item]


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_nothing_taken_is_suggested_and_everything_has_a_reason(draw: Draw, seed: int) -> None:
    market, batch = learned_world(draw, seed)
    block = Recommender(market, ALL).block(batch)
    chains = block.paths["TRAINING"]
    student = block.targets.student[chains.pair]
    assert not batch.progress.toarray()[student, chains.item].any()
    told = np.bincount(chains.reasons.chain, minlength=len(chains.item)) > 0
    assert ((chains.gain > 0) | told | np.isin(chains.item, list_crowd(market))).all()


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_who_asked_for_a_target_gets_all_that_leads_there_and_nothing_toward_another(draw: Draw, seed: int) -> None:
    market, batch = learned_world(draw, seed)
    block = Recommender(market, ALL).block(batch)
    chains, gaps = block.paths["TRAINING"], block.gaps
    student, cluster = block.targets.student[chains.pair], block.targets.cluster[chains.pair]
    for one in np.flatnonzero(batch.asked >= 0):
        assert np.isin(cluster[student == one], [batch.asked[one], NO_TARGET]).all()
        pair = int(np.flatnonzero(block.targets.stated & (block.targets.student == one))[0])
        entry = gaps.pair == pair
        left, have = np.zeros(SKILLS), batch.levels.toarray()[one]
        left[gaps.skill[entry]] = gaps.gap[entry]
        gain = np.minimum(left, (1 - have) * market.gains.toarray()).sum(axis=1)
        leads = (gain >= ALL.candidates.least_gain) & (batch.progress.toarray()[one] == 0)
        assert np.isin(np.flatnonzero(leads), chains.item[student == one]).all()


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_block_split_in_two_gives_the_same_to_the_last_digit(draw: Draw, seed: int) -> None:
    market, batch = learned_world(draw, seed)
    recommender = Recommender(market)
    whole = recommender.block(batch)
    parts = [recommender.block(batch.part(rows)) for rows in (slice(0, 2), slice(2, STUDENTS))]
    for path in PATHS:
        for name in ("item", "score", "parts"):
            halves = np.concatenate([getattr(part.paths[path], name) for part in parts])
            assert np.array_equal(halves, getattr(whole.paths[path], name))
    second = [(student + 2, *rest) for student, *rest in reasons_of(parts[1])]
    assert reasons_of(parts[0]) + second == reasons_of(whole)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_other_names_of_the_items_give_the_same_items(draw: Draw, seed: int) -> None:
    market, batch = learned_world(draw, seed)
    names, learned = np.random.default_rng(seed).permutation(ITEMS), market.learned_progression
    renamed = Progression(
        csr_array(learned.weight[names][:, names]),
        csr_array(learned.next_weight[names][:, names]),
        csr_array(learned.support[names][:, names]),
        learned.popularity[names],
        learned.takers[names],
    )
    progress, history = (csr_array(each[:, names]) for each in (batch.progress, batch.weighed_history))
    for matrix in (progress, history, *(renamed.weight, renamed.next_weight, renamed.support)):
        matrix.sort_indices()
    one = Recommender(market, ALL).block(batch)
    two = Recommender(replace(market, gains=market.gains[names], progression=renamed), ALL).block(
        replace(batch, progress=progress, history=history)
    )
    assert {(s, int(names[item])) for s, item in seen(two, "TRAINING")} == seen(one, "TRAINING")
    assert np.sort(two.paths["TRAINING"].score) == pytest.approx(np.sort(one.paths["TRAINING"].score), abs=1e-9)
    told = {(s, int(names[item]), int(names[source]), people) for s, item, source, people, _ in reasons_of(two)}
    assert told == {tuple(reason[:4]) for reason in reasons_of(one)}


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_who_is_unknown_gets_the_crowd_in_order_of_popularity(draw: Draw, seed: int) -> None:
    market = learned_world(draw, seed)[0]
    unknown = StudentBatch(csr_array((1, SKILLS)), csr_array((1, ITEMS)), np.array([-1]))
    block, learned = Recommender(market, ALL).block(unknown), market.learned_progression
    crowd = list_crowd(market)
    assert block.paths["TRAINING"].item.tolist() == crowd[np.argsort(-learned.popularity[crowd])].tolist()
    assert not len(block.paths["TRAINING"].reasons.chain) and REASONS[block.reasons[0]] == "HAS_CHAIN"


def test_students_get_followers_where_no_skill_is_known(draw: Draw) -> None:
    market, batch = learned_world(draw, 11)
    nothing = csr_array((4, SKILLS))
    market = replace(market, requirements=nothing, gains=csr_array((ITEMS, SKILLS)))
    batch = replace(batch, levels=csr_array((STUDENTS, SKILLS)), asked=np.full(STUDENTS, -1))
    affinity, free = affinities(market, batch), batch.progress.toarray() == 0
    followers = set(map(tuple, np.argwhere((affinity > 0) & free).tolist()))
    crowd = {
        (student, item) for student in range(STUDENTS) for item in list_crowd(market).tolist() if free[student, item]
    }
    assert followers - crowd and crowd - followers
    assert seen(Recommender(market, ALL).block(batch), "TRAINING") == followers | crowd


@pytest.mark.parametrize("learned", [True, False], ids=["learned", "nothing learned"])
def test_who_took_everything_has_no_list_but_a_reason_code(draw: Draw, learned: bool) -> None:
    market, batch = world(draw, np.random.default_rng(5), posts=0, projects=0)
    taken = batch.progress.toarray()
    taken[0], taken[:, 3] = 1.0, 1.0
    batch = replace(batch, progress=csr_array(taken))
    if learned:
        market = replace(market, progression=draw_progression(np.random.default_rng(6), ITEMS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        block = Recommender(market, ALL).block(batch)
    chains = block.paths["TRAINING"]
    assert np.isfinite(chains.values).all() and np.isfinite(chains.score).all() and len(chains.item)
    assert (chains.item != 3).all() and 0 not in block.targets.student[chains.pair]
    assert REASONS[block.reasons[0]] not in ("HAS_CHAIN", "NO_CAPABILITY")
    assert learned == bool(len(chains.reasons.chain))
