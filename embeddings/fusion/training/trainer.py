"""Trains one fused network: months in batches, early stopping for each task, checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from skillpath.embeddings.checkpoint_files import DamagedCheckpoint, warn_of
from skillpath.embeddings.fusion.features.inputs import Material, Truth
from skillpath.embeddings.fusion.model.network import FusedNetwork
from skillpath.embeddings.fusion.settings import FusionSettings
from skillpath.embeddings.fusion.training.alignment import Alignment, alignment_losses
from skillpath.embeddings.fusion.training.checkpoint import Standing, load_checkpoint, save_checkpoint
from skillpath.embeddings.fusion.training.losses import task_loss
from skillpath.embeddings.fusion.training.parallel import Team

CLIP = 1.0
TASKS = ("demand", "gap")
Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Lesson:
    """What a network is trained on: origins to learn from and to choose by, and what they need."""

    material: Material
    truth: Truth
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
        lesson: Lesson,
        settings: FusionSettings,
        folder: Path | None,
        key: str,
        team: Team | None = None,
    ) -> None:
        self.network, self.lesson, self.settings = network, lesson, settings
        self.folder, self.key, self.team = folder, key, team or Team()
        self.optimizer = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=settings.decay)
        self.best: dict[str, Weights] = {}

    def train(self, epochs: int, progress: Callable[[int, int], None]) -> Standing:
        """Train to the end or until neither task improves; `best` holds the weights for each task.

        Args:
            progress: told how many of how many epochs are done, once they are kept.
        """
        at = self._begin()
        while at.epoch < epochs and min(at.since.values()) < self.settings.patience:
            self._epoch(at)
            self._judge(at)
            if self.folder and self.team.first:
                save_checkpoint(self.folder, self.key, self.network, self.best, self.optimizer, at)
            progress(at.epoch, epochs)
        return at

    def validate(self) -> dict[str, float]:
        """Mean loss of each task on the origins to choose by."""
        self.network.eval()
        lesson = self.lesson
        with torch.no_grad():
            said = self.network(lesson.material, lesson.validation)
            sums = task_loss(said, lesson.truth, lesson.validation, lesson.material.past, self.settings)
        return {task: float(sums[i] / sums[i + 2].clamp(min=1)) for i, task in enumerate(TASKS)}

    def _begin(self) -> Standing:
        if found := self._resume():
            at, self.best = found
            return at
        self.best = {task: self._weights() for task in TASKS}
        return Standing(rate=self.settings.rate, best=self.validate(), since=dict.fromkeys(TASKS, 0))

    def _resume(self) -> tuple[Standing, dict[str, Weights]] | None:
        try:
            return load_checkpoint(self.folder, self.key, self.network, self.optimizer) if self.folder else None
        except DamagedCheckpoint as damage:
            if self.team.first:
                warn_of(damage)
            return None

    def _judge(self, at: Standing) -> None:
        losses = self.validate()
        at.epoch += 1
        at.losses.append(losses)
        for task, loss in losses.items():
            if math.isfinite(loss) and loss < at.best[task] - 1e-5:
                at.best[task], at.since[task] = loss, 0
                self.best[task] = self._weights()
            else:
                at.since[task] += 1
        stale = min(at.since.values())
        if stale and stale % self.settings.plateau == 0:
            at.rate /= 2

    def _epoch(self, at: Standing) -> None:
        self.network.train()
        for group in self.optimizer.param_groups:
            group["lr"] = at.rate
        months = np.random.default_rng([self.settings.seed, at.epoch]).permutation(self.lesson.train)
        size = self.settings.months
        for number, start in enumerate(range(0, len(months), size)):
            step = at.epoch * 10_000 + number
            # Dropout too must not depend on where an interrupted training went on.
            torch.manual_seed(self.settings.seed * 1_000_003 + step)
            self._step(sorted(int(m) for m in months[start : start + size]), step)

    def _step(self, months: list[int], step: int) -> None:
        self.optimizer.zero_grad()
        loss = self._share(months, step)
        if loss.requires_grad:
            loss.backward()
        self.team.add_up(self.network.parameters())
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimizer.step()

    def _share(self, months: list[int], step: int) -> Tensor:
        """This process's part of the loss of a batch; the parts of all processes add up to it."""
        lesson, settings = self.lesson, self.settings
        known = (lesson.truth.label[months] >= 0).sum().clamp(min=1)
        gap_known = (~torch.isnan(lesson.truth.gap[months])).sum().clamp(min=1)
        mine = self.team.share(months)
        loss = lesson.truth.trend.new_zeros(())
        if mine:
            said = self.network(lesson.material, mine)
            sums = task_loss(said, lesson.truth, mine, lesson.material.past, settings)
            loss = loss + sums[0] / known + sums[1] / gap_known
        if settings.contrast and self.team.turn(step):
            parts = alignment_losses(self.network, lesson.material.graph, lesson.alignment, settings, step)
            loss = loss + settings.contrast * parts.mean()
        return loss

    def _weights(self) -> Weights:
        return {name: value.detach().clone() for name, value in self.network.state_dict().items()}
