"""The one formula of capability: its inverse, its bounds, and that both cores say the same of the same evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from skillpath.chains.model.capability import capability
from skillpath.common.noisy_or import CEILING, levels_of, log_missing
from skillpath.embeddings.history import NO_DAY
from skillpath.embeddings.supply import SupplySettings, compute_progress_steps, compute_supplies
from tests.embeddings.histories import small_history


def test_it_turns_back_levels_up_to_the_ceiling() -> None:
    levels = csr_array(np.array([[0.2, 0.0, 0.9899, 1.0]]))
    found = levels_of(log_missing(levels)).toarray()
    np.testing.assert_allclose(found, [[0.2, 0.0, 0.9899, CEILING]], rtol=1e-12)


def test_levels_stay_from_nothing_to_below_one() -> None:
    found = levels_of(csr_array(np.array([[1e-17, -1e-3, -40.0, -800.0]]))).data
    assert found[0] == 0.0 and 0 < found[1] < found[2] <= found[3] < 1.0


def test_both_cores_say_the_same_of_evidence_that_does_not_fade() -> None:
    history = small_history(months=12, students=30)
    roll = history.students
    everybody = replace(roll, graduates=np.full_like(roll.graduates, NO_DAY), arrives=np.zeros_like(roll.arrives))
    history = replace(history, students=everybody)
    last = list(compute_supplies(history, SupplySettings()))[-1]
    shape = (history.size("student"), history.size("resource"))
    progress = compute_progress_steps(history.events).matrix(slice(None), shape)
    wanted = capability(progress, history.gains, history.students.stated).toarray().mean(axis=0)
    np.testing.assert_allclose(last.everyone, wanted, atol=1e-12)
