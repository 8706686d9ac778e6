"""Whole blocks: nothing taken again, wishes kept, empty worlds survived."""

import warnings

import numpy as np
from hypothesis import given
from scipy.sparse import csr_array

from skillpath.chains.capability import capability
from skillpath.chains.recommend import PATHS, Block, Recommender

from .worlds import World, make_world, worlds


def block_of(world: World) -> Block:
    levels = capability(csr_array(world.progress), csr_array(world.gains), csr_array(world.stated))
    return Recommender(world.market()).block(levels, csr_array(world.progress), world.asked)


@given(worlds)
def test_every_chain_keeps_the_rules(world: World) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        block = block_of(world)
    targets = block.targets
    for path in PATHS:
        chains = block.paths[path]
        student, cluster = targets.student[chains.pair], targets.cluster[chains.pair]
        for values in (chains.score, chains.match, chains.bridging, chains.similarity, chains.gain, chains.closed):
            assert np.all(np.isfinite(values))
        wished = world.asked[student]
        assert np.all((wished < 0) | (wished == cluster))
        assert len(set(zip(student, chains.item, strict=True))) == len(student)
        summed = np.bincount(chains.candidate, weights=chains.closed, minlength=len(chains.pair))
        np.testing.assert_allclose(summed, chains.gain, atol=1e-9)
        assert np.all(chains.gain <= block.gaps.total[chains.pair] + 1e-9)
    training, jobs = block.paths["TRAINING"], block.paths["JOB"]
    assert not np.any(world.progress[targets.student[training.pair], training.item] > 0)
    assert np.all(training.gain > 0)
    assert np.all(world.job_cluster[jobs.item] == targets.cluster[jobs.pair])


def test_an_enrolment_without_progress_counts_as_taken() -> None:
    world = make_world(1, students=3)
    levels = capability(csr_array(world.progress), csr_array(world.gains), csr_array(world.stated))
    before = Recommender(world.market()).block(levels, csr_array(world.progress), world.asked)
    chains = before.paths["TRAINING"]
    student, item = before.targets.student[chains.pair][0], chains.item[0]
    enrolled = csr_array(world.progress).tolil()
    enrolled[student, item] = 1.0
    taken = csr_array(enrolled.tocsr())
    taken.data[(taken.indices == item) & (taken.data == 1.0)] = 0.0
    after = Recommender(world.market()).block(levels, taken, world.asked)
    again = after.paths["TRAINING"]
    pairs = set(zip(after.targets.student[again.pair], again.item, strict=True))
    assert (student, item) not in pairs
