"""Fused network: channels, attention gates over them, and heads that correct the structural forecast."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from skillpath.embeddings.forecast_targets import Thresholds
from skillpath.embeddings.fusion.features.inputs import ModelInputs
from skillpath.embeddings.fusion.fusion_settings import VECTOR, FusionSettings
from skillpath.embeddings.fusion.model.channels import SequenceChannel, SeriesChannel, TextChannel
from skillpath.embeddings.fusion.model.graph_encoder import GraphEncoder
from skillpath.embeddings.fusion.statespace.class_probabilities import compute_class_probabilities, expected_count
from skillpath.embeddings.model_forecasts import CHANNELS

REACH = 0.6
"""How far, on the log scale, the heads may move the structural forecast and its spread."""


@dataclass(frozen=True)
class Sizes:
    """Widths of what the network reads."""

    text: int
    profile: int
    meta: int
    event: int
    crowd: int
    series: int
    dynamic: dict[str, int]


@dataclass(frozen=True)
class NetworkOutput:
    """Outputs of the network for (M, C) months and clusters: log count, class probabilities, gap and gates."""

    mean: Tensor
    spread: Tensor
    probabilities: Tensor
    monthly: Tensor
    gap: Tensor
    gates: Tensor


class Fusion(nn.Module):
    """Gated attention over channels (2, 3): ``Σ_k g_k · V_k z_k`` with ``g = softmax(w_k · z_k + b_k)``.

    Each task has gates of its own (Ma et al. 2018): what foretells the gap need not foretell demand.
    """

    def __init__(self, channels: tuple[str, ...], width: int, dropout: float) -> None:
        super().__init__()
        self.names = [name for name in CHANNELS if name in channels]
        self.gate = nn.ModuleDict({name: nn.Linear(width, 1) for name in self.names})
        self.value = nn.ModuleDict({name: nn.Linear(width, width) for name in self.names})
        self.drop = nn.Dropout(dropout)

    def forward(self, states: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """(…, width) and gates (…, 4) in the order of `CHANNELS`, 0 for channels that are not there."""
        gates = torch.softmax(torch.cat([self.gate[name](states[name]) for name in self.names], dim=-1), dim=-1)
        values = torch.stack([self.value[name](states[name]) for name in self.names], dim=-2)
        fused = (gates.unsqueeze(-1) * values).sum(dim=-2)
        everywhere = gates.new_zeros(*gates.shape[:-1], len(CHANNELS))
        everywhere[..., [CHANNELS.index(name) for name in self.names]] = gates
        return self.drop(fused), everywhere


class FusedNetwork(nn.Module):
    """Gated attention fusion (2, 3) of the channels, with a head for demand and one for the gap.

    The heads begin at the structural forecast and at the line of `gap_start`: what they learn is a correction.
    """

    def __init__(self, sizes: Sizes, settings: FusionSettings, thresholds: Thresholds) -> None:
        super().__init__()
        self.settings, self.thresholds = settings, thresholds
        width, drop = settings.hidden, settings.dropout
        parts: dict[str, nn.Module] = {
            "text": TextChannel(sizes.text, sizes.profile, sizes.meta, width, drop),
            "sequence": SequenceChannel(sizes.event, sizes.profile, sizes.crowd, width, drop),
            "series": SeriesChannel(sizes.series, width, drop),
        }
        self.parts = nn.ModuleDict({name: part for name, part in parts.items() if name in settings.channels})
        # The graph's encoder is there in any case: the vectors of nodes come from it.
        self.graph = GraphEncoder(
            sizes.text,
            sizes.profile,
            sizes.dynamic,
            settings.graph_hidden,
            settings.heads,
            settings.layers,
            settings.names,
        )
        self.vector = nn.Linear(settings.graph_hidden, VECTOR)
        self.narrow = nn.Sequential(nn.Dropout(drop), nn.Linear(settings.graph_hidden, width), nn.GELU())
        self.fusion = nn.ModuleDict({task: Fusion(settings.channels, width, drop) for task in ("demand", "gap")})
        self.demand, self.gap = nn.Linear(width, 2), nn.Linear(width, 1)
        for head in (self.demand, self.gap):
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)

    def forward(self, inputs: ModelInputs, months: list[int]) -> NetworkOutput:
        """Compute the outputs at the ends of some months."""
        states = {name: part(inputs, months) for name, part in self.parts.items()}
        if "graph" in self.settings.channels:
            everyone = self.graph.months(inputs.graph, months)
            states["graph"] = self.narrow(everyone if inputs.chosen is None else everyone[:, inputs.chosen])
        fused, gates = self.fusion["demand"](states)
        move = REACH * torch.tanh(self.demand(fused))
        mean = inputs.anchor[months][..., 0] + move[..., 0]
        spread = (inputs.anchor[months][..., 1] * torch.exp(move[..., 1])).clamp(min=1e-3)
        horizon = self.settings.targets.horizon
        probabilities = compute_class_probabilities(mean, spread, inputs.past[months], self.thresholds, horizon)
        start = inputs.start[months].clamp(0.01, 0.99)
        gap = torch.sigmoid(torch.logit(start) + self.gap(self.fusion["gap"](states)[0]).squeeze(-1))
        return NetworkOutput(mean, spread, probabilities, expected_count(mean, spread, horizon), gap, gates)


def input_sizes(inputs: ModelInputs) -> Sizes:
    """Widths of the model inputs."""
    return Sizes(
        text=int(inputs.graph.text["skill"].shape[1]),
        profile=int(inputs.resource.shape[1]),
        meta=int(inputs.posting[2].shape[1]),
        event=int(inputs.event[0].shape[1]),
        crowd=int(inputs.crowd.shape[-1]),
        series=int(inputs.series.shape[-1]),
        dynamic={kind: int(values.shape[-1]) for kind, values in inputs.graph.dynamic.items()},
    )
