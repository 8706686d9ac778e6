"""Contrastive alignment loss (InfoNCE) between nodes that belong together in the graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from skillpath.embeddings.common.arrays import Ints
from skillpath.embeddings.fusion.features.graph_tensors import GraphTensors
from skillpath.embeddings.fusion.features.student_nodes import StudentNodes, project_edges, student_edges
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.fusion.model.network import FusedNetwork
from skillpath.embeddings.fusion.model.node_vectors import compute_node_states
from skillpath.embeddings.fusion.tensors import index_tensor, mask_tensor
from skillpath.embeddings.fusion.training.losses import contrastive_loss
from skillpath.embeddings.history import History

HIDDEN_EDGES = 0.3
"""Share of edges that the encoder does not see, so that it must foresee some of them."""
NEGATIVES = 2048
"""Most rows that a positive is set against."""


@dataclass(frozen=True)
class Alignment:
    """What belongs together in the graph of ``month``: (n, m) tables from the left kind to the right one."""

    month: int
    student_nodes: StudentNodes
    tables: dict[tuple[str, str], csr_array]


def build_alignment(history: History, student_nodes: StudentNodes, month: int) -> Alignment:
    """Pairs from what a history, cut at the end of ``month``, knows."""
    return Alignment(
        month,
        student_nodes,
        {
            ("cluster", "skill"): csr_array(history.requirements),
            ("resource", "skill"): csr_array(history.gains),
            ("project", "skill"): csr_array(history.project_needs),
        },
    )


def compute_alignment_losses(
    network: FusedNetwork, graph: GraphTensors, alignment: Alignment, settings: FusionSettings, step: int
) -> Tensor:
    """(5,) InfoNCE of cluster, resource and project to skill, and of student to next resource and to target.

    The draw depends on the seed and the step only.
    """
    rng = np.random.default_rng([settings.seed, step])
    device = str(graph.text["skill"].device)
    student_nodes = alignment.student_nodes
    eligible = np.flatnonzero((student_nodes.latest >= 0) | (student_nodes.target >= 0))
    students = rng.choice(eligible, min(settings.students, len(eligible)), replace=False) if len(eligible) else eligible
    edges = {**graph.edges([alignment.month]), **project_edges(student_nodes, device)}
    seen = {kind: _drop_edges(part, rng) for kind, part in edges.items()}
    seen |= student_edges(student_nodes, students, settings.neighbours, device, rng, hide=True)
    states = compute_node_states(network, graph, alignment.month, student_nodes, students, seen)
    losses = [
        _table_loss(states[left], states[right], table, settings, rng)
        for (left, right), table in alignment.tables.items()
    ]
    for kind, wanted in (("resource", student_nodes.latest[students]), ("cluster", student_nodes.target[students])):
        losses.append(_row_loss(states["student"], states[kind], wanted, settings))
    return torch.stack(losses)


def _drop_edges(part: tuple[Tensor, Tensor], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    ends, attributes = part
    kept = mask_tensor(rng.random(ends.shape[1]) >= HIDDEN_EDGES, ends.device)
    return ends[:, kept], attributes[kept]


def _table_loss(
    left: Tensor, right: Tensor, table: csr_array, settings: FusionSettings, rng: np.random.Generator
) -> Tensor:
    size = np.diff(table.indptr)
    rows = np.flatnonzero(size)
    if not len(rows):
        return left.new_zeros(())
    rows = rng.permutation(rows)[:NEGATIVES]
    positive = table.indices[table.indptr[:-1][rows] + (rng.random(len(rows)) * size[rows]).astype(np.int64)]
    columns = _sample_negatives(positive, table.shape[1], rng)
    also = mask_tensor(table[rows][:, columns].toarray() > 0, left.device)
    place = index_tensor(np.searchsorted(columns, positive), left.device)
    return contrastive_loss(left[rows], right[columns], place, also, settings.temperature)


def _sample_negatives(positive: Ints, size: int, rng: np.random.Generator) -> Ints:
    drawn = rng.choice(size, min(size, NEGATIVES), replace=False)
    return np.union1d(positive, drawn)


def _row_loss(left: Tensor, right: Tensor, wanted: Ints, settings: FusionSettings) -> Tensor:
    rows = np.flatnonzero(wanted >= 0)
    if not len(rows):
        return left.new_zeros(())
    place = index_tensor(wanted[rows], left.device)
    also = torch.zeros(len(rows), len(right), dtype=torch.bool, device=left.device)
    return contrastive_loss(left[rows], right, place, also, settings.temperature)
