"""Class probabilities when postings are Poisson with a log-normal rate."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from skillpath.embeddings.forecast_targets import Thresholds

NODES = 9
_TINY = 1e-6


def _grid(like: Tensor) -> tuple[Tensor, Tensor]:
    points, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return like.new_tensor(points), like.new_tensor(weights / weights.sum())


def compute_class_probabilities(
    mean: Tensor, spread: Tensor, past: Tensor, thresholds: Thresholds, horizon: int
) -> Tensor:
    """(…, 5) chances of the classes, at least 1e-6 each.

    A class is an interval of the count N of the next h months, since the past is known:
    ``P(N < n) = Σ_i w_i · Q(n, exp(mean + spread · x_i))`` with Gauss–Hermite nodes x and the regularised gamma Q.

    Args:
        mean, spread: (…) of the log of the expected count of the next h months. past: (…) posts a month.
    """
    points, weights = _grid(mean)
    rate = torch.exp(mean.unsqueeze(-1) + spread.unsqueeze(-1) * points)

    def below(monthly: Tensor) -> Tensor:
        count = torch.ceil(horizon * monthly - 1e-6).clamp(min=0).unsqueeze(-1)
        probability = torch.special.gammaincc(count.clamp(min=1), rate)
        return (torch.where(count > 0, probability, torch.zeros_like(probability)) * weights).sum(dim=-1)

    k = thresholds.smoothing
    low = below(torch.full_like(past, thresholds.low))
    limits = [-thresholds.growth, thresholds.growth, thresholds.high_growth]
    fall, steady, rise = (torch.maximum(below((past + k) * float(np.exp(limit)) - k), low) for limit in limits)
    probabilities = torch.stack([1 - rise, rise - steady, steady - fall, fall - low, low], dim=-1).clamp(min=_TINY)
    return probabilities / probabilities.sum(dim=-1, keepdim=True)


def count_log_likelihood(mean: Tensor, spread: Tensor, count: Tensor) -> Tensor:
    """(…) log of the chance of a count, by the same mixture."""
    points, weights = _grid(mean)
    log_rate = mean.unsqueeze(-1) + spread.unsqueeze(-1) * points
    number = count.unsqueeze(-1)
    parts = number * log_rate - log_rate.exp() - torch.lgamma(number + 1) + weights.log()
    return torch.logsumexp(parts, dim=-1)


def expected_count(mean: Tensor, spread: Tensor, horizon: int) -> Tensor:
    """(…) expected postings a month."""
    return torch.exp(mean + spread**2 / 2) / horizon
