"""Student and project nodes: edges to skills and resources as known at the end of a month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.fusion.features.features import mix_vectors
from skillpath.embeddings.fusion.features.graph_tensors import EdgeSet, edge
from skillpath.embeddings.fusion.features.sampling import sample_neighbours
from skillpath.embeddings.history import History
from skillpath.embeddings.supply import compute_progress_steps


@dataclass(frozen=True)
class StudentNodes:
    """Students (S) and projects (P) at the end of a month.

    Attributes:
        stated: (S, K) levels. taken: (S, R) progress above 0.
        latest: (S,) resource begun last, −1 for none. target: (S,) cluster asked for or −1.
        profile: (S, 128) unit vectors of what they state and learnt. needs: (P, K).
    """

    stated: csr_array
    taken: csr_array
    latest: Ints
    target: Ints
    profile: Floats
    needs: csr_array


def build_student_nodes(history: History, skills: Floats) -> StudentNodes:
    """Students and projects as the history knows them; ``skills`` are (K, 128) vectors."""
    shape = (history.size("student"), history.size("resource"))
    steps = compute_progress_steps(history.events)
    total = csr_array((steps.step, (steps.student, steps.resource)), shape=shape)
    begun = csr_array(
        (np.ones(len(history.enrolments.day)), (history.enrolments.student, history.enrolments.resource)), shape
    )
    taken = csr_array(total.maximum(0) + 0.05 * (begun > 0))
    latest = np.full(shape[0], -1)
    order = np.argsort(history.enrolments.day, kind="stable")
    # Of several writes to one place the last one stays: the latest enrolment.
    latest[history.enrolments.student[order]] = history.enrolments.resource[order]
    levels = csr_array(history.students.stated + taken @ history.gains)
    return StudentNodes(
        history.students.stated,
        taken,
        latest,
        history.students.target,
        mix_vectors(levels, skills),
        history.project_needs,
    )


def student_edges(
    build_student_nodes: StudentNodes,
    seeds: Ints,
    most: int,
    device: str,
    rng: np.random.Generator | None = None,
    hide: bool = False,
) -> EdgeSet:
    """Edges into the students ``seeds``, numbered in that order; ``hide`` leaves out the resource begun last."""
    owner, skill, level = sample_neighbours(build_student_nodes.stated, seeds, most, rng)
    taker, resource, progress = sample_neighbours(build_student_nodes.taken, seeds, most, rng)
    if hide:
        seen = resource != build_student_nodes.latest[seeds][taker]
        taker, resource, progress = taker[seen], resource[seen], progress[seen]
    return {
        ("skill", "known_by", "student"): edge(np.stack([skill, owner]), level[:, None], device),
        ("resource", "taken_by", "student"): edge(np.stack([resource, taker]), progress[:, None], device),
    }


def project_edges(build_student_nodes: StudentNodes, device: str) -> EdgeSet:
    """Edges from the skills that projects need."""
    needs = build_student_nodes.needs.tocoo()
    project, skill = needs.coords
    return {("skill", "needed_by", "project"): edge(np.stack([skill, project]), needs.data[:, None], device)}
