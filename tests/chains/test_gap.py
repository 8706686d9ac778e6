"""Gap (15) and gain: against dense arithmetic, and against taking the resource for real."""

import numpy as np
from hypothesis import given
from scipy.sparse import csr_array

from skillpath.chains.capability import capability
from skillpath.chains.gap import Gaps, find_gaps, gain_per_skill, total_gains
from skillpath.chains.sparse import Ints

from .worlds import World, worlds


def gaps_of(world: World) -> tuple[Gaps, Ints, Ints, np.ndarray]:
    """Every pair of student and cluster."""
    levels = capability(csr_array(world.progress), csr_array(world.gains), csr_array(world.stated))
    students, clusters = world.stated.shape[0], world.requirements.shape[0]
    student = np.repeat(np.arange(students), clusters)
    cluster = np.tile(np.arange(clusters), students)
    return find_gaps(levels, csr_array(world.requirements), student, cluster), student, cluster, levels.toarray()


@given(worlds)
def test_the_gap_is_the_formula(world: World) -> None:
    gaps, student, cluster, levels = gaps_of(world)
    wanted = np.maximum(0, world.requirements[cluster] - levels[student])
    found = np.zeros_like(wanted)
    found[gaps.pair, gaps.skill] = gaps.gap
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    np.testing.assert_allclose(gaps.total, wanted.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(gaps.asked, world.requirements[cluster].sum(axis=1), atol=1e-12)
    assert np.all(gaps.gap > 0)


@given(worlds)
def test_the_gain_is_the_gap_before_less_the_gap_after_taking_it(world: World) -> None:
    gaps, student, cluster, levels = gaps_of(world)
    pair, item, gain = total_gains(gaps, csr_array(world.gains))
    found = np.zeros((len(student), world.gains.shape[0]))
    found[pair, item] = gain
    for resource, effect in enumerate(world.gains):
        after = 1 - (1 - levels[student]) * (1 - effect)
        before_gap = np.maximum(0, world.requirements[cluster] - levels[student]).sum(axis=1)
        after_gap = np.maximum(0, world.requirements[cluster] - after).sum(axis=1)
        np.testing.assert_allclose(found[:, resource], before_gap - after_gap, atol=1e-9)


@given(worlds)
def test_single_gains_add_up_and_stay_below_the_gap(world: World) -> None:
    gaps, *_ = gaps_of(world)
    effects = csr_array(world.gains)
    pair, item, total = total_gains(gaps, effects)
    candidate, entry, gain = gain_per_skill(gaps, effects, pair, item)
    np.testing.assert_allclose(np.bincount(candidate, weights=gain, minlength=len(pair)), total, atol=1e-12)
    assert np.all(gain <= gaps.gap[entry] + 1e-12)
    assert np.all(gaps.pair[entry] == pair[candidate])
    assert np.all(total <= gaps.total[pair] + 1e-12)


@given(worlds)
def test_a_new_capability_never_raises_a_gap(world: World) -> None:
    from dataclasses import replace

    more = replace(world, stated=np.minimum(1.0, world.stated + 0.1))
    assert np.all(gaps_of(more)[0].total <= gaps_of(world)[0].total + 1e-12)
