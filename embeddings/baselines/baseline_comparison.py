"""Comparison of all baselines: the same trials for each, the best by validation, then several seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from skillpath.embeddings.baselines.baseline_inputs import InputTables
from skillpath.embeddings.baselines.boosted import BoostedSettings, forecast_boosted
from skillpath.embeddings.baselines.naive import NaiveSettings, forecast_naive
from skillpath.embeddings.baselines.nets import NetSettings, forecast_net
from skillpath.embeddings.baselines.state_space import build_state_space_features, forecast_state_space
from skillpath.embeddings.evaluation.metrics import compute_metrics
from skillpath.embeddings.evaluation.outlook import Outlook, calibrate_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.fusion.statespace.structural import StructuralForecast

Fit = Callable[[Any, int], Outlook]


@dataclass(frozen=True)
class Baseline:
    """A method and the settings that are tried; ``fit`` takes settings and a seed. Without randomness one seed does."""

    name: str
    fit: Fit
    trials: Sequence[Any]
    random: bool = True


@dataclass(frozen=True)
class TunedBaseline:
    """A method after tuning: the settings chosen, and a calibrated outlook for each seed.

    Attributes:
        raw: outlooks before temperature scaling. seconds: of tuning and of all seeds together.
    """

    name: str
    settings: Any
    raw: list[Outlook]
    outlooks: list[Outlook] = field(default_factory=list)
    seconds: float = 0.0


def baselines(
    tables: InputTables,
    targets: ForecastTargets,
    beliefs: StructuralForecast,
    horizon: int,
    trials: int = 8,
    threads: int = 1,
) -> list[Baseline]:
    """The baselines, each with (at most) so many trials.

    Args:
        beliefs: of the structural model, as `fit_state_space` returns them. threads: of the trees; for so few samples
            more only wait for each other.
    """
    features = build_state_space_features(beliefs, targets, horizon)

    def trees(settings: BoostedSettings, seed: int) -> Outlook:
        return forecast_boosted(tables, targets, settings, seed)

    def helped_trees(settings: BoostedSettings, seed: int) -> Outlook:
        return forecast_boosted(tables, targets, settings, seed, features)

    def filtered(_: None, __: int) -> Outlook:
        return forecast_state_space(beliefs, targets, horizon)

    def net(kind: str) -> Fit:
        return lambda settings, seed: forecast_net(tables, targets, kind, settings, seed)

    def naive(settings: NaiveSettings, _: int) -> Outlook:
        return forecast_naive(tables.counts, targets, horizon, settings)

    seasons = [NaiveSettings(s) for s in (0.25, 0.5, 0.75, 1.0, 0.1, 0.4, 0.6, 0.9)]
    boosted = [
        BoostedSettings(depth, learning_rate, leaf, threads=threads)
        for depth, learning_rate, leaf in product((2, 4), (0.03, 0.1), (5.0, 20.0))
    ]
    nets = [
        NetSettings(h, drop, learning_rate) for h, drop, learning_rate in product((32, 64), (0.2, 0.4), (3e-3, 1e-3))
    ]
    return [
        Baseline("last value", naive, [NaiveSettings()], random=False),
        Baseline("seasonal", naive, seasons[:trials], random=False),
        Baseline("state space", filtered, [None], random=False),
        Baseline("XGBoost", trees, boosted[:trials]),
        Baseline("XGBoost + state space", helped_trees, boosted[:trials]),
        Baseline("BiLSTM", net("bilstm"), nets[:trials]),
        Baseline("Transformer", net("transformer"), nets[:trials]),
        Baseline("Transformer + GRU", net("transformer+gru"), nets[:trials]),
    ]


def compare_baselines(entries: Sequence[Baseline], targets: ForecastTargets, seeds: int = 3) -> Iterator[TunedBaseline]:
    """Tune each by log-loss on validation with the first seed, then run it with all seeds."""
    for entry in entries:
        began = time.monotonic()
        chosen, first = tune(entry, targets)
        more = [entry.fit(chosen, seed) for seed in range(1, seeds)] if entry.random else []
        raw = [first, *more]
        scaled = [calibrate_outlook(outlook, targets) for outlook in raw]
        yield TunedBaseline(entry.name, chosen, raw, scaled, time.monotonic() - began)


def tune(entry: Baseline, targets: ForecastTargets) -> tuple[Any, Outlook]:
    """The settings with the least log-loss on the validation origins, and what they foresaw with the first seed."""
    tried = [(settings, entry.fit(settings, 0)) for settings in entry.trials]
    return min(tried, key=lambda pair: compute_metrics(pair[1], targets, targets.split.validation)["log-loss"])
