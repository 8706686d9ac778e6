"""Month graphs as tensors: the nodes of several months numbered one after another as one graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from skillpath.embeddings.fusion.features.features import Features, Texts
from skillpath.embeddings.fusion.tensors import float_tensor, index_tensor
from skillpath.embeddings.history import History

Kind = tuple[str, str, str]
EdgeSet = dict[Kind, tuple[Tensor, Tensor]]

KINDS = ("cluster", "skill", "industry", "resource")
RELATIONS: dict[Kind, int] = {
    ("skill", "asked_by", "cluster"): 3,
    ("cluster", "asks", "skill"): 3,
    ("industry", "hosts", "cluster"): 1,
    ("cluster", "serves", "industry"): 1,
    ("cluster", "near", "cluster"): 1,
    ("resource", "teaches", "skill"): 1,
    ("skill", "taught_by", "resource"): 1,
    ("skill", "broader", "skill"): 1,
    ("skill", "narrower", "skill"): 1,
    ("skill", "known_by", "student"): 1,
    ("resource", "taken_by", "student"): 1,
    ("skill", "needed_by", "project"): 1,
}
"""Relation → number of edge attributes."""


@dataclass(frozen=True)
class GraphTensors:
    """Nodes and edges.

    Attributes:
        text, profile: by kind: (n, d) and (n, 128), without date. dynamic: by kind: (T, n, F).
        monthly: edges of each month. static: edges of every month.
    """

    text: dict[str, Tensor]
    profile: dict[str, Tensor]
    dynamic: dict[str, Tensor]
    monthly: list[EdgeSet]
    static: EdgeSet

    def size(self, kind: str) -> int:
        """Nodes of a kind."""
        return int(self.text[kind].shape[0])

    def edges(self, months: list[int]) -> EdgeSet:
        """The edges of some months, nodes of the i-th month numbered from i · n on."""
        together: dict[Kind, list[tuple[Tensor, Tensor]]] = {}
        for slot, month in enumerate(months):
            for kind, (ends, attributes) in {**self.static, **self.monthly[month]}.items():
                shift = torch.tensor([[self.size(kind[0])], [self.size(kind[2])]], device=ends.device) * slot
                together.setdefault(kind, []).append((ends + shift, attributes))
        return {
            kind: (torch.cat([e for e, _ in parts], dim=1), torch.cat([a for _, a in parts]))
            for kind, parts in together.items()
        }


def build_graph_tensors(history: History, features: Features, texts: Texts, device: str) -> GraphTensors:
    """The graphs of all months on a device."""
    graphs, width = features.graphs, features.profiles["skill"].shape[1]

    profiles = {k: features.profiles.get(k, np.zeros((len(texts.names[k]), width))) for k in texts.names}
    return GraphTensors(
        {kind: float_tensor(vectors, device) for kind, vectors in texts.names.items()},
        {kind: float_tensor(vectors, device) for kind, vectors in profiles.items()},
        {kind: float_tensor(values.swapaxes(0, 1), device) for kind, values in graphs.dynamic.items()},
        [
            _both(("skill", "asked_by", "cluster"), ("cluster", "asks", "skill"), asks[0], asks[1], device)
            | _both(("industry", "hosts", "cluster"), ("cluster", "serves", "industry"), serves[0], serves[1], device)
            | {("cluster", "near", "cluster"): edge(near[0][::-1], near[1], device)}
            for asks, serves, near in zip(graphs.asks, graphs.serves, graphs.near, strict=True)
        ],
        _static(history, device),
    )


def edge(ends: ArrayLike, attributes: ArrayLike, device: str) -> tuple[Tensor, Tensor]:
    """(2, E) source and destination, and (E, A) attributes, as tensors."""
    return (
        index_tensor(ends, device).reshape(2, -1),
        float_tensor(attributes, device),
    )


def _both(back: Kind, forth: Kind, ends: ArrayLike, attributes: ArrayLike, device: str) -> EdgeSet:
    """Edges of ``forth``, and turned round as ``back``."""
    straight = edge(ends, attributes, device)
    return {forth: straight, back: (straight[0].flip(0), straight[1])}


def _static(history: History, device: str) -> EdgeSet:
    gains = history.gains.tocoo()
    ones = np.ones((len(history.broader), 1))
    pairs = np.asarray(history.broader, dtype=np.int64).reshape(-1, 2).T
    teaches = np.stack(gains.coords)
    return _both(
        ("skill", "taught_by", "resource"), ("resource", "teaches", "skill"), teaches, gains.data[:, None], device
    ) | _both(("skill", "narrower", "skill"), ("skill", "broader", "skill"), pairs, ones, device)
