"""From what networks say to forecasts: members averaged, chances scaled, warnings given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from skillpath.embeddings.calibration import temper
from skillpath.embeddings.evaluation.outlook import Outlook
from skillpath.embeddings.forecast import Forecasts
from skillpath.embeddings.fusion.features.inputs import Material
from skillpath.embeddings.fusion.model.network import FusedNetwork
from skillpath.embeddings.history import Floats
from skillpath.embeddings.targets import Targets, Thresholds
from skillpath.embeddings.warning import WarningRule, WarningSettings, fit_rule, worth_warning

MONTHS_AT_ONCE = 8


@dataclass(frozen=True)
class Member:
    """One training's network with the weights that are best for demand, and with those that are best for the gap."""

    demand: FusedNetwork
    gap: FusedNetwork


@dataclass(frozen=True)
class Foresight:
    """What the members say on average of C clusters and T months.

    Attributes:
        odds: (C, T, 5). monthly: (C, T) expected posts a month over the horizon. past: (C, T) over the last one.
        gap: (C, T). gates: (C, T, 4).
    """

    odds: Floats
    monthly: Floats
    past: Floats
    gap: Floats
    gates: Floats


def speak(members: list[Member], material: Material, months: int) -> Foresight:
    """Ask every member about all months, and average what they say."""
    parts: list[list[list[Floats]]] = []
    with torch.no_grad():
        for member in members:
            blocks = []
            for start in range(0, months, MONTHS_AT_ONCE):
                block = list(range(start, min(start + MONTHS_AT_ONCE, months)))
                said, of_gap = member.demand.eval()(material, block), member.gap.eval()(material, block)
                found = (said.odds, said.monthly, of_gap.gap, said.gates)
                blocks.append([x.cpu().numpy().astype(np.float64) for x in found])
            parts.append(blocks)
    odds, monthly, gap, gates = (
        np.mean([np.concatenate([block[i] for block in blocks]) for blocks in parts], axis=0).swapaxes(0, 1)
        for i in range(4)
    )
    past = material.past.cpu().numpy().astype(np.float64).T
    return Foresight(odds / odds.sum(axis=-1, keepdims=True), monthly, past, gap, gates)


def tempered(said: Foresight, temperature: float) -> Foresight:
    """The same with chances scaled (11)."""
    return replace(said, odds=temper(said.odds, temperature))


def as_outlook(said: Foresight, thresholds: Thresholds) -> Outlook:
    """In the form in which all models are judged."""
    return Outlook(said.odds, thresholds.level(said.monthly), _trend(said, thresholds), said.gap)


def warning_rule(outlook: Outlook, targets: Targets, settings: WarningSettings) -> WarningRule:
    """The rule (12) with the best recall on the validation origins that keeps the precision."""
    event, known = worth_warning(targets, settings)
    chosen = targets.split.validation
    keep = known[:, chosen]
    parts = (outlook.demand, outlook.trend, outlook.gap)
    demand, trend, gap = (part[:, chosen][keep] for part in parts)
    return fit_rule(demand, trend, gap, event[:, chosen][keep], settings)


def as_forecasts(said: Foresight, thresholds: Thresholds, rule: WarningRule, made: NDArray[np.bool_]) -> Forecasts:
    """Forecasts of the months that are ``made``, NaN in the others."""
    demand, trend = thresholds.level(said.monthly), _trend(said, thresholds)
    index = rule.index(demand, trend, said.gap)
    hidden = ~made

    def shown(values: Floats) -> Floats:
        kept = values.copy()
        kept[:, hidden] = np.nan
        return kept

    return Forecasts(
        probabilities=shown(said.odds),
        demand=shown(demand),
        trend=shown(trend),
        gap=shown(said.gap),
        confidence=shown(said.odds.max(axis=-1)),
        warning_index=shown(index),
        warning=(index >= rule.threshold) & made,
        gates=shown(said.gates),
        made=made,
    )


def _trend(said: Foresight, thresholds: Thresholds) -> Floats:
    k = thresholds.smoothing
    trend: Floats = np.log((said.monthly + k) / (said.past + k))
    return trend
