"""The stage gate: leanings by hand, counts without the future, and a gate that finds the one data was drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillpath.chains.model.stage import (
    GATES,
    StageGate,
    StageSettings,
    compute_gate,
    compute_stage_state,
    count_prior_events,
    default_gate,
    fit_stage,
)

SEEDS = st.integers(0, 2**32 - 1)
JOB, TRAINING, VENTURE = range(3)


def state(arrived: float, leaves: float, taken: float = 0, placed: float = 0, joined: float = 0) -> np.ndarray:
    columns = np.array([[arrived], [leaves], [taken], [placed], [joined]], dtype=float)
    return compute_stage_state(columns[0], columns[1], columns[2], columns[3], columns[4])


def test_early_years_lean_to_training_late_ones_to_jobs_and_founders_to_ventures() -> None:
    fresh, late = compute_gate(state(0.1, 3.9))[0], compute_gate(state(3.8, 0.2, taken=12, placed=1))[0]
    founder = compute_gate(state(2, 2, taken=4, joined=3))[0]
    assert fresh.argmax() == TRAINING and late.argmax() == JOB and founder.argmax() == VENTURE
    assert fresh[TRAINING] > 0.6 and late[JOB] > 0.6


def test_the_state_by_hand() -> None:
    z = state(1, 3, taken=8, placed=2, joined=0)[0]
    assert z == pytest.approx([0.75, 1 - np.exp(-1), 1 - np.exp(-2), 0.0])


@pytest.mark.parametrize(
    ("arrived", "leaves", "enrol"),
    [(np.nan, np.nan, 0.5), (1.0, np.nan, 0.75), (np.nan, 1.0, 0.25), (9.0, np.nan, 0.0), (5.0, -1.0, 0.0),
     (0.0, 0.0, 0.0), (-0.5, 4.0, 1.0)],
)  # fmt: skip
def test_unknown_and_odd_dates_have_a_stated_result(arrived: float, leaves: float, enrol: float) -> None:
    assert state(arrived, leaves)[0, 0] == pytest.approx(enrol)


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_states_and_gates_are_finite_and_in_range(seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns = rng.normal(0, 1000, (5, 20))
    columns[rng.random((5, 20)) < 0.3] = np.nan
    z = compute_stage_state(columns[0], columns[1], columns[2], columns[3], columns[4])
    pi = compute_gate(z, StageGate(rng.normal(0, 100, (3, 4)), rng.normal(0, 100, 3)))
    assert ((z >= 0) & (z <= 1)).all()
    assert np.isfinite(pi).all() and pi.sum(axis=1) == pytest.approx(np.ones(20))


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_counts_before_equal_a_loop_and_ignore_what_came_later(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(0, 25))
    student, day, kind = rng.integers(0, 4, size), rng.integers(0, 6, size), rng.integers(0, 3, size)
    naive = [
        [int(((student == s) & (day < d) & (kind == k)).sum()) for k in range(3)]
        for s, d in zip(student, day, strict=True)
    ]
    found = count_prior_events(student, day, kind, 4)
    assert found.tolist() == np.array(naive, dtype=float).reshape(size, 3).tolist()
    early = day < 3
    assert np.array_equal(count_prior_events(student[early], day[early], kind[early], 4), found[early])


def test_the_fit_finds_the_gate_that_drew_the_data_and_beats_the_readable_one() -> None:
    rng = np.random.default_rng(3)
    truth = StageGate(rng.normal(0, 2, (3, 4)), rng.normal(0, 1, 3))
    z = rng.random((20_000, 4))
    did = (rng.random((len(z), 1)) > compute_gate(z, truth).cumsum(axis=1)).sum(axis=1)
    found = fit_stage(z[:15_000], did[:15_000], settings=StageSettings(ridge=1e-5))
    assert np.abs(compute_gate(z, found) - compute_gate(z, truth)).max() < 0.08

    def loss(chosen: StageGate) -> float:
        return float(-np.log(compute_gate(z[15_000:], chosen)[np.arange(5_000), did[15_000:]]).mean())

    assert loss(truth) <= loss(found) < loss(truth) + 0.01 < loss(default_gate())


def test_no_data_or_no_weight_leaves_the_readable_gate() -> None:
    nothing = fit_stage(np.zeros((0, 4)), np.zeros(0, dtype=np.int64))
    assert np.array_equal(nothing.weights, default_gate().weights)
    useless = fit_stage(np.full((3, 4), 0.5), np.zeros(3, dtype=np.int64), np.zeros(3))
    assert np.isfinite(useless.weights).all() and np.isfinite(useless.bias).all()


def test_only_one_kind_of_deed_stays_finite_and_leans_there() -> None:
    found = fit_stage(np.random.default_rng(0).random((50, 4)), np.full(50, VENTURE))
    pi = compute_gate(np.full((1, 4), 0.5), found)[0]
    assert np.isfinite(pi).all() and GATES[int(pi.argmax())] == "VENTURE"
