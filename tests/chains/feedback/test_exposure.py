"""First places are drawn with the chance that is told, and nothing but the order changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from skillpath.chains.feedback.exposure import NEXT, Draw, ExposureSettings, draw_first_places, expected_loss
from skillpath.chains.model.affinity import Reasons
from skillpath.chains.model.arrays import Floats
from skillpath.chains.model.pool import Chains
from skillpath.chains.model.ranking import TERMS
from skillpath.chains.recommend import PATHS

DRAW = Draw(0.02, "day/0/0")


def some_lists(
    rng: np.random.Generator, students: int, least: int = 0, most: int = 10, noise: float = 0.001
) -> dict[str, Chains]:
    """Lists of ``least`` to ``most`` chains for each student, each student one pair, scores falling."""
    made = {}
    for path in PATHS:
        sizes = rng.integers(least, most + 1, students)
        pair = np.repeat(np.arange(students), sizes)
        rank = np.concatenate([[], *(np.arange(1, size + 1) for size in sizes)]).astype(np.int64)
        score = 0.5 - 0.01 * rank + noise * rng.random(len(rank))
        values = np.repeat(score[:, None] / len(TERMS), len(TERMS), axis=1)
        none = np.zeros(len(rank))
        candidate = np.arange(len(rank))
        reasons = Reasons(candidate, candidate, score, candidate)
        plain = (candidate, candidate, score, reasons, none, none, none.astype(bool))
        made[path] = Chains(pair, candidate, rank, score, values, values, score, score, *plain)
    return made


def shown(lists: dict[str, Chains], tie_breakers: Floats, draw: Draw | None) -> dict[str, Chains]:
    return draw_first_places(lists, np.arange(len(tie_breakers)), tie_breakers, draw)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_only_the_first_place_changes_and_everything_follows_its_chain(rng: np.random.Generator) -> None:
    lists, tie_breakers = some_lists(rng, 200), rng.random(200)
    moved = 0
    for path, after in shown(lists, tie_breakers, DRAW).items():
        before = lists[path]
        assert np.array_equal(after.rank, before.rank) and np.array_equal(after.pair, before.pair)
        assert np.array_equal(after.score, before.score[after.item]), "items number the chains as they were"
        assert np.array_equal(after.parts, before.parts[after.item])
        assert np.array_equal(after.item[after.candidate], before.item[before.candidate])
        assert np.array_equal(after.item[after.reasons.chain], before.item[before.reasons.chain])
        for student in range(200):
            was, now = before.item[before.pair == student], after.item[after.pair == student]
            assert np.array_equal(np.delete(was, np.searchsorted(was, now[:1])), now[1:])
            moved += int(len(was) > 0 and was[0] != now[0])
    assert moved > 100


def test_chances_add_up_and_one_of_the_first_places_is_next(rng: np.random.Generator) -> None:
    lists, tie_breakers = some_lists(rng, 300), rng.random(300)
    after = shown(lists, tie_breakers, DRAW)
    total, leads, people = np.zeros(300), np.zeros(300), set()
    for chains in after.values():
        first = np.bincount(chains.pair, weights=chains.first, minlength=300)
        assert np.allclose(first[np.unique(chains.pair)], 1.0)
        assert not chains.next[chains.rank > 1].any() and not chains.leads[chains.rank > 1].any()
        total += np.bincount(chains.pair, weights=chains.next, minlength=300)
        leads += np.bincount(chains.pair, weights=chains.leads, minlength=300)
        people |= set(chains.pair.tolist())
    somebody = sorted(people)
    assert np.allclose(total[somebody], 1.0) and np.array_equal(leads[somebody], np.ones(len(somebody)))
    assert total.sum() == pytest.approx(len(somebody))


def test_chains_are_drawn_as_often_as_is_told(rng: np.random.Generator) -> None:
    people, size = 40_000, 5
    many = some_lists(rng, people, least=size, most=size, noise=0.0)
    after = shown(many, rng.random(people), DRAW)
    for chains in after.values():
        first = chains.rank == 1
        for place in range(size):
            chance = chains.first[chains.item % size == place][0]
            often = float((chains.item[first] % size == place).mean())
            assert abs(often - chance) < 4 * np.sqrt(chance * (1 - chance) / people)
    for chains in after.values():
        expected = chains.next[chains.rank == 1].mean()
        assert abs(chains.leads[chains.rank == 1].mean() - expected) < 0.01


def test_draws_of_slots_rounds_and_students_are_unrelated(rng: np.random.Generator) -> None:
    tie_breakers = np.arange(20_000) / 20_000
    seen = [
        Draw(0.02, round).noise(tie_breakers, slot) for round in ("a/0/0", "a/1/0", "b/0/0") for slot in (*PATHS, NEXT)
    ]
    table = np.corrcoef([*seen, np.roll(seen[0], 1), tie_breakers])
    assert np.abs(table - np.eye(len(table))).max() < 0.03
    for noise in seen:
        assert noise.min() >= 0 and noise.max() < 1
        assert np.abs(np.histogram(noise, 10, (0, 1))[0] - 2000).max() < 200
    assert np.array_equal(seen[0], Draw(0.02, "a/0/0").noise(tie_breakers, "JOB")), "the same round draws the same"


def test_a_student_alone_gets_what_all_together_get(rng: np.random.Generator) -> None:
    lists, tie_breakers = some_lists(rng, 50), rng.random(50)
    together = shown(lists, tie_breakers, DRAW)
    for student in range(50):
        for path, chains in lists.items():
            mine = chains.pair == student
            own = replace(
                chains,
                **{k: v[mine] for k, v in vars(chains).items() if k not in ("candidate", "entry", "closed", "reasons")},
                candidate=np.arange(mine.sum()),
                reasons=Reasons(),
            )
            own = replace(own, pair=np.zeros(mine.sum(), dtype=np.int64))
            alone = draw_first_places({path: own}, np.zeros(1, dtype=np.int64), tie_breakers[[student]], DRAW)[path]
            there = together[path].pair == student
            assert np.array_equal(alone.item, together[path].item[there])
            assert np.array_equal(alone.first, together[path].first[there])


def test_without_exploring_the_best_stand_first_and_nothing_is_left_to_chance(rng: np.random.Generator) -> None:
    assert Draw.of(ExposureSettings(explore=False), "day", 1) is None
    lists, tie_breakers = some_lists(rng, 100), rng.random(100)
    for path, chains in shown(lists, tie_breakers, None).items():
        assert np.array_equal(chains.item, lists[path].item)
        assert np.array_equal(chains.first, (chains.rank == 1).astype(float))
        assert set(np.unique(chains.next)) <= {0.0, 1.0} and np.array_equal(chains.next == 1, chains.leads)


def test_what_exploring_costs_is_bounded(rng: np.random.Generator) -> None:
    draw, worst = ExposureSettings(), 0.0
    for gap in np.linspace(0, 0.3, 400):
        score = np.r_[0.5, np.full(9, 0.5 - gap)]
        chance = np.exp(score / draw.temperature)
        worst = max(worst, expected_loss(chance / chance.sum(), score, np.zeros(10, dtype=np.int64)))
    assert worst == pytest.approx(1.102 * draw.temperature, rel=0.01)
    lists = shown(some_lists(rng, 300), rng.random(300), Draw.of(draw, "day", 0))
    for chains in lists.values():
        assert 0 < expected_loss(chains.first, chains.score, chains.pair) < 1.102 * draw.temperature


def test_nobody_and_nothing(rng: np.random.Generator) -> None:
    nothing = some_lists(rng, 0)
    assert all(not len(chains.rank) for chains in shown(nothing, np.zeros(0), DRAW).values())
    assert expected_loss(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64)) == 0.0
