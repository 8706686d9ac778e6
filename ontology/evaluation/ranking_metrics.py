"""Ranking metrics and their bootstrap confidence intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class BootstrapSettings:
    """Of the confidence intervals: resamples of the queries, the share they cover, and the seed."""

    resamples: int = 1_000
    share: float = 0.95
    seed: int = 7


@dataclass(frozen=True)
class MetricEstimate:
    """A mean over queries and its bootstrap confidence interval."""

    mean: float
    low: float
    high: float


def sentence_figures(
    scores: Array, meant: Sequence[frozenset[int]], settings: BootstrapSettings
) -> dict[str, MetricEstimate]:
    """RP@5, RP@10 and MRR of scores (n, K): RP@k = |gold ∩ top k| / min(k, |gold|)."""
    ranks = [_ranks(row, gold) for row, gold in zip(scores, meant, strict=True)]
    values = {f"RP@{k}": np.array([(r <= k).sum() / min(k, len(r)) for r in ranks]) for k in (5, 10)}
    values["MRR"] = np.array([1 / r.min() for r in ranks])
    return {name: figure(v, settings) for name, v in values.items()}


def span_figures(scores: Array, skill: Sequence[int], settings: BootstrapSettings) -> dict[str, MetricEstimate]:
    """accuracy@1, hit@5 and hit@10 of scores (n, K)."""
    ranks = np.array([_ranks(row, frozenset([s]))[0] for row, s in zip(scores, skill, strict=True)])
    names = {1: "accuracy@1", 5: "hit@5", 10: "hit@10"}
    return {name: figure((ranks <= k).astype(float), settings) for k, name in names.items()}


def figure(values: Array, settings: BootstrapSettings) -> MetricEstimate:
    """The mean of ``values`` and the percentile bootstrap interval of it."""
    if not len(values):
        return MetricEstimate(float("nan"), float("nan"), float("nan"))
    rng = np.random.default_rng(settings.seed)
    means = values[rng.integers(0, len(values), (settings.resamples, len(values)))].mean(axis=1)
    tail = (1 - settings.share) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return MetricEstimate(round(float(values.mean()), 4), round(float(low), 4), round(float(high), 4))


def _ranks(row: Array, gold: frozenset[int]) -> NDArray[np.int64]:
    """Ranks (from 1) of the gold skills; among equal scores the earlier column is first."""
    rounded = np.round(row, 5)
    wanted = np.array(sorted(gold))
    higher = (rounded[None, :] > rounded[wanted][:, None]).sum(axis=1)
    ties = np.array([(rounded[:w] == rounded[w]).sum() for w in wanted])
    return np.asarray(1 + higher + ties)
