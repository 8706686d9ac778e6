"""Trainer of one fused network: batches of months, early stopping for each task, checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from skillpath.embeddings.common.training_loop import (
    CheckpointPlace,
    LoopSettings,
    TrainingLoop,
    TrainingState,
    Weights,
    descend,
    set_learning_rate,
)
from skillpath.embeddings.fusion.features.inputs import ModelInputs, TrainingLabels
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.fusion.model.network import FusedNetwork
from skillpath.embeddings.fusion.training.alignment import Alignment, compute_alignment_losses
from skillpath.embeddings.fusion.training.distributed import DistributedContext
from skillpath.embeddings.fusion.training.losses import task_loss

TASKS = ("demand", "gap")
CHECKPOINT = "checkpoint.pt"
LEAST_GAIN = 1e-5
"""Fall of a loss that counts as an improvement."""


@dataclass(frozen=True)
class TrainingData:
    """Training data of a network: inputs, labels, contrastive pairs, and origins for training and validation."""

    inputs: ModelInputs
    labels: TrainingLabels
    alignment: Alignment
    train: list[int]
    validation: list[int]


class Trainer:
    """One network's training, in ``folder`` while it lasts; each epoch is a function of the seed and its number.

    The tasks are learnt together, but the gap takes longer than demand: for each the weights are kept that did best on
    its own validation loss.
    """

    def __init__(
        self,
        network: FusedNetwork,
        training_data: TrainingData,
        settings: FusionSettings,
        folder: Path | None,
        key: str,
        distributed: DistributedContext | None = None,
    ) -> None:
        self.network, self.training_data, self.settings = network, training_data, settings
        self.folder, self.key, self.distributed = folder, key, distributed or DistributedContext()
        self.parameters = list(network.parameters())
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=settings.learning_rate, weight_decay=settings.weight_decay
        )
        self.best: dict[str, Weights] = {}

    def train(self, epochs: int, progress: Callable[[int, int], None]) -> TrainingState:
        """Train to the end or until neither task improves; `best` holds the weights for each task.

        Args:
            progress: told how many of how many epochs are done, once they are kept.
        """
        loop = self.loop(epochs)
        state = loop.run(
            self._epoch, self.validate, validate_first=True, schedule=self._halve_on_plateau, progress=progress
        )
        self.best = loop.best
        return state

    def loop(self, epochs: int) -> TrainingLoop:
        """The loop over so many epochs at most, with the checkpoint in `folder`."""
        rounds = LoopSettings(epochs, self.settings.patience, LEAST_GAIN, TASKS)
        place = (
            CheckpointPlace(self.folder / CHECKPOINT, self.key, self.distributed.is_primary) if self.folder else None
        )
        return TrainingLoop(self.network, self.optimizer, rounds, place)

    def validate(self) -> dict[str, float]:
        """Mean loss of each task on the origins to choose by."""
        self.network.eval()
        training_data = self.training_data
        with torch.no_grad():
            output = self.network(training_data.inputs, training_data.validation)
            sums = task_loss(
                output, training_data.labels, training_data.validation, training_data.inputs.past, self.settings
            )
        return {task: float(sums[i] / sums[i + 2].clamp(min=1)) for i, task in enumerate(TASKS)}

    def _halve_on_plateau(self, state: TrainingState) -> None:
        if state.stale and state.stale % self.settings.lr_patience == 0:
            state.learning_rate /= 2
            set_learning_rate(self.optimizer, state.learning_rate)

    def _epoch(self, state: TrainingState) -> None:
        self.network.train()
        months = np.random.default_rng([self.settings.seed, state.round]).permutation(self.training_data.train)
        size = self.settings.batch_months
        for number, start in enumerate(range(0, len(months), size)):
            step = state.round * 10_000 + number
            # Dropout too must not depend on where an interrupted training went on.
            torch.manual_seed(self.settings.seed * 1_000_003 + step)
            self._step(sorted(int(m) for m in months[start : start + size]), step)

    def _step(self, months: list[int], step: int) -> None:
        descend(
            self._share(months, step), self.optimizer, self.parameters, gather=self.distributed.all_reduce_gradients
        )

    def _share(self, months: list[int], step: int) -> Tensor:
        """This process's part of the loss of a batch; the parts of all processes add up to it."""
        training_data, settings = self.training_data, self.settings
        known = (training_data.labels.label[months] >= 0).sum().clamp(min=1)
        gap_known = (~torch.isnan(training_data.labels.gap[months])).sum().clamp(min=1)
        mine = self.distributed.shard(months)
        loss = training_data.labels.trend.new_zeros(())
        if mine:
            output = self.network(training_data.inputs, mine)
            sums = task_loss(output, training_data.labels, mine, training_data.inputs.past, settings)
            loss = loss + sums[0] / known + sums[1] / gap_known
        if settings.contrastive_weight and self.distributed.owns_step(step):
            parts = compute_alignment_losses(
                self.network, training_data.inputs.graph, training_data.alignment, settings, step
            )
            loss = loss + settings.contrastive_weight * parts.mean()
        return loss
