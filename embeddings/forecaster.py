"""Interface of the forecaster to the pipeline: fit on a history, predict with a trained model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.extras import need
from skillpath.embeddings.fusion.features.features import Encode
from skillpath.embeddings.fusion.fusion_settings import FusionSettings, profile
from skillpath.embeddings.history import History
from skillpath.embeddings.model_forecasts import Forecasts

__all__ = ["Encode", "FusionSettings", "Progress", "TrainedForecaster", "fit", "predict", "profile"]

Progress = Callable[[str, int, int, float], None]
"""Called with what is being done, how much of how much, and the seconds it will still take."""


@dataclass(frozen=True)
class TrainedForecaster:
    """A trained forecaster: its forecasts, node vectors, metrics and model card.

    Attributes:
        forecasts: of all clusters and months, the last one included.
        vectors: by kind (cluster, skill, resource, project, student): (n, 128) float32 in the order of
            `History.codes`; unit length, or zero where nothing is known. Never NaN.
        metrics: on the test origins. card: the model card, Markdown. artifact: folder of the model.
    """

    forecasts: Forecasts
    vectors: dict[str, NDArray[np.float32]]
    metrics: dict[str, Any]
    card: str
    artifact: Path


def fit(
    history: History,
    settings: FusionSettings,
    folder: Path,
    encode: Encode,
    progress: Progress | None = None,
    update_from: Path | None = None,
) -> TrainedForecaster:
    """Train on a history and keep the model below ``folder``; interrupted, the next call goes on where this one was.

    Args:
        encode: text vectors (n, d) of texts, in their order.
        update_from: where a model lies that is only taken further: a few epochs on the newest months, with older ones
            played again.

    Raises:
        BadInput: the history is too short, the model in ``update_from`` is of another vocabulary, or nothing can be
            written. Unavailable: the train extra is not installed.
    """
    need("torch", "torch_geometric")
    from skillpath.embeddings.fusion.training.fit import fit_model

    return TrainedForecaster(*fit_model(history, settings, folder, encode, progress or _silent, update_from))


def predict(history: History, artifact: Path, encode: Encode) -> Forecasts:
    """Forecasts of all clusters and months by a model that is there already.

    Raises:
        BadInput: there is no model, it is damaged, or it is of another vocabulary.
    """
    need("torch", "torch_geometric")
    from skillpath.embeddings.fusion.training.fit import forecast

    return forecast(history, artifact, encode)


def _silent(_: str, __: int, ___: int, ____: float) -> None:
    pass
