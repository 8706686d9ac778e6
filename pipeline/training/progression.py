"""Learning of the progression between resources, and of the weights that it has in the score, from enrolments."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from skillpath.chains.feedback.rank_learning import RankLearningSettings
from skillpath.chains.model.affinity import number_steps
from skillpath.chains.model.arrays import Floats, replace_values, row_of_entry
from skillpath.chains.recommend import ChainSettings
from skillpath.embeddings.courses.editions import EditionSettings, find_editions
from skillpath.embeddings.courses.progression_model import (
    LearnedProgression,
    ProgressionSettings,
    choose_progression,
    fit_progression,
    keep_neighbours,
)
from skillpath.embeddings.courses.transitions import OrderedCourses
from skillpath.graph.core import runs
from skillpath.graph.core.connection import Graph
from skillpath.graph.learning import progression as store
from skillpath.graph.scores.snapshot import Snapshot, read_snapshot, read_vectors
from skillpath.ontology.ranking.sparse_text import NgramSettings, TfIdf
from skillpath.pipeline.common.progress import Reporter
from skillpath.pipeline.inputs.vectors import placed_vectors
from skillpath.pipeline.training.rank_weights import LearnedWeights, learn_rank_weights

DIGITS = 6
"""Decimals of edge weights: single precision tells no more."""


@dataclass(frozen=True)
class ProgressionLearning:
    """How the progression and its weights in the score are learned."""

    model: ProgressionSettings = field(default_factory=ProgressionSettings)
    rank: RankLearningSettings = field(default_factory=RankLearningSettings)
    editions: EditionSettings = field(default_factory=EditionSettings)


def learn_progression(
    graph: Graph,
    report: Reporter,
    settings: ProgressionLearning | None = None,
    chains: ChainSettings | None = None,
    snapshot: Snapshot | None = None,
) -> dict[str, Any]:
    """Learn from enrolments and serve it; what was learned and how it was judged.

    The model is chosen, and the weights of the score are learned, on learners that it was not fitted to; what is served
    is then fitted to all.

    Args:
        snapshot: as the caller has read it already; it is read without.
    """
    chosen, used = settings or ProgressionLearning(), chains or ChainSettings()
    started = time.monotonic()
    if snapshot is None:
        with report.step("read enrolments"):
            snapshot = read_snapshot(graph)
    taken = read_courses(snapshot)
    if not len(taken.course):
        report.line("  no progression: nobody took anything yet")
        _clear_progression(graph)
        return {"followedBy": 0}
    with report.step("compare texts of resources"):
        texts = store.read_texts(graph)
        similarity = keep_neighbours(measure_similarity(texts), chosen.model)
        editions = find_editions(texts, similarity, chosen.editions)
    history = used.affinity.decay, used.affinity.steps
    with report.step("choose the progression model"):
        found = choose_progression(taken, similarity, *history, chosen.model)
    with report.step("learn the weights of the score"):
        weights = _learn_weights(graph, snapshot, found.fitted, found.validation, used, chosen.rank)
    with report.step("learn the progression"):
        learned = fit_progression(taken, similarity, *history, found.settings)
    if weights.weights is None:
        report.line(f"  weights of the score stay as they are: {weights.decisions} decisions are too few to learn from")
    params = {
        "settings": asdict(found.settings),
        "rank": asdict(chosen.rank),
        "weights": None if weights.weights is None else weights.weights.values.tolist(),
    }
    run = runs.open_run(graph, "progression", params, store.SERVING, clock=started)
    metrics = {
        "ndcg": found.figures,
        "ridge": found.settings.model.ridge,
        "decisions": weights.decisions,
        "likeness": round(learned.model.likeness, DIGITS),
        "editions": len(editions.drop_nulls()),
    }
    with report.step("write the progression"):
        written = store.publish(graph, run, _build_tables(snapshot, learned, editions), metrics)
    return {
        "progressionRun": run.id,
        "followedBy": written["followed_by"],
        "similarTo": written["similar_to"],
        **metrics,
    }


def _clear_progression(graph: Graph) -> None:
    """Serve an empty progression in place of one that was learned from enrolments that are gone."""
    if runs.current(graph, store.SERVING) is None:
        return
    run = runs.open_run(graph, "progression", {}, store.SERVING)
    store.publish(graph, run, {}, {"decisions": 0})


def read_courses(snapshot: Snapshot) -> OrderedCourses:
    """What students took in their order."""
    taken = snapshot.enrolments
    student = row_of_entry(taken.amount)
    step = number_steps(student, taken.day, taken.position)
    course = taken.amount.indices.astype(np.int64)
    return OrderedCourses(student, course, step, snapshot.students.height, snapshot.resources.height)


def measure_similarity(texts: pl.DataFrame) -> csr_array:
    """(R, R) likeness in [0, 1]: the mean of the TF-IDF cosines of titles and of titles with texts.

    Args:
        texts: with title and text.
    """
    titles = texts["title"].fill_null("").to_list()
    whole = (
        texts.select(pl.concat_str("title", "text", separator=". ", ignore_nulls=True))["title"].fill_null("").to_list()
    )
    parts = [TfIdf(documents, NgramSettings()).similarities(documents) for documents in (titles, whole)]
    return csr_array((parts[0] + parts[1]) * 0.5)


def _learn_weights(
    graph: Graph,
    snapshot: Snapshot,
    fitted: LearnedProgression,
    validation: np.ndarray,
    chains: ChainSettings,
    settings: RankLearningSettings,
) -> LearnedWeights:
    """Weights from learners that the progression was not fitted to."""
    scaled = scale_model(fitted)
    resources = snapshot.resources.with_columns(
        takers=pl.Series(fitted.takers, dtype=pl.Int64), popularity=pl.Series(scaled.popularity)
    )
    seen = replace(
        snapshot,
        progression=csr_array(scaled.followed + scaled.alike),
        progression_next=scaled.followed_next,
        progression_support=fitted.support,
        resources=resources,
    )
    vectors = placed_vectors(read_vectors(graph), snapshot.skills)
    return learn_rank_weights(seen, vectors, validation, chains, settings)


@dataclass(frozen=True)
class ScaledModel:
    """A model in the units of the score: no weight between two resources is above 1.

    Attributes:
        followed, followed_next, alike: (R, R) weights by what people went on to, what is added if it was done last, and
            by likeness. popularity: (R,) in [0, 1].
    """

    followed: csr_array
    followed_next: csr_array
    alike: csr_array
    popularity: Floats


def scale_model(learned: LearnedProgression) -> ScaledModel:
    """The weights over the largest of them, and the biases from 0 to 1."""
    model = learned.model
    alike = csr_array(model.likeness * learned.similarity)
    largest = csr_array(model.weights + model.next_weights + alike).data.max(initial=0.0) or 1.0
    low, spread = model.bias.min(initial=0.0), np.ptp(model.bias) if len(model.bias) else 0.0
    popularity = (model.bias - low) / spread if spread > 0 else np.zeros(len(model.bias))
    return ScaledModel(
        followed=_scale_values(model.weights, largest),
        followed_next=_scale_values(model.next_weights, largest),
        alike=_scale_values(alike, largest),
        popularity=np.round(popularity, DIGITS),
    )


def _scale_values(matrix: csr_array, largest: float) -> csr_array:
    """Entries over the largest, rounded to what single precision tells; entries stay where they are."""
    return replace_values(matrix, np.round(matrix.data / largest, DIGITS))


def _build_tables(snapshot: Snapshot, learned: LearnedProgression, editions: pl.Series) -> dict[str, pl.DataFrame]:
    """Rows of the relationships and of the numbers of takers, see `graph.learning.progression.publish`."""
    codes, scaled = snapshot.resources["code"], scale_model(learned)

    def frame(matrix: csr_array, **columns: Any) -> pl.DataFrame:
        source = codes.gather(row_of_entry(matrix)).rename("source")
        return pl.DataFrame({"source": source, "target": codes.gather(matrix.indices.astype(np.int64)), **columns})

    followed = frame(
        scaled.followed,
        weight=scaled.followed.data,
        nextWeight=scaled.followed_next.data,
        support=learned.support.data.astype(np.int64),
        lift=np.round(learned.lift, 3),
    )
    alike = frame(scaled.alike, similarity=np.round(learned.similarity.data, DIGITS), weight=scaled.alike.data)
    # What nobody took has no popularity that could be a reason.
    popularity = np.where(learned.takers > 0, scaled.popularity, 0.0)
    takers = pl.DataFrame({"code": codes, "takers": learned.takers, "popularity": popularity, "edition": editions})
    known = takers.filter((pl.col("takers") > 0) | pl.col("edition").is_not_null())
    return {"followed_by": followed, "similar_to": alike, "takers": known}
