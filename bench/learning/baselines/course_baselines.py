"""Baselines of the course benchmark: popularity, item-KNN, EASE, first-order chains, LightGCN and MultVAE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.learning.course_models.closed_form import fit_ease
from bench.learning.course_models.course_graph import count_successors
from bench.learning.course_models.holdout import CourseHistory, HoldoutSplit
from skillpath.embeddings.common.arrays import Floats

if TYPE_CHECKING:
    import torch


def popularity(holdout: HoldoutSplit) -> Floats:
    """(Q, R) how many took each course."""
    counts = np.bincount(holdout.train.course, minlength=holdout.train.courses).astype(np.float64)
    return np.tile(counts, (len(holdout.learner), 1))


def item_knn(holdout: HoldoutSplit, neighbours: int, shrink: float) -> Floats:
    """(Q, R) summed cosine to the courses taken, of each course's nearest ones only."""
    taken = holdout.train.matrix()
    shared = (taken.T @ taken).toarray()
    size = np.sqrt(np.diag(shared))
    cosine = shared / (size[:, None] * size[None, :] + shrink + 1e-9)
    np.fill_diagonal(cosine, 0.0)
    if neighbours < len(cosine):
        least = np.partition(cosine, -neighbours, axis=1)[:, -neighbours][:, None]
        cosine = np.where(cosine >= least, cosine, 0.0)
    return np.asarray(_asked(holdout) @ cosine)


def ease_scores(holdout: HoldoutSplit, ridge: float, prior: float = 0.0) -> Floats:
    """(Q, R) of EASE; ``prior`` adds so much of each course's share of the most popular one's learners."""
    counts = np.bincount(holdout.train.course, minlength=holdout.train.courses)
    return np.asarray(_asked(holdout) @ fit_ease(holdout.train.matrix(), ridge) + prior * counts / max(counts.max(), 1))


def chain(holdout: HoldoutSplit, smoothing: float) -> Floats:
    """(Q, R) share of learners who took each course right after the last one taken here, smoothed by popularity."""
    counts = count_successors(holdout.train)
    popular = np.bincount(holdout.train.course, minlength=holdout.train.courses).astype(np.float64)
    rows = (counts + smoothing * popular / popular.sum()) / (counts.sum(axis=1, keepdims=True) + smoothing)
    last = holdout.history.where(holdout.history.age() == 0)
    where = np.full(holdout.history.learners, -1)
    where[last.learner] = last.course
    return np.asarray(rows[where[holdout.learner]])


def _asked(holdout: HoldoutSplit) -> csr_array:
    return csr_array(holdout.history.matrix()[holdout.learner])


@dataclass(frozen=True)
class NeuralSettings:
    """Settings of LightGCN and MultVAE, chosen on validation.

    Attributes:
        width: width of vectors.
        layers: propagations of LightGCN.
        learning_rate: learning rate of Adam.
        weight_decay: weight of the L2 penalty.
        dropout: dropout on the input of MultVAE.
        batch: rows of a batch.
        epochs: most epochs.
        evaluate_every: epochs between evaluations.
        seed: seed of weights, dropout and order.
    """

    width: int = 64
    layers: int = 2
    learning_rate: float = 1e-2
    weight_decay: float = 1e-4
    dropout: float = 0.5
    batch: int = 2048
    epochs: int = 30
    evaluate_every: int = 5
    seed: int = 7


def light_gcn(holdout: HoldoutSplit, settings: NeuralSettings) -> list[tuple[int, Floats]]:
    """Scores (Q, R) after every few epochs of LightGCN (He et al. 2020), with BPR and one negative a positive.

    A learner without an own vector is what the courses taken say, as the propagation has it.
    """
    import torch
    from torch.nn.functional import logsigmoid

    torch.manual_seed(settings.seed)
    train, random = holdout.train, np.random.default_rng(settings.seed)
    spread = _bipartite(train)
    table = torch.nn.Parameter(torch.randn(train.learners + train.courses, settings.width) * 0.1)
    optimizer = torch.optim.Adam([table], lr=settings.learning_rate)
    found = []
    for epoch in range(1, settings.epochs + 1):
        order = random.permutation(len(train.learner))
        for start in range(0, len(order), settings.batch):
            rows = order[start : start + settings.batch]
            vectors = _propagated(spread, table, settings.layers)
            own = torch.tensor(train.learner[rows])
            likes = torch.tensor(train.course[rows]) + train.learners
            others = torch.tensor(random.integers(0, train.courses, len(rows))) + train.learners
            gain = (vectors[own] * (vectors[likes] - vectors[others])).sum(dim=1)
            size = sum((table[x] ** 2).sum() for x in (own, likes, others)) / len(rows)
            loss = -logsigmoid(gain).mean() + settings.weight_decay * size
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if epoch % settings.evaluate_every == 0:
            with torch.no_grad():
                vectors = _propagated(spread, table, settings.layers).numpy()
            found.append((epoch, _light_scores(holdout, vectors)))
    return found


def _light_scores(holdout: HoldoutSplit, vectors: NDArray[np.float32]) -> Floats:
    learners, courses = vectors[: holdout.train.learners], vectors[holdout.train.learners :]
    known = holdout.train.counts()[holdout.learner] > 0
    history = _asked(holdout)
    mean = (history @ courses) / np.maximum(np.asarray(history.sum(axis=1)).reshape(-1, 1), 1.0)
    own = np.where(known[:, None], learners[holdout.learner], mean)
    return np.asarray(own @ courses.T, dtype=np.float64)


def _bipartite(train: CourseHistory) -> torch.Tensor:
    import torch

    rows, columns = train.learner, train.course + train.learners
    degree = np.bincount(np.concatenate([rows, columns]), minlength=train.learners + train.courses)
    weight = 1.0 / np.sqrt(degree[rows] * degree[columns])
    both = np.concatenate([np.stack([rows, columns]), np.stack([columns, rows])], axis=1)
    values = torch.tensor(np.concatenate([weight, weight]), dtype=torch.float32)
    return torch.sparse_coo_tensor(torch.tensor(both), values, (len(degree), len(degree))).coalesce()


def _propagated(spread: torch.Tensor, table: torch.Tensor, layers: int) -> torch.Tensor:
    import torch

    total = current = table
    for _ in range(layers):
        current = torch.sparse.mm(spread, current)
        total = total + current
    return total / (layers + 1)


def mult_vae(holdout: HoldoutSplit, settings: NeuralSettings) -> list[tuple[int, Floats]]:
    """Scores (Q, R) after every few epochs of a variational autoencoder (Liang et al. 2018), annealed to 0.2 KL."""
    import torch
    from torch import nn
    from torch.nn.functional import dropout, log_softmax, normalize

    torch.manual_seed(settings.seed)
    train, random = holdout.train, np.random.default_rng(settings.seed)
    inner, outer = settings.width, 4 * settings.width
    encoder = nn.Sequential(nn.Linear(train.courses, outer), nn.Tanh(), nn.Linear(outer, 2 * inner))
    decoder = nn.Sequential(nn.Linear(inner, outer), nn.Tanh(), nn.Linear(outer, train.courses))
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimizer = torch.optim.Adam(parameters, lr=settings.learning_rate / 10, weight_decay=settings.weight_decay)
    matrix, used, found = train.matrix(), np.flatnonzero(train.counts()), []
    for epoch in range(1, settings.epochs + 1):
        beta = 0.2 * min(1.0, epoch / (settings.epochs / 2))
        for rows in np.array_split(random.permutation(used), max(len(used) // 512, 1)):
            taken = torch.tensor(matrix[rows].toarray(), dtype=torch.float32)
            mean, log_variance = encoder(dropout(normalize(taken), settings.dropout)).chunk(2, dim=1)
            drawn = mean + torch.randn_like(mean) * (log_variance / 2).exp()
            likelihood = (log_softmax(decoder(drawn), dim=1) * taken).sum(dim=1).mean()
            distance = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()
            optimizer.zero_grad()
            (beta * distance - likelihood).backward()
            optimizer.step()
        if epoch % settings.evaluate_every == 0:
            with torch.no_grad():
                asked = torch.tensor(_asked(holdout).toarray(), dtype=torch.float32)
                scores = decoder(encoder(normalize(asked))[:, :inner])
            found.append((epoch, scores.numpy().astype(np.float64)))
    return found
