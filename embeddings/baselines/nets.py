"""Neural baselines on the window of months: BiLSTM, Transformer, and Transformer with a GRU beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from skillpath.embeddings.baselines.baseline_inputs import Inputs, InputTables
from skillpath.embeddings.common.training_loop import LoopSettings, TrainingLoop, TrainingState, descend
from skillpath.embeddings.evaluation.outlook import Outlook, empty_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.errors import Unavailable

if TYPE_CHECKING:
    from torch import Tensor

KINDS = ("bilstm", "transformer", "transformer+gru")


@dataclass(frozen=True)
class NetSettings:
    """A network and its training, the same for all kinds.

    Attributes:
        hidden: width of states.
        dropout: dropout on states.
        learning_rate: first learning rate of AdamW.
        weight_decay: weight decay of AdamW.
        batch: samples of a batch.
        epochs: most epochs.
        patience: epochs without a lower loss on validation after which it stops; after half of it the learning rate
            is halved.
        cluster_width: width of what is learnt of each cluster.
        error_weight: weight of the errors of d, Δ, q beside the classes.
    """

    hidden: int = 32
    dropout: float = 0.2
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    batch: int = 128
    epochs: int = 60
    patience: int = 10
    cluster_width: int = 8
    error_weight: float = 3.0


def forecast_net(tables: InputTables, targets: ForecastTargets, kind: str, settings: NetSettings, seed: int) -> Outlook:
    """Trained on the training origins, stopped by the validation origins, forecasts for all known ones."""
    torch = _library()
    torch.manual_seed(seed)
    split = targets.split
    train, check = (_batch(tables.at(part), targets, part) for part in (split.train, split.validation))
    from skillpath.embeddings.baselines.modules import WindowNet

    shape = (train[0].shape[1], train[0].shape[2], train[1].shape[1])
    net = WindowNet(kind, shape, len(tables.counts), settings.hidden, settings.cluster_width, settings.dropout)
    _fit(net, train, check, settings, seed)
    origins = np.flatnonzero(targets.known.all(axis=0))
    outlook, cells = empty_outlook(*targets.past.shape), (len(tables.counts), len(origins))
    net.eval()
    with torch.no_grad():
        logits, values = net(*_tensors(tables.at(origins)))
    outlook.probabilities[:, origins] = torch.softmax(logits, 1).double().numpy().reshape(*cells, 5)
    for column, name in enumerate(("demand", "trend", "gap")):
        getattr(outlook, name)[:, origins] = values[:, column].double().numpy().reshape(cells)
    return outlook


def _fit(net: Any, train: list[Tensor], check: list[Tensor], settings: NetSettings, seed: int) -> None:
    """AdamW with a rate that falls on plateaus; the weights of the best validation epoch stay."""
    torch = _library()
    optimiser = torch.optim.AdamW(net.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.5, patience=settings.patience // 2)
    shuffle = torch.Generator().manual_seed(seed)

    def epoch(_: TrainingState) -> None:
        net.train()
        for rows in torch.randperm(len(train[0]), generator=shuffle).split(settings.batch):
            descend(_loss(net, [x[rows] for x in train], settings.error_weight), optimiser, list(net.parameters()))

    def validate() -> dict[str, float]:
        net.eval()
        with torch.no_grad():
            return {"loss": float(_loss(net, check, settings.error_weight))}

    loop = TrainingLoop(net, optimiser, LoopSettings(settings.epochs, settings.patience))
    loop.run(epoch, validate, schedule=lambda state: plateau.step(state.validation[-1]["loss"]))
    loop.restore_best()


def _loss(net: Any, batch: list[Tensor], weight: float) -> Tensor:
    """Cross-entropy of the classes plus squared errors of d, Δ, q where they are known (4)."""
    torch = _library()
    logits, values = net(*batch[:3])
    known = ~torch.isnan(batch[4])
    error = torch.where(known, values - torch.nan_to_num(batch[4]), torch.zeros_like(values))
    squared: Tensor = (error**2).sum() / known.sum().clamp(min=1)
    loss: Tensor = torch.nn.functional.cross_entropy(logits, batch[3]) + weight * squared
    return loss


def _batch(inputs: Inputs, targets: ForecastTargets, origins: Any) -> list[Tensor]:
    torch = _library()
    values = np.stack([getattr(targets, n)[:, origins].ravel() for n in ("demand", "trend", "gap")], axis=1)
    label = torch.tensor(targets.label[:, origins].ravel())
    return [*_tensors(inputs), label, torch.tensor(values).float()]


def _tensors(inputs: Inputs) -> list[Tensor]:
    torch = _library()
    floats = [torch.tensor(np.ascontiguousarray(x)).float() for x in (inputs.window, inputs.static)]
    return [*floats, torch.tensor(inputs.cluster)]


def _library() -> Any:
    try:
        import torch
    except ImportError as error:
        raise Unavailable("No neural baselines without torch", todo="Install the extra: skillpath[train]") from error
    return torch
