"""Training losses: demand, gap (4) and the contrastive loss of node vectors."""

from __future__ import annotations

import torch
from torch import Tensor

from skillpath.embeddings.fusion.features.inputs import TrainingLabels
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.fusion.model.network import NetworkOutput
from skillpath.embeddings.fusion.statespace.class_probabilities import count_log_likelihood


def task_loss(
    output: NetworkOutput, labels: TrainingLabels, months: list[int], past: Tensor, settings: FusionSettings
) -> Tensor:
    """Sums ``[λ1 · L_demand, λ2 · L_gap, demand samples, gap samples]`` over the samples whose truth is known.

    ``L_demand`` is the cross-entropy of the class, plus the likelihood of the count behind it and the error of Δ;
    ``L_gap`` is the squared error of q, a hundredfold. Sums, so that processes can share a batch.
    """
    label, gap = labels.label[months], labels.gap[months]
    known, gap_known = label >= 0, ~torch.isnan(gap)
    probability = output.probabilities.gather(-1, label.clamp(min=0).unsqueeze(-1)).squeeze(-1).log()
    count = torch.nan_to_num(labels.count[months])
    likelihood = count_log_likelihood(output.mean, output.spread, count)
    kappa = settings.targets.smoothing
    trend = torch.log((output.monthly + kappa) / (past[months] + kappa))
    off = (trend - torch.nan_to_num(labels.trend[months])) ** 2
    demand = -probability - settings.count_weight * likelihood + settings.trend_weight * off
    missed = 100 * (output.gap - torch.nan_to_num(gap)) ** 2
    return torch.stack(
        [
            settings.demand_weight * (demand * known).sum(),
            settings.gap_weight * (missed * gap_known).sum(),
            known.sum().to(demand.dtype),
            gap_known.sum().to(demand.dtype),
        ]
    )


def contrastive_loss(left: Tensor, right: Tensor, positive: Tensor, also: Tensor, temperature: float) -> Tensor:
    """Mean InfoNCE of unit rows ``left`` (n, d) against all ``right`` (m, d); van den Oord et al. 2018.

    Args:
        positive: (n,) the row of ``right`` that belongs. also: (n, m) others that belong too and are no negatives.
    """
    scores = left @ right.T / temperature
    rows = torch.arange(len(left), device=left.device)
    masked = also.clone()
    masked[rows, positive] = False
    return torch.nn.functional.cross_entropy(scores.masked_fill(masked, -1e9), positive)
