"""The fused model in the evaluation: trained with any channels and seed, and timed; imports torch."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from skillpath.embeddings.calibration import temper
from skillpath.embeddings.evaluation.outlook import Outlook
from skillpath.embeddings.forecaster import Encode, FusionSettings, fit, predict
from skillpath.embeddings.fusion.features.features import encode_texts, make_features
from skillpath.embeddings.fusion.features.inputs import ModelInputs, build_inputs
from skillpath.embeddings.fusion.inference.forecast_batch import Member
from skillpath.embeddings.fusion.inference.model_artifact import TrainedModel, load_model
from skillpath.embeddings.fusion.model.network import FusedNetwork, Sizes
from skillpath.embeddings.history import History

APART = 1000
"""Between the seeds of two runs; members of one run have seeds in a row."""


@dataclass
class FusedModel:
    """Trains with `embeddings.learner.fit`, and takes its calibration back, which whoever judges does alike for all.

    Attributes:
        seconds: of each training by channels, features included, texts encoded before.
        folder: of the model trained last.
    """

    history: History
    settings: FusionSettings
    encode: Encode
    folder: Path
    seconds: dict[str, list[float]] = field(default_factory=dict)
    last: Path | None = None

    def outlook(self, channels: tuple[str, ...], seed: int) -> Outlook:
        """Train with these channels and this seed, and forecast all origins."""
        began = time.monotonic()
        chosen = replace(self.settings, channels=channels, seed=self.settings.seed + APART * seed)
        place = Path(tempfile.mkdtemp(dir=self.folder))
        learned = fit(self.history, chosen, place, self.encode)
        self.seconds.setdefault(" + ".join(channels), []).append(time.monotonic() - began)
        self.last, forecasts = learned.artifact, learned.forecasts
        raw = temper(forecasts.probabilities, 1 / load_model(learned.artifact).temperature)
        return Outlook(raw, forecasts.demand, forecasts.trend, forecasts.gap)

    def clock(self, calls: int = 200) -> dict[str, float]:
        """Seconds of forecasts by the model trained last: one cluster (median, p95), all clusters and months.

        One cluster's forecast runs all networks on its month, features being there; all clusters and months are
        foreseen from the history on, features included.
        """
        assert self.last, "a model has to be trained before it is timed"
        model = load_model(self.last)
        features = make_features(self.history, model.settings, model.structural)
        texts = encode_texts(self.history, features, self.encode)
        inputs = build_inputs(self.history, features, texts, "cpu", model.gap_start)
        members = [Member(*(_network(model, w[task]) for task in ("demand", "gap"))) for w in model.weights]
        months = np.resize(np.arange(self.history.months // 2, self.history.months), calls)
        asked = np.arange(calls) % self.history.size("cluster")
        single = [_timed(members, inputs, int(c), int(m)) for c, m in zip(asked, months, strict=True)]
        began = time.monotonic()
        predict(self.history, self.last, self.encode)
        whole = time.monotonic() - began
        median, high = np.quantile(single, [0.5, 0.95])
        return {"median": float(median), "p95": float(high), "all": whole}


def cache_last_texts(encode: Encode) -> Encode:
    """The same encoder, which knows the texts of its last call again: a training reads what the one before read."""
    last: list[tuple[list[str], NDArray[np.float32]]] = []

    def again(texts: Sequence[str]) -> NDArray[np.float32]:
        if not last or last[0][0] != list(texts):
            last[:] = [(list(texts), encode(texts))]
        return last[0][1]

    return again


def _network(model: TrainedModel, weights: dict[str, torch.Tensor]) -> FusedNetwork:
    network = FusedNetwork(Sizes(**model.sizes), model.settings, model.thresholds)
    network.load_state_dict(weights)
    return network


def _timed(members: list[Member], inputs: ModelInputs, cluster: int, month: int) -> float:
    began = time.monotonic()
    with torch.no_grad():
        one = inputs.of([cluster])
        for member in members:
            member.demand.eval()(one, [month])
            member.gap.eval()(one, [month])
    return time.monotonic() - began
