"""Supply and gap: progress from events, capability as the chains compute it, students who aim, nothing from later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from skillpath.chains.model.capability import capability
from skillpath.embeddings.gap_targets import (
    GapSettings,
    compute_gap_targets,
    project_gap,
    required_levels,
    sum_monthly_needs,
)
from skillpath.embeddings.history import COURSE, EVALUATION, NO_DAY, PRACTICE, Events, History
from skillpath.embeddings.supply import SupplySettings, compute_progress_steps, compute_supplies, project_supplies
from tests.embeddings.histories import end_of, small_history

HORIZON = 3


@pytest.fixture(scope="module")
def history() -> History:
    return small_history(5)


def events(*rows: tuple[int, int, int, int, float]) -> Events:
    student, resource, kind, day, score = (np.array(column) for column in zip(*rows, strict=True))
    return Events(student, resource, kind, day, score)


def test_progress_is_begun_then_practised_then_scored() -> None:
    nan = float("nan")
    event_rows = events(
        (0, 0, COURSE, 1, nan),
        (0, 0, PRACTICE, 2, nan),
        (0, 1, COURSE, 3, nan),
        *[(0, 0, PRACTICE, 4 + i, nan) for i in range(4)],
        (0, 0, EVALUATION, 9, 0.7),
        (0, 0, PRACTICE, 10, nan),
        (0, 0, EVALUATION, 11, 0.9),
        (1, 0, COURSE, 5, nan),
        (1, 0, EVALUATION, 6, nan),
    )
    steps = compute_progress_steps(event_rows, SupplySettings(begun=0.2, practice=0.2, practices=3))
    assert (np.diff(steps.day) >= 0).all()

    def by(day: int) -> list[float]:
        part = slice(0, int(np.searchsorted(steps.day, day, side="right")))
        return [float(x) for x in steps.matrix(part, (2, 2)).toarray().ravel().round(9)]

    assert by(1) == [0.2, 0.0, 0.0, 0.0]
    assert by(3) == [0.4, 0.2, 0.0, 0.0]
    assert by(8) == [0.8, 0.2, 0.2, 0.0]
    assert by(9) == [0.7, 0.2, 0.2, 0.0]
    assert by(10) == [0.7, 0.2, 0.2, 0.0]
    assert by(11) == [0.9, 0.2, 0.2, 0.0]


def test_no_events_are_no_progress() -> None:
    assert len(compute_progress_steps(small_history(1).events.where(np.array([], dtype=np.int64))).step) == 0


def test_supply_is_the_mean_capability_of_those_present_who_aim(history: History) -> None:
    settings = SupplySettings(crowd=0.0)
    month, end = 20, end_of(21)
    steps = compute_progress_steps(history.events)
    done = slice(0, int(np.searchsorted(steps.day, end)))
    progress = steps.matrix(done, (history.size("student"), history.size("resource")))
    levels = capability(progress, history.gains, history.students.stated).toarray()
    roll = history.students
    here = (roll.arrives < end) & ((roll.graduates == NO_DAY) | (roll.graduates >= end))
    supply = list(compute_supplies(history, settings))[month]
    np.testing.assert_allclose(supply.everyone, levels[here].mean(axis=0), atol=1e-12)
    for cluster in range(history.size("cluster")):
        aiming = levels[here & (roll.target == cluster)]
        assert len(aiming) > 0
        np.testing.assert_allclose(supply.dense()[cluster], aiming.mean(axis=0), atol=1e-12)


def test_the_crowd_stands_in_where_nobody_aims(history: History) -> None:
    nobody = replace(history, students=replace(history.students, target=np.full(history.size("student"), -1)))
    supply = list(compute_supplies(nobody))[-1]
    np.testing.assert_allclose(supply.dense(), np.tile(supply.everyone, (history.size("cluster"), 1)))
    assert supply.everyone.max() > 0


def test_arrays_and_dense_supply_agree(history: History) -> None:
    supply = list(compute_supplies(history))[12]
    asked = history.requirements
    expected = np.where(asked.toarray() > 0, supply.dense(), 0.0)
    np.testing.assert_allclose(supply.where(asked).toarray(), expected)


def test_supply_of_a_month_depends_on_nothing_later(history: History) -> None:
    whole = list(compute_supplies(history))
    for months in (6, 17, 25):
        for before, after in zip(whole, compute_supplies(history.cut(months)), strict=False):
            np.testing.assert_array_equal(before.dense(), after.dense())


def test_unknown_arrival_is_the_first_event_and_never_without_one(history: History) -> None:
    roll = replace(history.students, arrives=np.full(history.size("student"), NO_DAY))
    event_rows = len(np.unique(history.events.student))
    assert [s.present for s in compute_supplies(replace(history, students=roll))][-1] <= event_rows
    silent = replace(history, students=roll, events=history.events.where(np.array([], dtype=np.int64)))
    assert {s.present for s in compute_supplies(silent)} == {0}


def test_few_posts_are_drawn_towards_the_longer_past(history: History) -> None:
    needs, postings = sum_monthly_needs(history)
    np.testing.assert_array_equal(postings, history.counts())
    window, settings = range(20, 23), GapSettings(past=12, weight=5.0)
    asked = required_levels(history, needs, postings, window, settings).toarray()
    dense, month = history.postings.needs.toarray(), history.month_of(history.postings.day)
    for cluster in range(history.size("cluster")):
        own = history.postings.cluster == cluster
        now = dense[own & (month >= 20) & (month < 23)]
        past = dense[own & (month >= 8) & (month < 20)].mean(axis=0)
        np.testing.assert_allclose(asked[cluster], (now.sum(axis=0) + 5.0 * past) / (len(now) + 5.0), atol=1e-12)


def test_without_posts_the_ontology_says_what_is_asked(history: History) -> None:
    needs = [csr_array(history.requirements.shape)] * history.months
    postings = np.zeros((history.size("cluster"), history.months), dtype=np.int64)
    asked = required_levels(history, needs, postings, range(6, 9), GapSettings())
    np.testing.assert_allclose(asked.toarray(), history.requirements.toarray())


def test_the_gap_is_the_missing_share_and_shrinks_when_students_can_more(history: History) -> None:
    gap = compute_gap_targets(history, HORIZON)
    known = ~np.isnan(gap)
    assert known[:, : history.months - HORIZON].all()
    assert not known[:, history.months - HORIZON :].any()
    assert ((gap[known] > 0) & (gap[known] < 1)).all()
    able = replace(history.students, stated=csr_array(np.full((history.size("student"), history.size("skill")), 0.6)))
    better = compute_gap_targets(replace(history, students=able), HORIZON)
    assert (better[known] < gap[known]).all()


def test_without_students_the_gap_is_unknown(history: History) -> None:
    none = np.full(history.size("student"), NO_DAY)
    silent = replace(
        history,
        students=replace(history.students, arrives=none),
        events=history.events.where(np.array([], dtype=np.int64)),
    )
    assert np.isnan(compute_gap_targets(silent, HORIZON)).all()


def test_the_supply_ahead_is_those_who_stay_and_as_many_newcomers_as_a_year_ago(history: History) -> None:
    month, settings = 20, SupplySettings(crowd=0.0)
    roll, end, later = history.students, end_of(21), end_of(21 + HORIZON)
    progress = compute_progress_steps(history.events).matrix(
        slice(0, int(np.searchsorted(compute_progress_steps(history.events).day, end))),
        (history.size("student"), history.size("resource")),
    )
    now = capability(progress, history.gains, roll.stated).toarray()
    arrival = capability(csr_array(progress.shape), history.gains, roll.stated).toarray()
    stay = (roll.arrives < end) & ((roll.graduates == NO_DAY) | (roll.graduates >= later))
    come = (roll.arrives >= end_of(21 - 12)) & (roll.arrives < end_of(21 - 12 + HORIZON))
    assert stay.sum() > 1 and come.sum() > 1
    supply = list(project_supplies(history, HORIZON, settings))[month]
    assert supply.present == stay.sum() + come.sum()
    expected = np.concatenate([now[stay], arrival[come]]).mean(axis=0)
    np.testing.assert_allclose(supply.everyone, expected, atol=1e-12)


def test_the_gap_ahead_knows_nothing_of_later_months(history: History) -> None:
    whole, cut = project_gap(history, HORIZON), project_gap(history.cut(22), HORIZON)
    np.testing.assert_allclose(whole[:, :22], cut, atol=1e-12)
    assert np.isnan(whole[:, : HORIZON - 1]).all() and np.isfinite(whole[:, HORIZON:]).all()
