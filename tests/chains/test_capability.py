"""Capability (14): a noisy-or over what was stated and completed."""

import numpy as np
from hypothesis import given
from scipy.sparse import csr_array

from skillpath.chains.capability import CEILING, capability

from .worlds import World, worlds


def dense(world: World) -> np.ndarray:
    left = 1 - np.minimum(world.stated, CEILING)
    for student, row in enumerate(world.progress):
        for resource, progress in enumerate(row):
            left[student] *= (1 - np.minimum(world.gains[resource], CEILING)) ** progress
    return 1 - left


def of(world: World) -> np.ndarray:
    args = (csr_array(world.progress), csr_array(world.gains), csr_array(world.stated))
    return np.asarray(capability(*args).toarray())


@given(worlds)
def test_it_is_the_formula(world: World) -> None:
    np.testing.assert_allclose(of(world), dense(world), atol=1e-12)


@given(worlds)
def test_levels_stay_in_range(world: World) -> None:
    assert np.all((of(world) >= 0) & (of(world) < 1))


def test_by_hand() -> None:
    levels = capability(csr_array([[1.0, 0.5]]), csr_array([[0.6], [0.36]]), csr_array([[0.2]]))
    np.testing.assert_allclose(levels.toarray(), [[1 - 0.8 * 0.4 * 0.8]])


@given(worlds)
def test_more_progress_never_lowers_a_level(world: World) -> None:
    from dataclasses import replace

    further = replace(world, progress=np.minimum(1.0, world.progress + 0.25))
    assert np.all(of(further) >= of(world) - 1e-12)
