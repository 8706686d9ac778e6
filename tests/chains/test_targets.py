"""Targets: the one asked for, then the nearest, against dense cosines."""

import numpy as np
from hypothesis import given
from scipy.sparse import csr_array

from skillpath.chains.capability import capability
from skillpath.chains.targets import TargetSettings, choose_targets, rarity

from .worlds import World, make_world, worlds


def levels_of(world: World) -> csr_array:
    return capability(csr_array(world.progress), csr_array(world.gains), csr_array(world.stated))


@given(worlds)
def test_against_dense_cosines(world: World) -> None:
    levels, requirements = levels_of(world), csr_array(world.requirements)
    settings = TargetSettings(count=3, floor=0.05, block=2)
    targets = choose_targets(levels, requirements, world.asked, settings)
    weight = rarity(requirements)
    have, need = levels.toarray() * weight, world.requirements * weight
    norm = np.linalg.norm(have, axis=1)[:, None] * np.linalg.norm(need, axis=1)
    cosine = np.divide(have @ need.T, norm, out=np.zeros_like(norm), where=norm > 0)
    for student in range(len(world.stated)):
        mine = targets.student == student
        chosen, asked = targets.cluster[mine], world.asked[student]
        assert len(set(chosen)) == len(chosen) <= 3
        np.testing.assert_allclose(targets.match[mine], cosine[student, chosen], atol=1e-9)
        assert targets.rank[mine].tolist() == list(range(1, len(chosen) + 1))
        assert targets.stated[mine].tolist() == [c == asked for c in chosen]
        others = chosen
        if asked >= 0:
            assert chosen[0] == asked
            others = chosen[1:]
        left = [c for c in range(len(world.requirements)) if c not in chosen and world.requirements[c].any()]
        assert all(cosine[student, c] >= settings.floor - 1e-9 for c in others)
        if len(chosen) == 3 and len(others):
            assert all(cosine[student, c] <= cosine[student, others].min() + 1e-9 for c in left)
        else:
            assert all(cosine[student, c] < settings.floor + 1e-9 for c in left if len(chosen) < 3)


def test_the_size_of_a_block_changes_nothing() -> None:
    world = make_world(3, students=7)
    one, many = (
        choose_targets(levels_of(world), csr_array(world.requirements), world.asked, TargetSettings(block=b))
        for b in (1, 100)
    )
    np.testing.assert_array_equal(one.cluster, many.cluster)
    np.testing.assert_allclose(one.match, many.match)
