"""Outcome classifier of event sequences: the sequence encoder with a softmax, trained on arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.common.training_loop import LoopSettings, TrainingLoop, TrainingState, descend
from skillpath.embeddings.sequence.event_paths import EventPaths
from skillpath.embeddings.sequence.sequence_encoder import SequenceEncoder, SequenceSettings
from skillpath.errors import BadInput

if TYPE_CHECKING:
    import torch
    from torch import nn


@dataclass(frozen=True)
class Examples:
    """Students (S): their paths, what sums them up (S, F; NaN where unknown), and what came (S,), from 0."""

    paths: EventPaths
    summary: Floats
    outcome: NDArray[np.int64]


@dataclass(frozen=True)
class Standardizer:
    """Mean and spread of the training part; what is unknown becomes the mean, and says so in a column of its own."""

    event_mean: Floats
    event_spread: Floats
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, examples: Examples) -> Self:
        """Measured on the training part only."""
        real = np.arange(examples.paths.values.shape[1]) < examples.paths.lengths[:, None]
        events = examples.paths.values[real]
        if not len(events):
            events = np.zeros((1, examples.paths.values.shape[2]))
        known = ~np.isnan(examples.summary)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, examples.summary, 0.0).sum(axis=0) / count
        spread = np.sqrt((np.where(known, examples.summary - mean, 0.0) ** 2).sum(axis=0) / count)
        return cls(events.mean(axis=0), _safe(events.std(axis=0)), mean, _safe(spread))

    def apply(self, examples: Examples) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Events, lengths and summary (with its mask) as a network takes them."""
        import torch

        known = ~np.isnan(examples.summary)
        summary = np.where(known, (examples.summary - self.mean) / self.spread, 0.0).clip(-5, 5)
        events = ((examples.paths.values - self.event_mean) / self.event_spread).clip(-5, 5)
        return (
            torch.tensor(events, dtype=torch.float32),
            torch.tensor(examples.paths.lengths),
            torch.tensor(np.concatenate([summary, ~known], axis=1), dtype=torch.float32),
        )


class SequenceClassifier:
    """Cross-entropy, AdamW, early stopping on the validation part's log-loss."""

    def __init__(self, settings: SequenceSettings) -> None:
        self.settings, self.epochs = settings, settings.epochs

    def fit(self, examples: Examples, validation: Examples | None = None) -> Self:
        """Train; without a validation part for exactly ``settings.epochs``.

        Raises:
            BadInput: outcomes of one kind only.
        """
        import torch
        from torch.nn.functional import cross_entropy

        if len(np.unique(examples.outcome)) < 2:
            raise BadInput("All outcomes are the same: there is nothing to learn")
        trained = self._build(examples)
        optimizer = torch.optim.AdamW(
            trained.parameters(), lr=self.settings.learning_rate, weight_decay=self.settings.weight_decay
        )
        inputs, outcome = self.scale.apply(examples), torch.tensor(examples.outcome)
        random = np.random.default_rng(self.settings.seed)

        def epoch(_: TrainingState) -> None:
            self.encoder.net.train()
            for rows in np.array_split(random.permutation(len(outcome)), max(len(outcome) // self.settings.batch, 1)):
                logits, _ = self._logits(*(x[rows] for x in inputs))
                descend(cross_entropy(logits, outcome[rows]), optimizer, list(trained.parameters()))

        def validate() -> dict[str, float]:
            assert validation is not None
            return {"loss": _log_loss(self.predict(validation)[0], validation.outcome)}

        loop = TrainingLoop(trained, optimizer, LoopSettings(self.settings.epochs, self.settings.patience))
        state = loop.run(epoch, validate if validation else None)
        if validation is not None:
            loop.restore_best()
            self.epochs = state.best_round["loss"] or self.settings.epochs
        return self

    def predict(self, examples: Examples) -> tuple[Floats, Floats]:
        """(S, K) probability of each outcome, and (S,) mean gate weight of the sequence."""
        import torch

        self.encoder.net.eval()
        with torch.no_grad():
            logits, gate = self._logits(*self.scale.apply(examples))
        return torch.softmax(logits, dim=1).numpy().astype(np.float64), gate.numpy().astype(np.float64)

    def _build(self, examples: Examples) -> nn.Module:
        from torch import nn

        self.scale = Standardizer.of(examples)
        events, columns = examples.paths.values.shape[2], 2 * examples.summary.shape[1]
        self.encoder = SequenceEncoder(events, columns, self.settings)
        self.head = nn.Linear(self.settings.width, int(examples.outcome.max()) + 1)
        return nn.ModuleList([self.encoder.net, self.head])

    def _logits(
        self, values: torch.Tensor, lengths: torch.Tensor, summary: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        state, gate = self.encoder(values, lengths, summary)
        return self.head(state), gate


def _safe(spread: Floats) -> Floats:
    return np.where(spread > 1e-9, spread, 1.0)


def _log_loss(probability: Floats, outcome: NDArray[np.int64]) -> float:
    return float(-np.log(probability[np.arange(len(outcome)), outcome].clip(1e-7)).mean())
