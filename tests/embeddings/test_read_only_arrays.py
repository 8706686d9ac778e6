"""Arrays read from files cannot be written to: training, forecasting and baselines take them without a warning."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse

pytest.importorskip("torch", reason="the train extra is not installed")

from skillpath.embeddings.baselines.baseline_inputs import build_input_tables
from skillpath.embeddings.baselines.nets import NetSettings, forecast_net
from skillpath.embeddings.forecast_targets import build_targets
from skillpath.embeddings.forecaster import fit, predict
from skillpath.embeddings.fusion.tensors import float_tensor, index_tensor, mask_tensor
from skillpath.embeddings.history import History
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def warnings_are_errors() -> Iterator[None]:
    """PyTorch says this only once a process, unless it is told to say it always."""
    import torch

    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        yield
    torch.set_warn_always(before)


def frozen(value: object) -> int:
    """How many arrays of a value, and of what it holds, can no longer be written to."""
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
        return 1
    if issparse(value):
        return sum(frozen(getattr(value, name)) for name in ("data", "indices", "indptr") if hasattr(value, name))
    if isinstance(value, dict | list | tuple):
        return sum(frozen(item) for item in (value.values() if isinstance(value, dict) else value))
    if is_dataclass(value):
        return sum(frozen(getattr(value, field.name)) for field in fields(value))
    return 0


@pytest.fixture
def history() -> History:
    made = small_history(months=30, students=60)
    assert frozen(made) > 20
    return made


@pytest.mark.usefixtures("warnings_are_errors")
def test_a_network_is_trained_and_forecasts(history: History, tmp_path: Path) -> None:
    learned = fit(history, SMALL, tmp_path, hashed)
    assert predict(history, learned.artifact, hashed).made[-1]


@pytest.mark.usefixtures("warnings_are_errors")
def test_a_baseline_network_is_trained(history: History) -> None:
    targets = build_targets(history)
    tables = build_input_tables(history, targets)
    assert frozen(targets) and frozen(tables)
    assert forecast_net(tables, targets, "bilstm", NetSettings(hidden=4, epochs=1), 0).probabilities.shape[0]


@pytest.mark.usefixtures("warnings_are_errors")
@pytest.mark.parametrize("make", [float_tensor, index_tensor, mask_tensor])
@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64, np.bool_])
def test_a_tensor_shares_nothing_with_its_array(make: Callable[[ArrayLike, str], Any], kind: type) -> None:
    array: NDArray[Any] = np.zeros((3, 2), dtype=kind)
    frozen(array)
    for view in (array, array[:, ::-1]):
        made = make(view, "cpu")
        made.fill_(1)
        assert not array.any() and bool(made.all())


def test_no_tensor_shares_memory_with_an_array() -> None:
    found = subprocess.run(
        ["git", "grep", "-nE", r"torch\.(from_numpy|as_tensor)\(", "--", "*.py", ":!tests"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1, found.stdout + found.stderr
