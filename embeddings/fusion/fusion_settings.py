"""Settings of the fused model and its training, and the two profiles quick and full."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from skillpath.embeddings.forecast_targets import ForecastTargetSettings
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings
from skillpath.embeddings.model_forecasts import CHANNELS
from skillpath.embeddings.spectral import SpectralSettings
from skillpath.embeddings.warning import WarningSettings
from skillpath.errors import BadInput

VECTOR = 128
"""Length of the vectors of nodes."""


@dataclass(frozen=True)
class FeatureSettings:
    """Settings of the features; everything of a month comes from that month and earlier ones.

    Attributes:
        window: months of posts, students' events and asked skills that count as now.
        posts: of a cluster and month that are read, evenly spread over it.
        fade: λ of (8), a month.
        students: of a cluster and month whose sequences are read. events: latest ones of each.
        asked: skills of a cluster in the graph of a month, the most asked ones. near: other clusters, through
            industries. memory: months of posts that say which industries a cluster serves.
    """

    window: int = 3
    postings: int = 6
    fade: float = 0.35
    students: int = 6
    events: int = 8
    asked: int = 16
    near: int = 8
    memory: int = 12


@dataclass(frozen=True)
class FusionSettings:
    """The network and its training.

    Attributes:
        channels: that speak; ``series`` always does.
        hidden: width of a channel's state. graph_hidden: of the graph's. heads: of attention. layers: of the graph.
        dropout: of states. names: whether the graphs of months show texts and profiles of nodes
            beside numbers and edges; that invites learning by heart what came of a cluster in training.
        demand, gap: λ1, λ2 of (4). contrast: weight of the contrastive term. heat: its temperature.
        decay: L2 (9), as AdamW applies it. rate: of learning.
        count_weight, trend_weight: of the likelihood of the count and of the error of Δ beside the classes.
        epochs, patience: at most, and without improvement on validation. plateau: epochs before the rate is halved.
        months: origins in a batch. members: networks whose forecasts are averaged.
        students: in a contrastive batch. neighbours: of each that are sampled; 0 takes all.
        least: first origins that are left out: the structural model still knows too little.
        update_epochs: of an incremental update. replay: older origins for each new one.
        seed, device, threads: device is cpu, cuda or empty for the fastest; 0 threads leaves torch's default.
    """

    channels: tuple[str, ...] = CHANNELS
    hidden: int = 32
    graph_hidden: int = 32
    heads: int = 2
    layers: int = 2
    dropout: float = 0.2
    names: bool = False
    demand: float = 1.0
    gap: float = 3.0
    contrast: float = 0.1
    heat: float = 0.1
    decay: float = 0.05
    rate: float = 2e-3
    count_weight: float = 0.5
    trend_weight: float = 0.2
    epochs: int = 40
    patience: int = 8
    plateau: int = 3
    months: int = 4
    members: int = 3
    students: int = 256
    neighbours: int = 12
    least: int = 6
    update_epochs: int = 4
    replay: int = 3
    seed: int = 7
    device: str = ""
    threads: int = 0
    features: FeatureSettings = field(default_factory=FeatureSettings)
    structural: StructuralSettings = field(default_factory=StructuralSettings)
    spectral: SpectralSettings = field(default_factory=lambda: SpectralSettings(dimensions=VECTOR))
    targets: ForecastTargetSettings = field(default_factory=ForecastTargetSettings)
    warning: WarningSettings = field(default_factory=WarningSettings)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.channels) - set(CHANNELS))
        if unknown or "series" not in self.channels:
            raise BadInput(
                f"Channels cannot be {', '.join(self.channels) or 'none'}",
                where="settings of the fused model",
                todo=f"Choose from {', '.join(CHANNELS)}, and keep series",
            )


def profile(name: str) -> FusionSettings:
    """The settings called ``quick`` (a minute, for demos) or ``full``.

    Raises:
        BadInput: there is no such profile.
    """
    full = FusionSettings()
    if name == "full":
        return full
    if name == "quick":
        sparing = FeatureSettings(postings=1, students=3, events=6, asked=12, near=6)
        return replace(full, epochs=8, patience=4, plateau=2, members=1, features=sparing)
    raise BadInput(f"There is no profile {name}", where="settings of the fused model", todo="Choose quick or full")
