"""Whole blocks: what is suggested, what is left out, and worlds with something missing."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from skillpath.chains.model.candidates import CandidateSettings
from skillpath.chains.model.capability import capability
from skillpath.chains.model.coverage import REASONS
from skillpath.chains.model.gap import find_gaps
from skillpath.chains.model.ranking import ChainRankSettings, ranks
from skillpath.chains.recommend import PATHS, Block, ChainSettings, Market, Recommender, StudentBatch

Draw = Callable[..., csr_array]
SEEDS = st.integers(0, 2**32 - 1)
SKILLS = 9


def world(
    draw: Draw, rng: np.random.Generator, students: int = 6, clusters: int = 4, posts: int = 7, resources: int = 8,
    projects: int = 5, stated: float = 0.35,
) -> tuple[Market, StudentBatch]:  # fmt: skip
    gains = draw(rng, resources, SKILLS) * 0.9
    market = Market(
        requirements=draw(rng, clusters, SKILLS),
        job_needs=draw(rng, posts, SKILLS),
        project_needs=draw(rng, projects, SKILLS),
        gains=csr_array(gains),
        job_cluster=rng.integers(-1, clusters, posts),
        embeddings=rng.normal(size=(SKILLS, 4)),
    )
    progress = draw(rng, students, resources, 0.2)
    levels = capability(progress, market.gains, draw(rng, students, SKILLS, stated))
    asked = np.where(rng.random(students) < 0.5, rng.integers(-1, clusters, students), -1)
    return market, StudentBatch(levels, progress, asked)


def seen(block: Block, path: str) -> set[tuple[int, int]]:
    chains = block.paths[path]
    return set(zip(block.targets.student[chains.pair].tolist(), chains.item.tolist(), strict=True))


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_every_chain_holds_together(draw: Draw, seed: int) -> None:
    market, batch = world(draw, np.random.default_rng(seed))
    block, asked = Recommender(market).block(batch), batch.asked
    for path, chains in block.paths.items():
        students = block.targets.student[chains.pair]
        assert len(seen(block, path)) == len(chains.item), "an item once for each student"
        closed = np.bincount(chains.candidate, weights=chains.closed, minlength=len(chains.item))
        assert np.allclose(closed, chains.gain, atol=1e-12)
        assert (chains.closed <= block.gaps.gap[chains.entry]).all()
        assert np.array_equal(block.gaps.pair[chains.entry], chains.pair[chains.candidate])
        for student in np.unique(students):
            mine = students == student
            assert chains.rank[mine].tolist() == list(range(1, mine.sum() + 1))
            assert (np.diff(chains.score[mine]) <= 1e-11).all()
            if asked[student] >= 0:
                assert (block.targets.cluster[chains.pair[mine]] == asked[student]).all()
        if path == "JOB":
            assert np.array_equal(market.job_cluster[chains.item], block.targets.cluster[chains.pair])


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_nothing_taken_is_suggested_and_all_else_that_helps_is(draw: Draw, seed: int) -> None:
    market, batch = world(draw, np.random.default_rng(seed))
    progress, asked = batch.progress, batch.asked
    # More room than there are items: whatever closes enough must come.
    chosen = ChainSettings(rank=ChainRankSettings(per_path=100, pool=100, min_score=-np.inf))
    block = Recommender(market, chosen).block(batch)
    taken = set(zip(*(part.tolist() for part in progress.nonzero()), strict=True))
    have, needs, gains = batch.levels.toarray(), market.requirements.toarray(), market.gains.toarray()
    expected = set()
    targets, real = block.targets, slice(block.targets.count)
    for student, cluster, stated in zip(
        targets.student[real], targets.cluster[real], targets.stated[real], strict=True
    ):
        gap = np.maximum(0, needs[cluster] - have[student])
        for item in range(len(gains)):
            helps = np.minimum(gap, (1 - have[student]) * gains[item]).sum() >= chosen.candidates.least_gain
            if helps and (student, item) not in taken and (stated or asked[student] < 0):
                expected.add((int(student), item))
    assert seen(block, "TRAINING") == expected


@given(SEEDS)
@settings(max_examples=25, deadline=None)
def test_taking_the_suggested_course_closes_exactly_its_gain(draw: Draw, seed: int) -> None:
    market, batch = world(draw, np.random.default_rng(seed))
    progress, asked = batch.progress, batch.asked
    stated = draw(np.random.default_rng(seed + 1), 6, SKILLS)
    block = Recommender(market).block(StudentBatch(capability(progress, market.gains, stated), progress, asked))
    chains, targets = block.paths["TRAINING"], block.targets
    for i in range(len(chains.item)):
        pair = chains.pair[i : i + 1]
        after = progress.toarray()
        after[targets.student[pair], chains.item[i]] = 1.0
        improved = capability(csr_array(after), market.gains, stated)
        left = find_gaps(improved, market.requirements, targets.student[pair], targets.cluster[pair]).total[0]
        assert block.gaps.total[pair[0]] - left == pytest.approx(chains.gain[i], abs=1e-12)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_block_split_in_two_gives_the_same(draw: Draw, seed: int) -> None:
    market, batch = world(draw, np.random.default_rng(seed))
    recommender = Recommender(market)
    whole = recommender.block(batch)
    parts = [recommender.block(batch.part(p)) for p in (slice(0, 2), slice(2, 6))]
    for path in PATHS:
        halves = [part.paths[path] for part in parts]
        assert np.concatenate([h.item for h in halves]).tolist() == whole.paths[path].item.tolist()
        assert np.concatenate([h.score for h in halves]).tolist() == whole.paths[path].score.tolist(), (
            "to the last digit"
        )


def test_what_a_job_would_teach_counts_as_far_as_one_fits_it(draw: Draw) -> None:
    market, batch = world(draw, np.random.default_rng(7))
    block = Recommender(market).block(batch)
    for path in PATHS:
        chains = block.paths[path]
        fit = chains.match if path == "JOB" else 1.0
        assert chains.term("gap") == pytest.approx(fit * (1 - np.exp(-chains.gain)))


def test_what_is_worth_too_little_is_on_no_list(draw: Draw) -> None:
    market, batch = world(draw, np.random.default_rng(7))
    all_of_it = ChainSettings(
        candidates=CandidateSettings(least_match=0.0, least_gain=0.0), rank=ChainRankSettings(min_score=-np.inf)
    )
    dear = ChainSettings(
        candidates=CandidateSettings(least_match=0.4, least_gain=0.3), rank=ChainRankSettings(min_score=0.25)
    )
    (less, more) = (Recommender(market, each).block(batch) for each in (dear, all_of_it))
    assert all(len(less.paths[path].item) < len(more.paths[path].item) for path in PATHS)
    assert (less.paths["JOB"].match >= 0.4).all() and (more.paths["JOB"].match < 0.4).any()
    for path in PATHS:
        assert (less.paths[path].score >= 0.25).all() and (more.paths[path].score < 0.25).any()
        # A list only ends sooner: nobody loses the first places.
        assert (less.paths[path].rank == ranks(less.targets.student[less.paths[path].pair])).all()
    for path in ("TRAINING", "VENTURE"):
        assert (less.paths[path].gain >= 0.3).all() and (more.paths[path].gain < 0.3).any()


EMPTY = [
    {"students": 0}, {"stated": 0.0, "resources": 0}, {"posts": 0}, {"projects": 0}, {"resources": 0},
    {"posts": 0, "projects": 0, "resources": 0}, {"clusters": 1},
]  # fmt: skip


@pytest.mark.parametrize("missing", EMPTY, ids=str)
def test_worlds_with_something_missing_give_empty_arrays_and_no_warning(draw: Draw, missing: dict[str, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        market, batch = world(draw, np.random.default_rng(5), **missing)
        block = Recommender(market).block(batch)
    for path, absent in (("JOB", "posts"), ("TRAINING", "resources"), ("VENTURE", "projects")):
        chains = block.paths[path]
        assert all(np.isfinite(part).all() for part in (chains.score, chains.match, chains.bridging, chains.gain))
        if missing.get(absent) == 0 or missing.get("students") == 0:
            assert len(chains.item) == len(chains.candidate) == 0
    assert np.isfinite(block.gaps.total).all() and np.isfinite(block.targets.match).all()


def test_a_student_without_capability_gets_chains_toward_the_target_asked_for_only() -> None:
    needs = csr_array([[0.8, 0.0, 0.5], [0.0, 0.6, 0.0], [0.0, 0.0, 0.0]])
    gains = csr_array([[0.5, 0.0, 0.0], [0.0, 0.9, 0.0]])
    market = Market(needs, csr_array((0, 3)), csr_array((0, 3)), gains, np.zeros(0, dtype=np.int64), np.eye(3))
    asked = np.array([-1, 0, 2])
    block = Recommender(market).block(StudentBatch(csr_array((3, 3)), csr_array((3, 2)), asked))
    assert block.targets.student.tolist() == [1, 2, 0, 1, 2] and block.targets.cluster.tolist() == [0, 2, -1, -1, -1]
    assert block.targets.count == 2 and block.targets.rank.tolist() == [1, 1, 0, 0, 0]
    assert seen(block, "TRAINING") == {(1, 0)}
    assert block.paths["TRAINING"].gain.tolist() == pytest.approx([0.5])
    assert block.gaps.total.tolist() == pytest.approx([1.3, 0.0, 0.0, 0.0, 0.0])
    assert [REASONS[code] for code in block.reasons] == ["NO_CAPABILITY", "HAS_CHAIN", "NO_REQUIREMENTS"]
