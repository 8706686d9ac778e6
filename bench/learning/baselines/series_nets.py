"""DLinear and a small PatchTST on windows of six months, each series a sample of its own, trained by Adam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.series import Panel
from skillpath.embeddings.series.window_features import WINDOW

if TYPE_CHECKING:
    import torch

HORIZON = 3


@dataclass(frozen=True)
class Net:
    """A network and how it is trained; ``absolute`` minimises |e| of log1p counts, otherwise e²."""

    kind: str
    learning_rate: float
    absolute: bool
    steps: int = 200
    batch: int = 1024
    width: int = 32
    heads: int = 4
    layers: int = 2
    patch: int = 2


def net_forecast(panel: Panel, learned: int, ends: Sequence[int], settings: Net, seed: int) -> list[Floats]:
    """(N, H) whole counts at each end, by a network that learned from windows within the first months."""
    import torch

    torch.manual_seed(seed)
    logs = torch.tensor(np.log1p(panel.counts)).float()
    past = range(WINDOW, learned - HORIZON + 1)
    inputs = torch.cat([logs[:, end - WINDOW : end] for end in past])
    wanted = torch.cat([logs[:, end : end + HORIZON] for end in past])
    alive = (inputs > 0).any(dim=1)
    net = _train(_build(settings), inputs[alive], wanted[alive], settings)
    forecasted = []
    with torch.no_grad():
        for end in ends:
            logs_ahead = _normalised(net, logs[:, end - WINDOW : end]).numpy().astype(np.float64)
            silent = panel.counts[:, end - WINDOW : end].sum(axis=1) == 0
            forecasted.append(np.where(silent[:, None], 0.0, np.rint(np.maximum(np.expm1(logs_ahead), 0.0))))
    return forecasted


def _train(net: Any, inputs: torch.Tensor, wanted: torch.Tensor, settings: Net) -> Any:
    import torch

    chosen = torch.optim.Adam(net.parameters(), settings.learning_rate)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(chosen, settings.steps)
    loss = torch.nn.functional.l1_loss if settings.absolute else torch.nn.functional.mse_loss
    for _ in range(settings.steps):
        rows = torch.randint(len(inputs), (settings.batch,))
        chosen.zero_grad()
        loss(_normalised(net, inputs[rows]), wanted[rows]).backward()
        chosen.step()
        falling.step()
    return net.eval()


def _normalised(net: Any, inputs: torch.Tensor) -> torch.Tensor:
    """Each window is centred and scaled by itself, and what the network says is scaled back (RevIN)."""
    mean, spread = inputs.mean(dim=1, keepdim=True), inputs.std(dim=1, keepdim=True) + 0.1
    ahead: torch.Tensor = net((inputs - mean) / spread) * spread + mean
    return ahead


def _build(settings: Net) -> Any:
    import torch
    from torch import nn

    class DLinear(nn.Module):  # type: ignore[misc]
        """A moving average of three months and the rest, each through a linear layer (Zeng et al. 2023)."""

        def __init__(self) -> None:
            super().__init__()
            self.trend, self.rest = nn.Linear(WINDOW, HORIZON), nn.Linear(WINDOW, HORIZON)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            padded = nn.functional.pad(x[:, None], (1, 1), mode="replicate")
            trend = nn.functional.avg_pool1d(padded, 3, stride=1)[:, 0]
            ahead: torch.Tensor = self.trend(trend) + self.rest(x - trend)
            return ahead

    class PatchTST(nn.Module):  # type: ignore[misc]
        """Overlapping patches of months as tokens of a Transformer, series by series (Nie et al. 2023)."""

        def __init__(self) -> None:
            super().__init__()
            patches = WINDOW - settings.patch + 1
            self.embed = nn.Linear(settings.patch, settings.width)
            self.place = nn.Parameter(torch.randn(patches, settings.width) * 0.02)
            layer = nn.TransformerEncoderLayer(
                settings.width, settings.heads, 2 * settings.width, 0.1, batch_first=True, norm_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, settings.layers, enable_nested_tensor=False)
            self.head = nn.Linear(patches * settings.width, HORIZON)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            tokens = self.embed(x.unfold(1, settings.patch, 1)) + self.place
            ahead: torch.Tensor = self.head(self.encoder(tokens).flatten(1))
            return ahead

    return DLinear() if settings.kind == "dlinear" else PatchTST()
