"""Calibration: the temperature that was put in is found, the error of honest forecasts is small, of boasts large."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from skillpath.embeddings.calibration import fit_temperature, log_loss, reliability, temper

Floats = NDArray[np.float64]


def honest(seed: int, count: int = 20_000) -> tuple[Floats, NDArray[np.int64]]:
    """Probabilities and labels drawn from them."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(5, 0.7), size=count)
    drawn = (probabilities.cumsum(axis=1) < rng.random((count, 1))).sum(axis=1)
    return probabilities, np.minimum(drawn, 4)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_spoilt_the_forecasts_is_undone(temperature: float) -> None:
    probabilities, labels = honest(1)
    spoilt = temper(probabilities, 1.0 / temperature)
    found = fit_temperature(spoilt, labels)
    assert found == pytest.approx(temperature, rel=0.05)
    assert reliability(temper(spoilt, found), labels).error < 0.015


def test_boasting_is_measured_and_honesty_is_not_punished() -> None:
    probabilities, labels = honest(2)
    assert reliability(probabilities, labels).error < 0.015
    boast = reliability(temper(probabilities, 0.3), labels)
    assert boast.error > 0.1
    assert boast.count.sum() == len(labels)


def test_bins_hold_the_means_of_what_falls_into_them() -> None:
    probabilities = np.array([[0.95, 0.05], [0.91, 0.09], [0.6, 0.4], [1.0, 0.0]])
    found = reliability(probabilities, np.array([0, 1, 0, 0]), bins=10)
    assert found.count.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 3]
    assert found.confidence[9] == pytest.approx((0.95 + 0.91 + 1.0) / 3)
    assert found.accuracy[[5, 9]] == pytest.approx([1.0, 2 / 3])
    assert np.isnan(found.accuracy[0])
    assert found.error == pytest.approx((0.4 + abs(2.86 - 2)) / 4)


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 20.0))
@settings(max_examples=30, deadline=None)
def test_tempering_keeps_the_order_and_the_sum(seed: int, temperature: float) -> None:
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(5), size=20)
    found = temper(probabilities, temperature)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    np.testing.assert_array_equal(found.argmax(axis=1), probabilities.argmax(axis=1))


def test_certain_and_missing_forecasts_do_not_break_it() -> None:
    certain = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    labels = np.array([0, 1, 1])
    assert np.isfinite(log_loss(certain, labels))
    assert fit_temperature(certain, labels) > 5.0
    assert fit_temperature(np.empty((0, 5)), np.array([], dtype=np.int64)) == 1.0
    assert np.isnan(temper(np.full((1, 5), np.nan), 2.0)).all()
