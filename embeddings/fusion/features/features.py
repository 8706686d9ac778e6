"""Features of the fused model by month; no value of a month depends on a later one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.embeddings.common.arrays import Floats, unit_rows
from skillpath.embeddings.fusion.features.gap_start import GapHistory, build_gap_history
from skillpath.embeddings.fusion.features.month_graphs import MonthGraphs, build_month_graphs
from skillpath.embeddings.fusion.features.postings import PostingWindows, build_posting_windows
from skillpath.embeddings.fusion.features.series_features import SeriesFeatures, build_series_features
from skillpath.embeddings.fusion.features.student_sequences import StudentSequences, build_student_sequences
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.fusion.statespace.structural import StructuralSettings
from skillpath.embeddings.gap_targets import compute_gap_targets
from skillpath.embeddings.history import History
from skillpath.embeddings.spectral import skill_vectors

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
Vectors = NDArray[np.float32]
NAMED = ("cluster", "skill", "resource", "project")


@dataclass(frozen=True)
class Features:
    """Features of C clusters at the end of each of T months.

    Attributes:
        series, posts, crowds, graphs: of the four channels.
        gap: what is known of it at the end of each month.
        profiles: by kind: (n, 128) unit vectors of what clusters require, resources teach and projects need, and of
            skills; zero where nothing is known.
    """

    series: SeriesFeatures
    postings: PostingWindows
    student_sequences: StudentSequences
    graphs: MonthGraphs
    gap: GapHistory
    profiles: dict[str, Floats]


@dataclass(frozen=True)
class Texts:
    """Vectors of texts: of the postings that are read (N, d), and by kind of what nodes are called (n, d)."""

    postings: Vectors
    names: dict[str, Vectors]


def make_features(
    history: History, settings: FusionSettings | None = None, structural: StructuralSettings | None = None
) -> Features:
    """The features of a history; those of its first months are those of ``history.cut(…)``.

    Args:
        structural: of a model that is there already, fitted on its training months.
    """
    chosen = settings or FusionSettings()
    horizon = chosen.targets.horizon
    series = build_series_features(history, horizon, structural or chosen.structural)
    return Features(
        series,
        build_posting_windows(history, chosen.features),
        build_student_sequences(history, chosen.features),
        build_month_graphs(history, series, chosen.features),
        build_gap_history(
            history, compute_gap_targets(history, horizon, chosen.targets.gap), horizon, chosen.targets.gap
        ),
        build_node_profiles(history, chosen),
    )


def build_node_profiles(history: History, settings: FusionSettings) -> dict[str, Floats]:
    """By kind: unit vectors (n, 128) in one space, from what has no date."""
    tables = {"cluster": history.requirements, "resource": history.gains, "project": history.project_needs}
    skills = skill_vectors(list(tables.values()), settings.spectral)
    return {"skill": skills} | {kind: mix_vectors(table, skills) for kind, table in tables.items()}


def mix_vectors(levels: csr_array, skills: Floats) -> Floats:
    """Unit vectors (n, d) of rows of levels (n, K): the mean of skill vectors (K, d) weighted by level."""
    return unit_rows(np.asarray(levels @ skills), least=1e-12)


def encode_texts(history: History, features: Features, encode: Encode) -> Texts:
    """Encode each distinct text once: the postings that windows hold, and the names of nodes."""
    index = history.postings.text[features.postings.rows]
    needed, place = np.unique(index, return_inverse=True)
    names = {kind: history.names.get(kind, []) for kind in NAMED} | {"industry": history.codes["industry"]}
    # One call, so that a cache keeps one file.
    postings = [history.texts[i] for i in needed]
    wanted = [*postings, *(name for kind in names.values() for name in kind)]
    if not wanted:
        return Texts(np.zeros((0, 1), np.float32), {kind: np.zeros((0, 1), np.float32) for kind in names})
    vectors = encode(wanted)
    clean = np.nan_to_num(np.asarray(vectors, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    parts = np.split(clean, np.cumsum([len(postings), *(len(kind) for kind in names.values())])[:-1])
    return Texts(parts[0][place], dict(zip(names, parts[1:], strict=True)))
