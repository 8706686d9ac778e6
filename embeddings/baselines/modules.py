"""Networks of the neural baselines; it imports torch, so it is imported only when one is trained."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class WindowNet(nn.Module):  # type: ignore[misc]
    """From (window, static, cluster) to class logits (n, 5) and d, Δ, q (n, 3).

    Args:
        kind: bilstm, transformer or transformer+gru. shape: months, features and static features of a sample.
        clusters: how many there are; each gets a vector of length ``own``.
    """

    def __init__(
        self, kind: str, shape: tuple[int, int, int], clusters: int, width: int, own: int, dropout: float
    ) -> None:
        super().__init__()
        months, features, statics = shape
        self.name = nn.Embedding(clusters, own)
        self.drop = nn.Dropout(dropout)
        size = statics + own
        if kind == "bilstm":
            self.lstm = nn.LSTM(features, width, batch_first=True, bidirectional=True)
            size += 2 * width
        else:
            self.enter = nn.Linear(features, width)
            self.place = nn.Parameter(torch.randn(months, width) * 0.02)
            layer = nn.TransformerEncoderLayer(width, 4, 2 * width, dropout, batch_first=True)
            self.attend = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
            size += width
        if kind == "transformer+gru":
            self.gru = nn.GRU(features, width, batch_first=True)
            size += width
        self.head = nn.Sequential(nn.Linear(size, 2 * width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(2 * width, 8))
        self.kind = kind

    def forward(self, window: Tensor, static: Tensor, cluster: Tensor) -> tuple[Tensor, Tensor]:
        """Window (n, L, F), static (n, G), cluster (n,)."""
        parts = [static, self.name(cluster)]
        if self.kind == "bilstm":
            ends = self.lstm(window)[1][0]
            parts.append(self.drop(torch.cat([ends[0], ends[1]], dim=1)))
        else:
            parts.append(self.attend(self.enter(window) + self.place)[:, -1])
        if self.kind == "transformer+gru":
            parts.append(self.drop(self.gru(window)[1][0]))
        out = self.head(torch.cat(parts, dim=1))
        return out[:, :5], out[:, 5:]
