"""Heat of what an item closes, of a post's region, and urgency by deadline, competition and early warning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from skillpath.chains.model.heat import HeatSettings, MarketHeat, posting_urgency, regional_heat, skill_heat
from skillpath.chains.model.item_limits import NOWHERE, UNLIMITED, ItemLimits
from skillpath.chains.model.market import Market
from skillpath.chains.model.ranking import TERMS
from skillpath.chains.model.student_targets import NO_TARGET, StudentTargetSettings
from skillpath.chains.recommend import ChainSettings, Recommender, StudentBatch

REQUIREMENTS = csr_array([[0.8, 0.8, 0.0], [0.0, 0.4, 0.8]])
HEATS = np.array([0.9, 0.1])
HEAT, URGENCY = TERMS.index("heat"), TERMS.index("urgency")
ANY_TARGET = ChainSettings(targets=StudentTargetSettings(min_skills=0.0, min_match=0.0))


def market(**fields: object) -> Market:
    """Two clusters, one hot and one not, three courses of one skill each, and no post."""
    nothing = csr_array((0, 3))
    gains = csr_array(np.eye(3) * 0.5)
    made = Market(REQUIREMENTS, nothing, nothing, gains, np.zeros(0, dtype=np.int64), np.eye(3), heat=HEATS)
    return replace(made, **fields)  # type: ignore[arg-type]


def test_a_skill_is_as_hot_as_those_who_require_it() -> None:
    found = skill_heat(REQUIREMENTS, HEATS)
    assert found == pytest.approx([0.9, (0.8 * 0.9 + 0.4 * 0.1) / 1.2, 0.1])
    assert skill_heat(csr_array((2, 3)), HEATS).tolist() == [0.0] * 3


def test_heat_moves_items_toward_one_target() -> None:
    student = StudentBatch(csr_array((1, 3)), csr_array((1, 3)), np.array([1]))
    chains = Recommender(market(), ANY_TARGET).block(student).paths["TRAINING"]
    heats = dict(zip(chains.item.tolist(), chains.values[:, HEAT].tolist(), strict=True))
    # Both courses close skills of the cold cluster; the skill of the second is wanted in the hot one too.
    assert heats == pytest.approx({1: 0.5 * 0.1 + 0.5 * skill_heat(REQUIREMENTS, HEATS)[1], 2: 0.1})


def test_candidates_without_a_target_are_not_hot() -> None:
    heat = MarketHeat.of(market(warned=np.array([True, True])), HeatSettings())
    cluster, item = np.array([NO_TARGET, 0]), np.array([0, 0])
    assert heat.heat("TRAINING", cluster, item, np.array([0.0, 0.9])) == pytest.approx([0.0, 0.9])
    assert heat.urgency("TRAINING", cluster, item, np.array([0.7, 0.7])) == pytest.approx([0.0, 0.7])


def test_a_fired_warning_raises_what_bridges_there_and_nothing_else() -> None:
    student = StudentBatch(csr_array((1, 3)), csr_array((1, 3)), np.array([0]))
    calm, warned = (
        Recommender(market(warned=np.array(fired)), ANY_TARGET).block(student).paths["TRAINING"]
        for fired in ([False, True], [True, False])
    )
    assert not calm.values[:, URGENCY].any()
    assert warned.values[:, URGENCY] == pytest.approx(np.clip(warned.bridging, 0.0, 1.0))
    assert warned.parts[:, URGENCY].any() and warned.score == pytest.approx(warned.parts.sum(axis=1), abs=1e-9)


def test_a_region_with_more_posts_than_elsewhere_is_hotter() -> None:
    cluster = np.array([0] * 20 + [0] * 5 + [1] * 20 + [-1])
    region = np.array([0] * 20 + [1] * 5 + [1] * 20 + [0])
    found = regional_heat(np.array([0.4, 0.4]), cluster, region, np.ones(46, dtype=bool), HeatSettings())
    assert found[0] > 0.4 > found[20] > 0 and found[25] > 0.4 and found[45] == 0.0
    nowhere = regional_heat(
        np.array([0.4]), np.zeros(3, dtype=np.int64), np.full(3, NOWHERE), np.ones(3, bool), HeatSettings()
    )
    assert nowhere.tolist() == [0.4] * 3
    assert (found <= 1).all()


def test_urgency_of_posts_by_deadline_and_competition() -> None:
    needs = csr_array(np.full((4, 3), 0.3))
    limits = ItemLimits(np.array([True, True, True, True]), np.full(4, NOWHERE), np.full(4, UNLIMITED))
    posts = market(
        job_needs=needs,
        job_cluster=np.array([0, 0, 1, -1]),
        job_days_left=np.array([3.0, np.nan, 60.0, 0.0]),
        item_limits={"JOB": limits},
    )
    alone = posting_urgency(posts, None, HeatSettings())
    assert alone == pytest.approx([0.5 * 0.9, 0.0, 0.0, 0.5])
    crowded = posting_urgency(posts, np.array([6.0, 0.0]), HeatSettings())
    assert crowded == pytest.approx([0.45 + 0.5 * 2 / 8, 0.5 * 2 / 8, 0.5, 0.5])


def test_rivals_are_counted_and_do_not_change_with_blocks() -> None:
    levels = csr_array([[0.5, 0.5, 0.0], [0.5, 0.4, 0.0], [0.0, 0.1, 0.9]])
    students = StudentBatch(levels, csr_array((3, 3)), np.array([-1, -1, 0]))
    counted = Recommender(market(), ANY_TARGET).count_rivals(students)
    aims = counted.block(students).targets
    assert counted.rivals is not None
    assert counted.rivals.tolist() == np.bincount(aims.cluster[: aims.count], minlength=2).tolist()
