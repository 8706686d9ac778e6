"""The training loop of every network here: rounds, early stopping on validation, best weights, checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillpath.embeddings.common.checkpoint import (
    DamagedCheckpoint,
    check_optimizer,
    check_weights,
    load_checkpoint,
    save_checkpoint,
    warn_of,
)

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

Weights = dict[str, "Tensor"]
CLIP = 1.0
"""Largest norm of the gradients, unless a model says otherwise."""


@dataclass(frozen=True)
class LoopSettings:
    """How long a training goes on.

    Attributes:
        rounds: at most; a round is an epoch or a single step.
        patience: rounds without improvement of any loss on validation after which it stops.
        least_gain: by how much a loss must fall to count as improved.
        losses: names of the losses on validation; for each the weights are kept that did best on it.
        checkpoint_every: rounds between checkpoints.
    """

    rounds: int
    patience: int = 1
    least_gain: float = 0.0
    losses: tuple[str, ...] = ("loss",)
    checkpoint_every: int = 1


@dataclass(frozen=True)
class CheckpointPlace:
    """Where a training keeps its checkpoint.

    Attributes:
        file: to write. key: changes with anything that would make a checkpoint wrong.
        writes: whether this process writes it; all read it.
    """

    file: Path
    key: str
    writes: bool = True


@dataclass
class TrainingState:
    """How far a training has come.

    Attributes:
        round: how many are done. learning_rate: of the next round, where a schedule keeps it here.
        best: least loss on validation, by name. best_round: the round after which it was seen.
        validation: losses after each round. training: losses of steps, where a model keeps them.
    """

    round: int = 0
    learning_rate: float = 0.0
    best: dict[str, float] = field(default_factory=dict)
    best_round: dict[str, int] = field(default_factory=dict)
    validation: list[dict[str, float]] = field(default_factory=list)
    training: list[float] = field(default_factory=list)

    @property
    def stale(self) -> int:
        """Rounds since the last improvement of any loss."""
        return self.round - max(self.best_round.values())

    def is_whole(self, losses: tuple[str, ...]) -> bool:
        """Whether it can be gone on from, with these losses on validation."""
        names = set(self.best) == set(self.best_round) == set(losses)
        complete = all(len(values) in (0, self.round) for values in (self.validation, self.training))
        return names and complete and self.learning_rate > 0


class TrainingLoop:
    """One network's training.

    Attributes:
        best: for each loss the weights that did best on it; those of the beginning until something improves.
    """

    def __init__(
        self,
        module: nn.Module,
        optimizer: torch.optim.Optimizer,
        settings: LoopSettings,
        place: CheckpointPlace | None = None,
    ) -> None:
        self.module, self.optimizer, self.settings, self.place = module, optimizer, settings, place
        self.best: dict[str, Weights] = {}

    def run(
        self,
        train_round: Callable[[TrainingState], None],
        validate: Callable[[], dict[str, float]] | None = None,
        *,
        validate_first: bool = False,
        schedule: Callable[[TrainingState], None] = lambda _: None,
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> TrainingState:
        """Train to the end, or until no loss on validation improves; from the checkpoint on where there is one.

        Args:
            train_round: one epoch or step. validate: loss on validation by name; without it nothing stops early.
            validate_first: whether the untrained network's losses are to be beaten.
            schedule: called after each validation; sets the learning rate of what follows.
            progress: told how many of how many rounds are done, once they are kept.
        """
        state = self._resume() or self._begin(validate if validate_first else None)
        while state.round < self.settings.rounds and (validate is None or state.stale < self.settings.patience):
            train_round(state)
            state.round += 1
            if validate is not None:
                self._update_best(state, validate())
            schedule(state)
            self._keep(state)
            progress(state.round, self.settings.rounds)
        return state

    def restore_best(self, loss: str = "loss") -> None:
        """Put the weights back that did best."""
        restore_weights(self.module, self.best[loss])

    def _begin(self, validate: Callable[[], dict[str, float]] | None) -> TrainingState:
        names = self.settings.losses
        self.best = dict.fromkeys(names, trained_weights(self.module))
        losses = validate() if validate else dict.fromkeys(names, math.inf)
        rate = float(self.optimizer.param_groups[0]["lr"])
        return TrainingState(learning_rate=rate, best=losses, best_round=dict.fromkeys(names, 0))

    def _update_best(self, state: TrainingState, losses: dict[str, float]) -> None:
        state.validation.append(losses)
        for name, loss in losses.items():
            if math.isfinite(loss) and loss < state.best[name] - self.settings.least_gain:
                state.best[name], state.best_round[name] = loss, state.round
                self.best[name] = trained_weights(self.module)

    def _keep(self, state: TrainingState) -> None:
        if self.place is None or not self.place.writes or state.round % self.settings.checkpoint_every:
            return
        content: dict[str, Any] = {
            "key": self.place.key,
            "state": asdict(state),
            "weights": trained_weights(self.module),
            "best": self.best,
            "optimizer": self.optimizer.state_dict(),
        }
        save_checkpoint(self.place.file, content)

    def _resume(self) -> TrainingState | None:
        """Put the training back to where it was interrupted; a damaged checkpoint changes nothing but is reported."""
        try:
            return self._recalled(self.place) if self.place else None
        except DamagedCheckpoint as damage:
            if self.place and self.place.writes:
                warn_of(damage)
            return None

    def _recalled(self, place: CheckpointPlace) -> TrainingState | None:
        content = load_checkpoint(place.file, place.key)
        if content is None:
            return None
        wanted = trained_weights(self.module)
        try:
            state = TrainingState(**content["state"])
            if not state.is_whole(self.settings.losses) or set(content["best"]) != set(self.settings.losses):
                raise DamagedCheckpoint("the file does not say where training was", place.file)
            for weights in (content["weights"], *content["best"].values()):
                check_weights(place.file, weights, wanted)
            check_optimizer(place.file, content["optimizer"], self.optimizer)
        except (KeyError, TypeError, AttributeError) as error:
            raise DamagedCheckpoint("the file does not say where training was", place.file) from error
        restore_weights(self.module, content["weights"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.best = content["best"]
        return state


def descend(
    loss: Tensor,
    optimizer: torch.optim.Optimizer,
    parameters: Sequence[nn.Parameter],
    clip: float = CLIP,
    gather: Callable[[Sequence[nn.Parameter]], None] = lambda _: None,
) -> None:
    """One step of the optimiser down the gradient of a loss.

    Args:
        parameters: whose gradients are clipped together to the norm ``clip``.
        gather: adds the gradients of other processes before that.
    """
    from torch.nn.utils import clip_grad_norm_

    optimizer.zero_grad()
    if loss.requires_grad:
        loss.backward()
    gather(parameters)
    clip_grad_norm_(parameters, clip)
    optimizer.step()


def set_learning_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Let all groups of parameters learn at a rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def trained_weights(module: nn.Module) -> Weights:
    """Copies of a module's weights and buffers, but for the parameters that are frozen."""
    frozen = {name for name, values in module.named_parameters() if not values.requires_grad}
    return {name: x.detach().clone() for name, x in module.state_dict().items() if name not in frozen}


def restore_weights(module: nn.Module, weights: Weights) -> None:
    """Put weights that `trained_weights` copied back; frozen parameters stay."""
    module.load_state_dict({**module.state_dict(), **weights})
