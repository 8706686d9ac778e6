"""Early warning of shortages (12): an index of level, trend and gap, and a threshold that keeps a stated precision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.forecast_targets import ForecastTargets

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class WarningSettings:
    """Settings of the early warning.

    Attributes:
        share: share of the training samples that count as a shortage, those with the most unmet demand: postings a
            month times gap.
        precision: share of warnings that shall be right.
        margin: added to ``precision`` on validation, since the threshold that just reaches it there will not always
            reach it later.
        step: step of the grid of weights η, which are not negative and add up to 1.
        fewest: warnings on validation below which a precision means nothing.
        floor: where nothing keeps the precision, the most precise rule warns if it is at least this often right.
    """

    share: float = 0.2
    precision: float = 0.8
    margin: float = 0.05
    step: float = 0.1
    fewest: int = 5
    floor: float = 0.5


@dataclass(frozen=True)
class WarningRule:
    """``r = η · [d, Δ, q]`` and its threshold; an infinite one never warns.

    Attributes:
        precision, recall: reached on validation.
    """

    eta: tuple[float, float, float]
    threshold: float
    precision: float
    recall: float

    def index(self, demand: Floats, trend: Floats, gap: Floats) -> Floats:
        """r, any shape; an unknown gap counts as none."""
        r: Floats = self.eta[0] * demand + self.eta[1] * trend + self.eta[2] * np.nan_to_num(gap)
        return r


def find_shortages(targets: ForecastTargets, settings: WarningSettings | None = None) -> tuple[Flags, Flags]:
    """Coming shortages, and where they are known; both (C, T).

    A shortage is unmet demand, posts a month times gap, beyond a limit that is fixed on the training origins.
    """
    unmet = targets.future * targets.gap
    known = ~np.isnan(unmet)
    return known & (unmet > _limit(unmet, targets, settings)), known


def find_onsets(targets: ForecastTargets, horizon: int, settings: WarningSettings | None = None) -> Flags:
    """(C, T) where the past months were known to have no shortage: one that comes then is a new one."""
    unmet = targets.future * targets.gap
    # The coming months of h months ago are the past ones of today.
    now = np.full(unmet.shape, np.nan)
    now[:, horizon:] = unmet[:, :-horizon]
    fresh: Flags = now <= _limit(unmet, targets, settings)
    return fresh


def _limit(unmet: Floats, targets: ForecastTargets, settings: WarningSettings | None) -> float:
    seen = unmet[:, targets.split.train]
    seen = seen[~np.isnan(seen)]
    return float(np.quantile(seen, 1 - (settings or WarningSettings()).share)) if len(seen) else float("inf")


def fit_rule(
    demand: Floats, trend: Floats, gap: Floats, event: Flags, settings: WarningSettings | None = None
) -> WarningRule:
    """The weights and threshold with the highest recall among those that keep the precision, all shapes (n,).

    Give it what a model said of the validation samples. Where nothing keeps the precision, the rule with the highest
    one warns, if it is more often right than the floor says; else nothing does. `WarningRule.precision` tells which.
    """
    chosen = settings or WarningSettings()
    silent = WarningRule((0.0, 1.0, 0.0), float("inf"), 0.0, 0.0)
    rules = [_threshold(replace(silent, eta=eta), demand, trend, gap, event, chosen) for eta in _weights(chosen.step)]
    return max([silent, *rules], key=lambda rule: _worth(rule, chosen))


def _worth(rule: WarningRule, settings: WarningSettings) -> tuple[bool, float, float]:
    if rule.precision >= settings.precision + settings.margin:
        return True, rule.recall, rule.precision
    return False, rule.precision, rule.recall


def precision_recall(warned: Flags, event: Flags) -> tuple[float, float]:
    """Share of the warnings that were right and share of the events that were warned of; 0 where there are none."""
    right = float((warned & event).sum())
    return right / max(float(warned.sum()), 1.0), right / max(float(event.sum()), 1.0)


def _threshold(
    rule: WarningRule, demand: Floats, trend: Floats, gap: Floats, event: Flags, settings: WarningSettings
) -> WarningRule:
    index = rule.index(demand, trend, gap)
    order = np.argsort(-index, kind="stable")
    sorted_index, right = index[order], np.cumsum(event[order])
    warned = np.arange(1, len(order) + 1)
    precision, recall = right / warned, right / max(float(event.sum()), 1.0)
    # What has the same index is warned of together.
    whole = np.append(sorted_index[1:] < sorted_index[:-1], True) if len(order) else np.array([], dtype=bool)
    enough = whole & (warned >= settings.fewest)
    fit = enough & (precision >= settings.precision + settings.margin)
    if not fit.any():
        highest = float(precision[enough].max(initial=0.0))
        if highest < settings.floor:
            return rule
        fit = enough & (precision == highest)
    last = int(np.flatnonzero(fit)[-1])
    return WarningRule(rule.eta, float(sorted_index[last]), float(precision[last]), float(recall[last]))


def _weights(step: float) -> list[tuple[float, float, float]]:
    parts = round(1.0 / step)
    pairs = [(a, b) for a, b in product(range(parts + 1), repeat=2) if a + b <= parts]
    return [(a / parts, b / parts, (parts - a - b) / parts) for a, b in pairs]
