"""Vectors of all nodes in one space: skill profiles moved by the graph encoder's states."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from skillpath.embeddings.common.arrays import Ints
from skillpath.embeddings.fusion.features.graph_tensors import EdgeSet, GraphTensors
from skillpath.embeddings.fusion.features.student_nodes import StudentNodes, project_edges, student_edges
from skillpath.embeddings.fusion.model.network import FusedNetwork
from skillpath.embeddings.fusion.tensors import float_tensor

MOVE = 0.5
"""Share of a vector, next to its profile, that neighbours and texts decide."""
BLOCK = 4096


def compute_node_states(
    network: FusedNetwork, graph: GraphTensors, month: int, student_nodes: StudentNodes, students: Ints, edges: EdgeSet
) -> dict[str, Tensor]:
    """Unit vectors (n, 128) by kind, in the graph of a month with some students and all projects in it."""
    encoder, device = network.graph, graph.text["skill"].device
    profiles = {kind: graph.profile[kind] for kind in ("cluster", "skill", "resource", "project")}
    profiles["student"] = float_tensor(student_nodes.profile[students], device)
    states = {
        kind: encoder.start(kind, graph.text[kind], graph.profile[kind], values[month])
        for kind, values in graph.dynamic.items()
    }
    states["project"] = encoder.start("project", graph.text["project"], graph.profile["project"], None)
    states["student"] = encoder.start("student", None, profiles["student"], None)
    found = encoder(states, edges)
    return {kind: unit(known + MOVE * unit(network.vector(found[kind]))) for kind, known in profiles.items()}


def unit(vectors: Tensor) -> Tensor:
    """Rows scaled to length 1; rows of zeros stay."""
    return vectors / vectors.norm(dim=-1, keepdim=True).clamp(min=1e-9)


def compute_node_vectors(
    network: FusedNetwork, graph: GraphTensors, month: int, student_nodes: StudentNodes
) -> dict[str, NDArray[np.float32]]:
    """Vectors of all nodes by kind (n, 128); zero for those of which nothing is known."""
    network.eval()
    device = str(graph.text["skill"].device)
    base = {**graph.edges([month]), **project_edges(student_nodes, device)}
    count = student_nodes.profile.shape[0]
    blocks = [np.arange(start, min(start + BLOCK, count)) for start in range(0, max(count, 1), BLOCK)]
    found: dict[str, NDArray[np.float32]] = {}
    parts = []
    for block in blocks:
        edges = {**base, **student_edges(student_nodes, block, 0, device)}
        with torch.no_grad():
            states = compute_node_states(network, graph, month, student_nodes, block, edges)
        found = found or {kind: state.cpu().numpy() for kind, state in states.items() if kind != "student"}
        parts.append(states["student"].cpu().numpy())
    found["student"] = np.concatenate(parts) if parts else np.zeros((0, network.vector.out_features), np.float32)
    return {
        kind: np.where(find_known_nodes(graph, student_nodes, kind)[:, None], rows, 0.0) for kind, rows in found.items()
    }


def find_known_nodes(graph: GraphTensors, student_nodes: StudentNodes, kind: str) -> NDArray[np.bool_]:
    """(n,) whether anything is known of a node: a profile or a text; of students, what they state or took."""
    if kind == "student":
        return np.asarray((np.diff(student_nodes.stated.indptr) + np.diff(student_nodes.taken.indptr)) > 0)
    has_content = graph.text[kind].abs().sum(dim=1) + graph.profile[kind].abs().sum(dim=1)
    return np.asarray((has_content > 0).cpu().numpy())
