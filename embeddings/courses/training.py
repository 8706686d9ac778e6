"""Trains the course encoder on every step of every path, and asks it what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillpath.embeddings.common.training_loop import LoopSettings, TrainingLoop, descend
from skillpath.embeddings.courses.closed_form import LinearCourses, LinearSettings
from skillpath.embeddings.courses.encoder import CourseEncoder, EncoderSettings
from skillpath.embeddings.courses.evidence import Evidence, crossed
from skillpath.embeddings.courses.graph import relations
from skillpath.embeddings.courses.holdout import HeldOut, Taken, ranks, recall_ndcg

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Trained:
    """An encoder with the closed forms that it was fused with; ``epochs`` that were best on validation."""

    encoder: CourseEncoder
    evidence: Evidence
    epochs: int

    def scores(self, history: Taken, learners: Ints, batch: int = 512) -> tuple[Floats, Floats]:
        """(Q, R) scores of the next course after these learners' histories, and gate weights (Q, 4)."""
        import torch

        self.encoder.net.eval()
        fresh = history.matrix(self.evidence.model.settings.decay)
        paths = _paths(history, self.encoder.settings.longest - 1, self.encoder.empty)
        found, gates = [], []
        with torch.no_grad():
            for start in range(0, len(learners), batch):
                asked = learners[start : start + batch]
                before, last = paths[asked], (paths[asked] >= 0).sum(axis=1) - 1
                said = torch.tensor(self.evidence.of(fresh[asked]))[:, :, None]
                own, gate = _last(self.encoder, before, last, said)
                found.append(own)
                gates.append(gate)
        return np.concatenate(found).astype(np.float64), np.concatenate(gates).astype(np.float64)


def train(
    taken: Taken,
    features: Floats | None,
    linear: LinearSettings,
    settings: EncoderSettings,
    validation: HeldOut | None = None,
) -> Trained:
    """Train for ``settings.epochs``, or, given a validation part, until its NDCG@10 stops growing.

    Loss: cross-entropy over all courses of the one that came next, after every step, and of the first ones.
    """
    import torch

    encoder = CourseEncoder(relations(taken, features), features, settings)
    evidence = Evidence(LinearCourses.fit(taken, linear))
    steps = Steps.of(taken, evidence, settings)
    optimizer = torch.optim.AdamW(encoder.net.parameters(), lr=settings.rate, weight_decay=settings.decay)
    random = np.random.default_rng(settings.seed)
    loop = TrainingLoop(encoder.net, optimizer, LoopSettings(settings.epochs, settings.patience))

    def validate() -> dict[str, float]:
        assert validation is not None
        return {"loss": -_ndcg(Trained(encoder, evidence, settings.epochs), validation)}

    state = loop.run(lambda _: _epoch(encoder, optimizer, steps, random), validate if validation else None)
    if validation is None:
        return Trained(encoder, evidence, settings.epochs)
    loop.restore_best()
    return Trained(encoder, evidence, state.best_round["loss"] or settings.epochs)


@dataclass(frozen=True)
class Steps:
    """What the encoder learns from.

    Attributes:
        paths: (S, L) courses of those who took two at least, −1 after the last. rows: (S, L) of ``said``.
        said: (3, M, R) evidence before each course that was not the first, or None.
        first: (R,) share of learners who began with each course. at_first: (3, 1, 1, R) evidence then, or None.
        share: of first courses among all taken, their weight in the loss.
    """

    paths: Ints
    rows: Ints
    said: torch.Tensor | None
    first: torch.Tensor
    at_first: torch.Tensor | None
    share: float

    @classmethod
    def of(cls, taken: Taken, evidence: Evidence, settings: EncoderSettings) -> Steps:
        """Lay the paths out."""
        import torch

        place = taken.place()
        recent = (taken.age() < settings.longest) & (taken.counts()[taken.learner] > 1)
        paths, learner, where = _laid(taken, recent)
        rows = np.zeros_like(paths)
        rows[learner, where] = np.maximum(np.cumsum(place > 0) - 1, 0)[recent]
        some = paths[:, 0] >= 0
        first = np.bincount(taken.course[place == 0], minlength=taken.courses) / max((place == 0).sum(), 1)
        said = at_first = None
        if settings.evidence:
            said = torch.tensor(crossed(taken, evidence.model.settings, settings.folds, settings.seed))
            at_first = torch.tensor(evidence.of(csr_array((1, taken.courses))))[:, None]
        share = float((place == 0).mean())
        return cls(paths[some], rows[some], said, torch.tensor(first, dtype=torch.float32), at_first, share)


def _epoch(encoder: CourseEncoder, optimizer: torch.optim.Optimizer, steps: Steps, random: np.random.Generator) -> None:
    import torch
    from torch.nn.functional import cross_entropy

    encoder.net.train()
    # Paths of a batch are cut to the longest of it: batches of like lengths, in random order, cost least.
    lengths = (steps.paths >= 0).sum(axis=1)
    order = np.lexsort((random.random(len(lengths)), lengths))
    empty = torch.full((1, 1), encoder.empty)
    for start in random.permutation(np.arange(0, len(order), encoder.settings.batch)):
        chosen = order[start : start + encoder.settings.batch]
        longest = int(lengths[chosen].max())
        courses = torch.tensor(steps.paths[chosen, :longest])
        before = torch.cat([empty.expand(len(chosen), 1), courses[:, :-1].clamp(min=0)], dim=1)
        said = None if steps.said is None else steps.said[:, steps.rows[chosen, 1:longest]]
        logits, _ = encoder(before, said)
        first, _ = encoder(empty, steps.at_first, skip=0)
        loss = cross_entropy(logits.flatten(0, 1), courses[:, 1:].flatten(), ignore_index=-1)
        loss = loss + steps.share * cross_entropy(first[:, 0], steps.first[None])
        descend(loss, optimizer, list(encoder.net.parameters()))


def _laid(taken: Taken, kept: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """(learners, L) courses kept of each, −1 after the last; learner and place of each of them."""
    learner = taken.learner[kept]
    counts = np.bincount(learner, minlength=taken.learners)
    place = np.arange(len(learner)) - (np.cumsum(counts) - counts)[learner]
    paths = np.full((taken.learners, max(int(counts.max(initial=0)), 1)), -1)
    paths[learner, place] = taken.course[kept]
    return paths, learner, place


def _paths(history: Taken, longest: int, empty: int) -> Ints:
    """(S, L + 1) every learner's path behind the mark of its beginning, −1 after the last."""
    paths, _, _ = _laid(history, history.age() < longest)
    return np.concatenate([np.full((len(paths), 1), empty), paths], axis=1)


def _last(
    encoder: CourseEncoder, before: Ints, last: Ints, said: torch.Tensor
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    import torch

    vectors = encoder.vectors()
    states, _ = encoder.net["path"](vectors[torch.tensor(before).clamp(min=0)])
    own = states[torch.arange(len(before)), torch.tensor(last)][:, None]
    logits, gates = encoder.fuse(own, vectors, said if encoder.settings.evidence else None)
    return logits[:, 0].numpy(), gates[:, 0].numpy()


def _ndcg(trained: Trained, held: HeldOut) -> float:
    scores, _ = trained.scores(held.history, held.learner)
    return float(recall_ndcg(ranks(scores, held))[1].mean())
