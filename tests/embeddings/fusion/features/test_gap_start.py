"""The line the gap starts from: it finds what moves the gap, says nothing of the unknown, stays in [0, 1]."""

from __future__ import annotations

import numpy as np
import pytest

from skillpath.embeddings.fusion.features.gap_start import (
    GapHistory,
    GapRegression,
    build_gap_history,
    fit_gap_start,
    predict_start,
)
from skillpath.embeddings.gap_targets import GapSettings, compute_gap_targets
from tests.embeddings.histories import small_history

SHAPE = (6, 40)
TRAIN = np.arange(2, 34)


def made(seed: int = 0) -> GapHistory:
    rng = np.random.default_rng(seed)
    now, yearly, people = rng.uniform(0.3, 0.7, SHAPE), rng.normal(0, 0.05, SHAPE), rng.normal(0, 0.05, SHAPE)
    return GapHistory(now, np.ones(SHAPE), np.zeros(SHAPE), yearly, people)


def test_the_line_finds_what_moved_the_gap() -> None:
    past = made()
    came = past.now + 0.02 + 0.7 * past.people + 0.2 * past.yearly
    found = fit_gap_start(past, came, TRAIN, students=True)
    assert found.people == pytest.approx(0.7, abs=0.02) and found.yearly == pytest.approx(0.2, abs=0.02)
    np.testing.assert_allclose(predict_start(past, found), came, atol=3e-3)


def test_without_the_sequence_channel_it_does_not_know_who_comes_and_goes() -> None:
    past = made()
    found = fit_gap_start(past, past.now + 0.7 * past.people, TRAIN, students=False)
    assert found.people == 0.0


def test_what_comes_after_the_training_origins_changes_nothing() -> None:
    past = made()
    came = past.now + 0.5 * past.people
    later = came.copy()
    later[:, TRAIN[-1] + 1 :] = 0.9
    assert fit_gap_start(past, came, TRAIN, True) == fit_gap_start(past, later, TRAIN, True)


def test_an_unknown_gap_starts_in_the_middle_and_nothing_leaves_the_unit_interval() -> None:
    past = made()
    past.known[:, :5], past.now[:, :5] = 0.0, 0.5
    start = GapRegression(constant=5.0)
    assert (predict_start(past, start)[:, :5] == 0.5).all() and (predict_start(past, start)[:, 5:] == 1.0).all()
    assert fit_gap_start(past, np.full(SHAPE, np.nan), TRAIN, True) == GapRegression()


def test_what_is_known_of_a_month_comes_from_no_later_one() -> None:
    history = small_history(months=30, students=60)
    whole, cut = (build_gap_history(h, compute_gap_targets(h, 3), 3, GapSettings()) for h in (history, history.cut(20)))
    np.testing.assert_allclose(whole.values[:, :20], cut.values, atol=1e-12)
    np.testing.assert_allclose(whole.people[:, :20], cut.people, atol=1e-12)
    assert np.isfinite(whole.values).all() and np.isfinite(whole.people).all()
