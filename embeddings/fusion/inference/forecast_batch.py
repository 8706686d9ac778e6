"""Forecasts from the network's outputs: ensemble mean, calibrated probabilities and warnings."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from skillpath.embeddings.calibration import temper
from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.evaluation.outlook import Outlook
from skillpath.embeddings.forecast_targets import ForecastTargets, Thresholds
from skillpath.embeddings.fusion.features.inputs import ModelInputs
from skillpath.embeddings.fusion.model.network import FusedNetwork
from skillpath.embeddings.model_forecasts import Forecasts
from skillpath.embeddings.warning import WarningRule, WarningSettings, find_shortages, fit_rule

MONTHS_AT_ONCE = 8


@dataclass(frozen=True)
class Member:
    """One training's network with the weights that are best for demand, and with those that are best for the gap."""

    demand: FusedNetwork
    gap: FusedNetwork


@dataclass(frozen=True)
class ForecastBatch:
    """Mean forecasts of the ensemble for C clusters and T months.

    Attributes:
        odds: (C, T, 5). monthly: (C, T) expected posts a month over the horizon. past: (C, T) over the last one.
        gap: (C, T). gates: (C, T, 4).
    """

    probabilities: Floats
    monthly: Floats
    past: Floats
    gap: Floats
    gates: Floats


def predict_batch(members: list[Member], inputs: ModelInputs, months: int) -> ForecastBatch:
    """Predict all months with every member and average the outputs."""
    parts: list[list[list[Floats]]] = []
    with torch.no_grad():
        for member in members:
            blocks = []
            for start in range(0, months, MONTHS_AT_ONCE):
                block = list(range(start, min(start + MONTHS_AT_ONCE, months)))
                predicted, gap_output = member.demand.eval()(inputs, block), member.gap.eval()(inputs, block)
                found = (predicted.probabilities, predicted.monthly, gap_output.gap, predicted.gates)
                blocks.append([x.cpu().numpy().astype(np.float64) for x in found])
            parts.append(blocks)
    probabilities, monthly, gap, gates = (
        np.mean([np.concatenate([block[i] for block in blocks]) for blocks in parts], axis=0).swapaxes(0, 1)
        for i in range(4)
    )
    past = inputs.past.cpu().numpy().astype(np.float64).T
    return ForecastBatch(probabilities / probabilities.sum(axis=-1, keepdims=True), monthly, past, gap, gates)


def apply_temperature(predicted: ForecastBatch, temperature: float) -> ForecastBatch:
    """The same with chances scaled (11)."""
    return replace(predicted, probabilities=temper(predicted.probabilities, temperature))


def to_outlook(predicted: ForecastBatch, thresholds: Thresholds) -> Outlook:
    """In the form in which all models are judged."""
    return Outlook(
        predicted.probabilities, thresholds.level(predicted.monthly), _trend(predicted, thresholds), predicted.gap
    )


def fit_warning_rule(outlook: Outlook, targets: ForecastTargets, settings: WarningSettings) -> WarningRule:
    """The rule (12) with the best recall on the validation origins that keeps the precision."""
    event, known = find_shortages(targets, settings)
    chosen = targets.split.validation
    keep = known[:, chosen]
    parts = (outlook.demand, outlook.trend, outlook.gap)
    demand, trend, gap = (part[:, chosen][keep] for part in parts)
    return fit_rule(demand, trend, gap, event[:, chosen][keep], settings)


def to_forecasts(
    predicted: ForecastBatch, thresholds: Thresholds, rule: WarningRule, made: NDArray[np.bool_]
) -> Forecasts:
    """Forecasts of the months that are ``made``, NaN in the others."""
    demand, trend = thresholds.level(predicted.monthly), _trend(predicted, thresholds)
    index = rule.index(demand, trend, predicted.gap)
    hidden = ~made

    def shown(values: Floats) -> Floats:
        kept = values.copy()
        kept[:, hidden] = np.nan
        return kept

    return Forecasts(
        probabilities=shown(predicted.probabilities),
        demand=shown(demand),
        trend=shown(trend),
        gap=shown(predicted.gap),
        confidence=shown(predicted.probabilities.max(axis=-1)),
        warning_index=shown(index),
        warning=(index >= rule.threshold) & made,
        gates=shown(predicted.gates),
        made=made,
    )


def _trend(predicted: ForecastBatch, thresholds: Thresholds) -> Floats:
    k = thresholds.smoothing
    trend: Floats = np.log((predicted.monthly + k) / (predicted.past + k))
    return trend
