"""All baselines in one harness: the same trials for each, the best by validation, then several seeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from skillpath.embeddings.baselines.boosted import BoostedSettings, boosted_outlook
from skillpath.embeddings.baselines.inputs import InputTables
from skillpath.embeddings.baselines.naive import NaiveSettings, naive_outlook
from skillpath.embeddings.baselines.nets import NetSettings, net_outlook
from skillpath.embeddings.baselines.state_space import state_space_features, state_space_outlook
from skillpath.embeddings.evaluation.metrics import judge
from skillpath.embeddings.evaluation.outlook import Outlook, calibrated
from skillpath.embeddings.fusion.statespace.structural import Structural
from skillpath.embeddings.targets import Targets

Fit = Callable[[Any, int], Outlook]


@dataclass(frozen=True)
class Baseline:
    """A method and the settings that are tried; ``fit`` takes settings and a seed. Without randomness one seed does."""

    name: str
    fit: Fit
    trials: Sequence[Any]
    random: bool = True


@dataclass(frozen=True)
class Contestant:
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
    tables: InputTables, targets: Targets, beliefs: Structural, horizon: int, trials: int = 8, threads: int = 1
) -> list[Baseline]:
    """The baselines, each with (at most) so many trials.

    Args:
        beliefs: of the structural model, as `fit_state_space` returns them. threads: of the trees; for so few samples
            more only wait for each other.
    """
    features = state_space_features(beliefs, targets, horizon)

    def trees(settings: BoostedSettings, seed: int) -> Outlook:
        return boosted_outlook(tables, targets, settings, seed)

    def helped_trees(settings: BoostedSettings, seed: int) -> Outlook:
        return boosted_outlook(tables, targets, settings, seed, features)

    def filtered(_: None, __: int) -> Outlook:
        return state_space_outlook(beliefs, targets, horizon)

    def net(kind: str) -> Fit:
        return lambda settings, seed: net_outlook(tables, targets, kind, settings, seed)

    def naive(settings: NaiveSettings, _: int) -> Outlook:
        return naive_outlook(tables.counts, targets, horizon, settings)

    seasons = [NaiveSettings(s) for s in (0.25, 0.5, 0.75, 1.0, 0.1, 0.4, 0.6, 0.9)]
    boosted = [
        BoostedSettings(depth, rate, leaf, threads=threads)
        for depth, rate, leaf in product((2, 4), (0.03, 0.1), (5.0, 20.0))
    ]
    nets = [NetSettings(h, drop, rate) for h, drop, rate in product((32, 64), (0.2, 0.4), (3e-3, 1e-3))]
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


def contest(entries: Sequence[Baseline], targets: Targets, seeds: int = 3) -> Iterator[Contestant]:
    """Tune each by log-loss on validation with the first seed, then run it with all seeds."""
    for entry in entries:
        began = time.monotonic()
        chosen, first = tune(entry, targets)
        more = [entry.fit(chosen, seed) for seed in range(1, seeds)] if entry.random else []
        raw = [first, *more]
        scaled = [calibrated(outlook, targets) for outlook in raw]
        yield Contestant(entry.name, chosen, raw, scaled, time.monotonic() - began)


def tune(entry: Baseline, targets: Targets) -> tuple[Any, Outlook]:
    """The settings with the least log-loss on the validation origins, and what they foresaw with the first seed."""
    tried = [(settings, entry.fit(settings, 0)) for settings in entry.trials]
    return min(tried, key=lambda pair: judge(pair[1], targets, targets.split.validation)["log-loss"])
