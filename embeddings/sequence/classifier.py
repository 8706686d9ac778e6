"""What will come of a path: the sequence encoder with a softmax over outcomes, trained and asked on arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.sequence.encoder import SequenceEncoder, SequenceSettings
from skillpath.embeddings.sequence.events import EventPaths
from skillpath.errors import BadInput

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    """Students (S): their paths, what sums them up (S, F; NaN where unknown), and what came (S,), from 0."""

    paths: EventPaths
    summary: Floats
    outcome: NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
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
        self._build(examples)
        optimizer = torch.optim.AdamW(self._trained, lr=self.settings.rate, weight_decay=self.settings.decay)
        inputs, outcome = self.scale.apply(examples), torch.tensor(examples.outcome)
        random, best = np.random.default_rng(self.settings.seed), np.inf
        kept = self._state()
        for epoch in range(1, self.settings.epochs + 1):
            self._mode(training=True)
            for rows in np.array_split(random.permutation(len(outcome)), max(len(outcome) // self.settings.batch, 1)):
                logits, _ = self._logits(*(x[rows] for x in inputs))
                optimizer.zero_grad()
                cross_entropy(logits, outcome[rows]).backward()
                torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
                optimizer.step()
            if validation is None:
                continue
            loss = _log_loss(self.predict(validation)[0], validation.outcome)
            if loss < best:
                best, kept, self.epochs = loss, self._state(), epoch
            elif epoch - self.epochs >= self.settings.patience:
                break
        if validation is not None:
            self._restore(kept)
        return self

    def predict(self, examples: Examples) -> tuple[Floats, Floats]:
        """(S, K) probability of each outcome, and (S,) how much of it the path said rather than the summary."""
        import torch

        self._mode(training=False)
        with torch.no_grad():
            logits, gate = self._logits(*self.scale.apply(examples))
        return torch.softmax(logits, dim=1).numpy().astype(np.float64), gate.numpy().astype(np.float64)

    def _build(self, examples: Examples) -> None:
        from torch import nn

        self.scale = Scale.of(examples)
        events, columns = examples.paths.values.shape[2], 2 * examples.summary.shape[1]
        self.encoder = SequenceEncoder(events, columns, self.settings)
        self.head = nn.Linear(self.settings.width, int(examples.outcome.max()) + 1)
        self._trained = [*self.encoder.parameters(), *self.head.parameters()]

    def _logits(
        self, values: torch.Tensor, lengths: torch.Tensor, summary: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        state, gate = self.encoder(values, lengths, summary)
        return self.head(state), gate

    def _mode(self, *, training: bool) -> None:
        self.encoder.net.train(training)

    def _state(self) -> list[Any]:
        return [x.detach().clone() for x in self._trained]

    def _restore(self, state: list[Any]) -> None:
        for parameter, values in zip(self._trained, state, strict=True):
            parameter.data.copy_(values)


def _safe(spread: Floats) -> Floats:
    return np.where(spread > 1e-9, spread, 1.0)


def _log_loss(probability: Floats, outcome: NDArray[np.int64]) -> float:
    return float(-np.log(probability[np.arange(len(outcome)), outcome].clip(1e-7)).mean())
