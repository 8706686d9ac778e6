"""Recurrent encoder of event sequences with a gate between the sequence and its summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

GRU, BILSTM = "gru", "bilstm"


@dataclass(frozen=True)
class SequenceSettings:
    """Shape and training of a sequence model.

    Attributes:
        kind: `GRU` or `BILSTM`.
        width: width of states.
        dropout: dropout on states.
        learning_rate: learning rate of AdamW.
        weight_decay: weight decay of AdamW.
        batch: students of a batch.
        epochs: most epochs.
        patience: epochs after the best one on validation after which it stops.
        gated: whether the path and the summary are weighed by a gate; otherwise their states stand side by side.
        seed: seed of weights, dropout and order.
    """

    kind: str = GRU
    width: int = 48
    dropout: float = 0.3
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    batch: int = 256
    epochs: int = 40
    patience: int = 6
    gated: bool = True
    seed: int = 7


class SequenceEncoder:
    """Paths (B, L, E) and a summary (B, F) to a state (B, width).

    h = the recurrent network's states, attended by a = softmax(v·h_t) over the events there are;
    s = MLP(summary); state = g·h + (1 − g)·s with g = σ(U[h; s]) for each component (equations 2, 3).
    A student without events is what the summary says.
    """

    def __init__(self, events: int, summary: int, settings: SequenceSettings) -> None:
        import torch
        from torch import nn

        torch.manual_seed(settings.seed)
        self.settings, width = settings, settings.width
        both = settings.kind == BILSTM
        recurrent = nn.LSTM if both else nn.GRU
        self.net = nn.ModuleDict(
            {
                "event": nn.Sequential(nn.Linear(events, width), nn.ReLU()),
                "path": recurrent(width, width, batch_first=True, bidirectional=both),
                "narrow": nn.Linear(2 * width if both else width, width),
                "attend": nn.Linear(width, 1),
                "summary": nn.Sequential(
                    nn.Linear(summary, width), nn.ReLU(), nn.Dropout(settings.dropout), nn.Linear(width, width)
                ),
                "gate": nn.Linear(2 * width, width),
                "join": nn.Linear(2 * width, width),
                "dropout": nn.Dropout(settings.dropout),
            }
        )

    def __call__(
        self, values: torch.Tensor, lengths: torch.Tensor, summary: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """State (B, width), and the mean weight (B,) that the path has in it."""
        import torch

        path = self._path(values, lengths)
        summary_state = torch.tanh(self.net["summary"](summary))
        pair = self.net["dropout"](torch.cat([path, summary_state], dim=1))
        if not self.settings.gated:
            return torch.tanh(self.net["join"](pair)), torch.full((len(values),), 0.5)
        some = (lengths > 0).float()[:, None]
        gate = torch.sigmoid(self.net["gate"](pair)) * some
        return gate * path + (1 - gate) * summary_state, gate.mean(dim=1)

    def _path(self, values: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        import torch
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

        inner = self.net["event"](values)
        if self.settings.kind == BILSTM:
            # Reading backwards must begin at the last event, not at the padding behind it.
            packed = pack_padded_sequence(inner, lengths.clamp(min=1), batch_first=True, enforce_sorted=False)
            states = pad_packed_sequence(self.net["path"](packed)[0], batch_first=True, total_length=values.shape[1])[0]
        else:
            states = self.net["path"](inner)[0]
        states = torch.tanh(self.net["narrow"](states))
        real = torch.arange(values.shape[1]) < lengths[:, None]
        score = self.net["attend"](states).squeeze(2).masked_fill(~real, -1e9)
        weight = torch.softmax(score, dim=1) * real
        return (weight[..., None] * states).sum(dim=1)

    def parameters(self) -> list[Any]:
        """What is trained."""
        return list(self.net.parameters())
