"""Inputs and labels of the network as tensors on a device, in batches of whole months."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.fusion.features.features import Features, Texts
from skillpath.embeddings.fusion.features.gap_start import SCALE, GapRegression, predict_start
from skillpath.embeddings.fusion.features.graph_tensors import GraphTensors, build_graph_tensors
from skillpath.embeddings.fusion.features.postings import subtract_past_mean
from skillpath.embeddings.fusion.tensors import float_tensor, index_tensor
from skillpath.embeddings.history import History


@dataclass(frozen=True)
class ModelInputs:
    """Inputs of the network; arrays that begin with months are (T, C, …).

    Attributes:
        series: (T, C, F). crowd: (T, C, F). gap: (T, C, 4). start: (T, C) gap before any correction.
        anchor: (T, C, 2) mean and spread of log postings ahead.
        past: (T, C) posts a month.
        post: (N, d) news in text and skills of posts, and their meta. window, weight: (T, C, L).
        events: (T, C, N, L) rows of event. event: (E, F) numbers of an event, its resource and day apart.
        fit: (C, R) cosine of what a resource teaches and a cluster requires. resource: (R, 128) profiles.
        graph: nodes and edges. chosen: places of the clusters, if it is not of all.
    """

    series: Tensor
    crowd: Tensor
    gap: Tensor
    start: Tensor
    anchor: Tensor
    past: Tensor
    posting: tuple[Tensor, Tensor, Tensor]
    window: Tensor
    weight: Tensor
    events: Tensor
    event: tuple[Tensor, Tensor, Tensor]
    ends: Tensor
    fit: Tensor
    resource: Tensor
    graph: GraphTensors
    chosen: Tensor | None = None

    def of(self, clusters: list[int]) -> ModelInputs:
        """Of some clusters alone, whose places are ``chosen``; the graph stays whole, since neighbours count there."""
        chosen = index_tensor(clusters, self.series.device)
        names = ("series", "crowd", "gap", "start", "anchor", "past", "window", "weight", "events")
        parts = {name: getattr(self, name)[:, chosen] for name in names}
        return replace(self, **parts, fit=self.fit[chosen], chosen=chosen)


@dataclass(frozen=True)
class TrainingLabels:
    """Targets as tensors (T, C): label (−1 unknown), count of the next h months, Δ, q, and past postings a month."""

    label: Tensor
    count: Tensor
    trend: Tensor
    gap: Tensor


def build_inputs(
    history: History, features: Features, texts: Texts, device: str, start: GapRegression | None = None
) -> ModelInputs:
    """Put features on a device, with text vectors in place; the gap stays as it is unless ``start`` says otherwise."""
    postings, student_sequences = features.postings, features.student_sequences
    profiles = features.profiles

    def real(values: ArrayLike) -> Tensor:
        return float_tensor(values, device)

    def whole(values: ArrayLike) -> Tensor:
        return index_tensor(values, device)

    read = history.postings.where(postings.rows)
    month = history.month_of(read.day)
    text = subtract_past_mean(texts.postings.astype(np.float64), read.cluster, month)
    needs = subtract_past_mean(np.asarray(read.needs @ profiles["skill"]), read.cluster, month)
    fit = profiles["cluster"] @ profiles["resource"].T
    found = features.series.structural
    return ModelInputs(
        real(features.series.values.swapaxes(0, 1)),
        real(
            np.concatenate([student_sequences.values, features.gap.people[..., None] * SCALE], axis=-1).swapaxes(0, 1)
        ),
        real(features.gap.values.swapaxes(0, 1)),
        real(predict_start(features.gap, start or GapRegression()).T),
        real(np.stack([found.mean, found.spread], axis=-1).swapaxes(0, 1)),
        real(features.series.past.T),
        (real(text), real(needs), real(postings.meta)),
        whole(postings.window.swapaxes(0, 1)),
        real(postings.weight.swapaxes(0, 1)),
        whole(student_sequences.events.swapaxes(0, 1)),
        (
            real(
                np.concatenate(
                    [student_sequences.kind, student_sequences.gap[:, None], student_sequences.score], axis=1
                )
            ),
            whole(history.events.resource),
            real(student_sequences.age),
        ),
        real(student_sequences.ends),
        real(fit),
        real(profiles["resource"]),
        build_graph_tensors(history, features, texts, device),
    )


def build_labels(targets: ForecastTargets, horizon: int, device: str) -> TrainingLabels:
    """The targets as tensors; unknown numbers are NaN."""

    def real(values: ArrayLike) -> Tensor:
        return float_tensor(values, device)

    label = index_tensor(targets.label.T, device)
    return TrainingLabels(label, real((targets.future * horizon).T), real(targets.trend.T), real(targets.gap.T))
