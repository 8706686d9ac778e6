"""Course encoder: a GRU over a learner's path of courses, fused with the closed forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.learning.course_models.course_evidence import EVIDENCE
from bench.learning.course_models.course_graph import RELATIONS
from skillpath.embeddings.common.arrays import Floats

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class EncoderSettings:
    """Shape of the encoder and how it is trained.

    Attributes:
        width: width of course vectors and of the path's state.
        dropout: dropout on course vectors and states.
        weight_decay: weight decay of AdamW.
        learning_rate: learning rate of AdamW.
        batch: learners of a batch.
        epochs: most epochs.
        patience: epochs after the best one on validation after which it stops.
        longest: courses of a path that are read, the latest ones.
        folds: folds of the evidence of closed forms (see `course_evidence.cross_fit_evidence`).
        graph: whether vectors spread over the graph.
        evidence: whether closed forms are fused in; without both this is a plain GRU over courses (GRU4Rec, Hidasi
            et al. 2016).
        seed: seed of weights, dropout and order.
    """

    width: int = 64
    dropout: float = 0.3
    weight_decay: float = 1e-2
    learning_rate: float = 3e-3
    batch: int = 256
    epochs: int = 16
    patience: int = 2
    longest: int = 30
    folds: int = 5
    graph: bool = True
    evidence: bool = True
    seed: int = 7


class CourseEncoder:
    """Scores every course after every step of a path; no parameter belongs to a learner.

    Z = E + Σ_r tanh(A_r E W_r) over the relations r, twice; h = GRU(Z of the path); n = Z·W h + b;
    scores = Σ_k g_k(h)·a_k·z_k over the network's own n and the closed forms' z, with g = softmax(V h).
    """

    def __init__(self, links: Floats, features: Floats | None, settings: EncoderSettings) -> None:
        import torch
        from torch import nn

        torch.manual_seed(settings.seed)
        self.settings, width, courses = settings, settings.width, links.shape[1]
        self.links = torch.tensor(links, dtype=torch.float32)
        self.features = None if features is None else torch.tensor(features, dtype=torch.float32)
        self.net = nn.ModuleDict(
            {
                "courses": nn.Embedding(courses + 1, width),
                "spread": nn.ModuleList(nn.Linear(width, width, bias=False) for _ in RELATIONS),
                "heed": nn.Embedding(1, len(RELATIONS)),
                "path": nn.GRU(width, width, batch_first=True),
                "wants": nn.Linear(width, width),
                "liked": nn.Embedding(1, courses),
                "gate": nn.Linear(width, 1 + len(EVIDENCE)),
                "scale": nn.Embedding(1, 1 + len(EVIDENCE)),
                "dropout": nn.Dropout(settings.dropout),
            }
        )
        if features is not None:
            self.net["says"] = nn.Linear(features.shape[1], width, bias=False)
        nn.init.normal_(self.net["courses"].weight, std=0.1)
        nn.init.zeros_(self.net["liked"].weight)
        # Neighbours are heard little at first: a course is more than the company that it keeps.
        nn.init.constant_(self.net["heed"].weight, 0.1)
        # Training begins at what is usual: the network's own word is small, popularity counts once.
        nn.init.normal_(self.net["wants"].weight, std=0.02)
        nn.init.constant_(self.net["scale"].weight, 1.0 + len(EVIDENCE))

    def vectors(self) -> torch.Tensor:
        """(R + 1, width) of the courses and, last, of the empty path."""
        import torch

        found = self.net["courses"].weight
        own, empty = found[:-1], found[-1:]
        if self.features is not None:
            own = own + self.net["says"](self.features)
        if self.settings.graph:
            for _ in range(2):
                heed = self.net["heed"].weight[0]
                moved = [torch.tanh(x(a @ own)) for a, x in zip(self.links, self.net["spread"], strict=True)]
                own = own + self.net["dropout"](sum(h * m for h, m in zip(heed, moved, strict=True)))
        return torch.cat([own, empty])

    def __call__(
        self, paths: torch.Tensor, evidence: torch.Tensor | None, skip: int = 1
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (B, L − skip, R) and gate weights (B, L − skip, 4) after each step but the first ``skip``.

        Args:
            paths: (B, L) courses before each step; `empty` where a path begins.
            evidence: (3, B, L − skip, R) logarithms of the closed forms, or None.
        """
        vectors = self.vectors()
        states, _ = self.net["path"](self.net["dropout"](vectors[paths]))
        return self.fuse(self.net["dropout"](states[:, skip:]), vectors, evidence)

    def fuse(
        self, states: torch.Tensor, vectors: torch.Tensor, evidence: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits and gate weights of the states (B, L, width) that a path left."""
        import torch

        own = self.net["wants"](states) @ vectors[:-1].T + self.net["liked"].weight
        if evidence is None:
            return own, torch.ones((*own.shape[:2], 1))
        gates = torch.softmax(self.net["gate"](states), dim=-1)
        weights = gates * self.net["scale"].weight[0]
        return sum(weights[..., k, None] * part for k, part in enumerate([own, *evidence])), gates

    @property
    def empty(self) -> int:
        """Index of the beginning of a path."""
        return int(self.links.shape[1])

    def state(self) -> dict[str, Any]:
        """The weights, as safetensors takes them."""
        return {name: x.detach().clone().contiguous() for name, x in self.net.state_dict().items()}
