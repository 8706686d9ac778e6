"""A digest of all that the vocabulary says, so that a sync knows when it says something else."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl

from skillpath.graph.connection import Graph
from skillpath.graph.snapshot import read_requirements
from skillpath.pipeline.vocabulary import CLUSTER_LABELS, LABEL_SCHEMA, SKILL_LABELS


def vocabulary_digest(graph: Graph) -> str:
    """Digest of every label of skills and job clusters, and of what clusters require."""
    skills, clusters = (graph.frame(q, LABEL_SCHEMA).sort("code") for q in (SKILL_LABELS, CLUSTER_LABELS))
    digest = blake2b(digest_size=16)
    for frame in (skills, clusters, read_requirements(graph).sort("source", "target")):
        rows = frame.select(pl.struct(pl.all()).struct.json_encode().hash(seed=0)).to_series()
        digest.update(rows.to_numpy().tobytes())
    return digest.hexdigest()
