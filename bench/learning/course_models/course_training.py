"""Training of the course encoder on every step of every path, and its scores for the next course."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.learning.course_models.closed_form import LinearCourses, LinearSettings
from bench.learning.course_models.course_encoder import CourseEncoder, EncoderSettings
from bench.learning.course_models.course_evidence import CourseEvidence, cross_fit_evidence
from bench.learning.course_models.course_graph import build_relations
from bench.learning.course_models.holdout import CourseHistory, HoldoutSplit, ranks, recall_ndcg
from skillpath.embeddings.common.arrays import Floats, Ints
from skillpath.embeddings.common.training_loop import LoopSettings, TrainingLoop, descend

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class TrainedCourseModel:
    """An encoder with the closed forms that it was fused with; ``epochs`` that were best on validation."""

    encoder: CourseEncoder
    evidence: CourseEvidence
    epochs: int

    def scores(self, history: CourseHistory, learners: Ints, batch: int = 512) -> tuple[Floats, Floats]:
        """(Q, R) scores of the next course after these learners' histories, and gate weights (Q, 4)."""
        import torch

        self.encoder.net.eval()
        fresh = history.matrix(self.evidence.model.settings.recency_decay)
        paths = _build_paths(history, self.encoder.settings.longest - 1, self.encoder.empty)
        found, gates = [], []
        with torch.no_grad():
            for start in range(0, len(learners), batch):
                asked = learners[start : start + batch]
                before, last = paths[asked], (paths[asked] >= 0).sum(axis=1) - 1
                evidence_scores = torch.tensor(self.evidence.of(fresh[asked]))[:, :, None]
                own, gate = _score_last_step(self.encoder, before, last, evidence_scores)
                found.append(own)
                gates.append(gate)
        return np.concatenate(found).astype(np.float64), np.concatenate(gates).astype(np.float64)


def train(
    taken: CourseHistory,
    features: Floats | None,
    linear: LinearSettings,
    settings: EncoderSettings,
    validation: HoldoutSplit | None = None,
) -> TrainedCourseModel:
    """Train for ``settings.epochs``, or, given a validation part, until its NDCG@10 stops growing.

    Loss: cross-entropy over all courses of the one that came next, after every step, and of the first ones.
    """
    import torch

    encoder = CourseEncoder(build_relations(taken, features), features, settings)
    evidence = CourseEvidence(LinearCourses.fit(taken, linear))
    steps = TrainingSteps.of(taken, evidence, settings)
    optimizer = torch.optim.AdamW(
        encoder.net.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    random = np.random.default_rng(settings.seed)
    loop = TrainingLoop(encoder.net, optimizer, LoopSettings(settings.epochs, settings.patience))

    def validate() -> dict[str, float]:
        assert validation is not None
        return {"loss": -_ndcg(TrainedCourseModel(encoder, evidence, settings.epochs), validation)}

    state = loop.run(lambda _: _epoch(encoder, optimizer, steps, random), validate if validation else None)
    if validation is None:
        return TrainedCourseModel(encoder, evidence, settings.epochs)
    loop.restore_best()
    return TrainedCourseModel(encoder, evidence, state.best_round["loss"] or settings.epochs)


@dataclass(frozen=True)
class TrainingSteps:
    """Training steps of the encoder: paths, closed-form evidence and first courses.

    Attributes:
        paths: (S, L) courses of those who took two at least, −1 after the last. rows: (S, L) of ``evidence_scores``.
        said: (3, M, R) evidence before each course that was not the first, or None.
        first: (R,) share of learners who began with each course. at_first: (3, 1, 1, R) evidence then, or None.
        share: of first courses among all taken, their weight in the loss.
    """

    paths: Ints
    rows: Ints
    evidence_scores: torch.Tensor | None
    first: torch.Tensor
    at_first: torch.Tensor | None
    share: float

    @classmethod
    def of(cls, taken: CourseHistory, evidence: CourseEvidence, settings: EncoderSettings) -> TrainingSteps:
        """Lay the paths out."""
        import torch

        place = taken.place()
        recent = (taken.age() < settings.longest) & (taken.counts()[taken.learner] > 1)
        paths, learner, where = _lay_out_paths(taken, recent)
        rows = np.zeros_like(paths)
        rows[learner, where] = np.maximum(np.cumsum(place > 0) - 1, 0)[recent]
        some = paths[:, 0] >= 0
        first = np.bincount(taken.course[place == 0], minlength=taken.courses) / max((place == 0).sum(), 1)
        evidence_scores = at_first = None
        if settings.evidence:
            evidence_scores = torch.tensor(
                cross_fit_evidence(taken, evidence.model.settings, settings.folds, settings.seed)
            )
            at_first = torch.tensor(evidence.of(csr_array((1, taken.courses))))[:, None]
        share = float((place == 0).mean())
        return cls(paths[some], rows[some], evidence_scores, torch.tensor(first, dtype=torch.float32), at_first, share)


def _epoch(
    encoder: CourseEncoder, optimizer: torch.optim.Optimizer, steps: TrainingSteps, random: np.random.Generator
) -> None:
    """Train on every path once, a step of the optimiser for each batch."""
    encoder.net.train()
    lengths = (steps.paths >= 0).sum(axis=1)
    for chosen in _draw_batches(lengths, encoder.settings.batch, random):
        longest = int(lengths[chosen].max())
        loss = _next_course_loss(encoder, steps, chosen, longest)
        loss = loss + steps.share * _first_course_loss(encoder, steps)
        descend(loss, optimizer, list(encoder.net.parameters()))


def _draw_batches(lengths: Ints, size: int, random: np.random.Generator) -> Iterator[Ints]:
    """Rows of each batch: paths of like lengths together, the batches in random order.

    Paths of a batch are cut to its longest one, so like lengths cost least. For example the lengths 2, 9, 3 and 8 make
    the batches of two [0, 2] and [3, 1], or the latter first.
    """
    by_length = np.lexsort((random.random(len(lengths)), lengths))
    for start in random.permutation(np.arange(0, len(by_length), size)):
        yield by_length[start : start + size]


def _next_course_loss(encoder: CourseEncoder, steps: TrainingSteps, chosen: Ints, longest: int) -> torch.Tensor:
    """Cross-entropy of the course that came next, after every step of the paths of a batch.

    Args:
        chosen: (B,) rows of the paths. longest: courses of the longest of them.
    """
    import torch
    from torch.nn.functional import cross_entropy

    # (B, L) courses, and what came before each: the mark of the beginning, then the course before.
    courses = torch.tensor(steps.paths[chosen, :longest])
    beginning = torch.full((1, 1), encoder.empty).expand(len(chosen), 1)
    before = torch.cat([beginning, courses[:, :-1].clamp(min=0)], dim=1)

    evidence_scores = None
    if steps.evidence_scores is not None:
        # (3, B, L − 1, R): the first course has no closed forms of its own.
        evidence_scores = steps.evidence_scores[:, steps.rows[chosen, 1:longest]]
    logits, _ = encoder(before, evidence_scores)
    loss: torch.Tensor = cross_entropy(logits.flatten(0, 1), courses[:, 1:].flatten(), ignore_index=-1)
    return loss


def _first_course_loss(encoder: CourseEncoder, steps: TrainingSteps) -> torch.Tensor:
    """Cross-entropy of the courses that learners began with, from the empty path."""
    import torch
    from torch.nn.functional import cross_entropy

    first, _ = encoder(torch.full((1, 1), encoder.empty), steps.at_first, skip=0)
    loss: torch.Tensor = cross_entropy(first[:, 0], steps.first[None])
    return loss


def _lay_out_paths(taken: CourseHistory, kept: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """(learners, L) courses kept of each, −1 after the last; learner and place of each of them."""
    learner = taken.learner[kept]
    counts = np.bincount(learner, minlength=taken.learners)
    place = np.arange(len(learner)) - (np.cumsum(counts) - counts)[learner]
    paths = np.full((taken.learners, max(int(counts.max(initial=0)), 1)), -1)
    paths[learner, place] = taken.course[kept]
    return paths, learner, place


def _build_paths(history: CourseHistory, longest: int, empty: int) -> Ints:
    """(S, L + 1) every learner's path behind the mark of its beginning, −1 after the last."""
    paths, _, _ = _lay_out_paths(history, history.age() < longest)
    return np.concatenate([np.full((len(paths), 1), empty), paths], axis=1)


def _score_last_step(
    encoder: CourseEncoder, before: Ints, last: Ints, evidence_scores: torch.Tensor
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    import torch

    vectors = encoder.vectors()
    states, _ = encoder.net["path"](vectors[torch.tensor(before).clamp(min=0)])
    own = states[torch.arange(len(before)), torch.tensor(last)][:, None]
    logits, gates = encoder.fuse(own, vectors, evidence_scores if encoder.settings.evidence else None)
    return logits[:, 0].numpy(), gates[:, 0].numpy()


def _ndcg(trained: TrainedCourseModel, holdout: HoldoutSplit) -> float:
    scores, _ = trained.scores(holdout.history, holdout.learner)
    return float(recall_ndcg(ranks(scores, holdout))[1].mean())
