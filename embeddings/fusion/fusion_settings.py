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
        window: months of postings, training events and asked skills that count as now.
        postings: postings read of a cluster and month, evenly spread over it.
        age_decay: λ of (8), the exponential decay of a posting's weight a month.
        students: students of a cluster and month whose sequences are read.
        events: latest events of each student that are read.
        asked_skills: skills of a cluster in the graph of a month, the most asked ones.
        related_clusters: neighbours of a cluster in the graph of a month, by likeness of their industries.
        memory: months of postings that say which industries a cluster serves.
    """

    window: int = 3
    postings: int = 6
    age_decay: float = 0.35
    students: int = 6
    events: int = 8
    asked_skills: int = 16
    related_clusters: int = 8
    memory: int = 12


@dataclass(frozen=True)
class FusionSettings:
    """The network and its training.

    Attributes:
        channels: channels that are fused; ``series`` is always among them.
        hidden: width of a channel's state.
        graph_hidden: width of the graph's states.
        heads: attention heads of a graph layer.
        layers: layers of the graph encoder.
        dropout: dropout on states.
        names: whether the graphs of months show texts and profiles of nodes beside numbers and edges; that invites
            learning by heart what came of a cluster in training.
        demand_weight: λ1 of (4), weight of the loss of demand.
        gap_weight: λ2 of (4), weight of the loss of the gap.
        contrastive_weight: weight of the contrastive loss; 0 leaves it out.
        temperature: temperature of the contrastive loss.
        weight_decay: L2 (9), as AdamW applies it.
        learning_rate: learning rate of the first epochs.
        count_weight: weight of the likelihood of the count beside the classes.
        trend_weight: weight of the squared error of Δ beside the classes.
        epochs: most epochs of a training.
        patience: epochs without improvement on validation after which training stops.
        lr_patience: epochs without improvement after which the learning rate is halved.
        batch_months: origins in a batch.
        members: networks whose forecasts are averaged.
        students: students in a contrastive batch.
        neighbours: sampled neighbours of each of these; 0 takes all.
        skip_origins: first origins that training leaves out: the structural model still knows too little.
        update_epochs: most epochs of an incremental update.
        replay: older origins for each new one in an update.
        seed: seed of weights, dropout, batches and sampling.
        device: cpu, cuda or empty for the fastest.
        threads: threads of torch; 0 leaves its default.
        features: settings of the features.
        structural: prior of the structural model.
        spectral: settings of the node profiles.
        targets: settings of the forecast targets.
        warning: settings of the early warning.
    """

    channels: tuple[str, ...] = CHANNELS
    hidden: int = 32
    graph_hidden: int = 32
    heads: int = 2
    layers: int = 2
    dropout: float = 0.2
    names: bool = False
    demand_weight: float = 1.0
    gap_weight: float = 3.0
    contrastive_weight: float = 0.1
    temperature: float = 0.1
    weight_decay: float = 0.05
    learning_rate: float = 2e-3
    count_weight: float = 0.5
    trend_weight: float = 0.2
    epochs: int = 40
    patience: int = 8
    lr_patience: int = 3
    batch_months: int = 4
    members: int = 3
    students: int = 256
    neighbours: int = 12
    skip_origins: int = 6
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
        sparing = FeatureSettings(postings=1, students=3, events=6, asked_skills=12, related_clusters=6)
        return replace(full, epochs=8, patience=4, lr_patience=2, members=1, features=sparing)
    raise BadInput(f"There is no profile {name}", where="settings of the fused model", todo="Choose quick or full")
