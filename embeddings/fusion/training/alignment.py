"""The contrastive term: nodes come close to what they ask, teach, need, take and aim at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from skillpath.embeddings.fusion.features.graph_tensors import GraphTensors
from skillpath.embeddings.fusion.features.student_nodes import Learners, project_edges, student_edges
from skillpath.embeddings.fusion.model.network import FusedNetwork
from skillpath.embeddings.fusion.model.node_vectors import node_states
from skillpath.embeddings.fusion.settings import FusionSettings
from skillpath.embeddings.fusion.tensors import index_tensor, mask_tensor
from skillpath.embeddings.fusion.training.losses import contrast
from skillpath.embeddings.history import History, Ints

HIDDEN_EDGES = 0.3
"""Share of edges that the encoder does not see, so that it must foresee some of them."""
OPPONENTS = 2048
"""Most rows that a positive is set against."""


@dataclass(frozen=True)
class Alignment:
    """What belongs together in the graph of ``month``: (n, m) tables from the left kind to the right one."""

    month: int
    people: Learners
    tables: dict[tuple[str, str], csr_array]


def make_alignment(history: History, people: Learners, month: int) -> Alignment:
    """Pairs from what a history, cut at the end of ``month``, knows."""
    return Alignment(
        month,
        people,
        {
            ("cluster", "skill"): csr_array(history.requirements),
            ("resource", "skill"): csr_array(history.gains),
            ("project", "skill"): csr_array(history.project_needs),
        },
    )


def alignment_losses(
    network: FusedNetwork, graph: GraphTensors, alignment: Alignment, settings: FusionSettings, step: int
) -> Tensor:
    """(5,) InfoNCE of cluster, resource and project to skill, and of student to next resource and to target.

    The draw depends on the seed and the step only.
    """
    rng = np.random.default_rng([settings.seed, step])
    device = str(graph.text["skill"].device)
    people = alignment.people
    able = np.flatnonzero((people.latest >= 0) | (people.target >= 0))
    students = rng.choice(able, min(settings.students, len(able)), replace=False) if len(able) else able
    edges = {**graph.edges([alignment.month]), **project_edges(people, device)}
    seen = {kind: _thinned(part, rng) for kind, part in edges.items()}
    seen |= student_edges(people, students, settings.neighbours, device, rng, hide=True)
    states = node_states(network, graph, alignment.month, people, students, seen)
    losses = [
        _table_loss(states[left], states[right], table, settings, rng)
        for (left, right), table in alignment.tables.items()
    ]
    for kind, wanted in (("resource", people.latest[students]), ("cluster", people.target[students])):
        losses.append(_row_loss(states["student"], states[kind], wanted, settings))
    return torch.stack(losses)


def _thinned(part: tuple[Tensor, Tensor], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
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
    rows = rng.permutation(rows)[:OPPONENTS]
    positive = table.indices[table.indptr[:-1][rows] + (rng.random(len(rows)) * size[rows]).astype(np.int64)]
    columns = _opponents(positive, table.shape[1], rng)
    also = mask_tensor(table[rows][:, columns].toarray() > 0, left.device)
    place = index_tensor(np.searchsorted(columns, positive), left.device)
    return contrast(left[rows], right[columns], place, also, settings.heat)


def _opponents(positive: Ints, size: int, rng: np.random.Generator) -> Ints:
    drawn = rng.choice(size, min(size, OPPONENTS), replace=False)
    return np.union1d(positive, drawn)


def _row_loss(left: Tensor, right: Tensor, wanted: Ints, settings: FusionSettings) -> Tensor:
    rows = np.flatnonzero(wanted >= 0)
    if not len(rows):
        return left.new_zeros(())
    place = index_tensor(wanted[rows], left.device)
    also = torch.zeros(len(rows), len(right), dtype=torch.bool, device=left.device)
    return contrast(left[rows], right, place, also, settings.heat)
