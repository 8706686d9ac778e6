"""Additional methods of the postings benchmark: majority class, logistic regression and the fused model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.baselines.baseline_comparison import Baseline
from skillpath.embeddings.baselines.baseline_inputs import InputTables
from skillpath.embeddings.baselines.boosted import BoostedSettings, flat, forecast_boosted
from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.evaluation.outlook import Outlook, empty_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.history import History

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
CHANNELS = ("text", "graph", "series")
"""Nobody trains in this data, so there are no sequences."""


@dataclass(frozen=True)
class Ridge:
    """Strength of the penalty of logistic regression and of the ridge regression beside it."""

    penalty: float


def majority(targets: ForecastTargets) -> Outlook:
    """The shares of the classes in training, and the mean Δ and d."""
    outlook = empty_outlook(*targets.past.shape)
    train = targets.split.train
    shares = np.bincount(targets.label[:, train].ravel(), minlength=5) / targets.label[:, train].size
    outlook.probabilities[:] = shares
    outlook.trend[:], outlook.demand[:] = targets.trend[:, train].mean(), targets.demand[:, train].mean()
    return outlook


def logistic(tables: InputTables, targets: ForecastTargets, settings: Ridge) -> Outlook:
    """Multinomial logistic regression of the class, ridge regression of Δ and d, on what the others see."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.linear_model import Ridge as Linear

    origins = np.flatnonzero(targets.known.all(axis=0))
    train, ask = flat(tables.at(targets.split.train)), flat(tables.at(origins))
    outlook, cells = empty_outlook(*targets.past.shape), (len(targets.past), len(origins))
    model = LogisticRegression(C=1.0 / settings.penalty, max_iter=300)
    model.fit(train, targets.label[:, targets.split.train].ravel())
    found = np.full((len(ask), 5), 1e-6)
    found[:, model.classes_] = model.predict_proba(ask)
    outlook.probabilities[:, origins] = (found / found.sum(axis=1, keepdims=True)).reshape(*cells, 5)
    for name in ("demand", "trend"):
        line = Linear(alpha=settings.penalty).fit(train, getattr(targets, name)[:, targets.split.train].ravel())
        getattr(outlook, name)[:, origins] = line.predict(ask).reshape(cells)
    return outlook


def simple(
    series: InputTables, read: InputTables, targets: ForecastTargets, state_space: Floats, trials: int, threads: int
) -> list[Baseline]:
    """Majority, logistic regression and boosted trees that also read; as many trials as the other baselines.

    Args:
        series, read: inputs without and with text. helped: (C, T, 5) what the state-space filters say.
    """
    penalties = [Ridge(p) for p in (1.0, 10.0, 100.0, 1000.0, 3.0, 30.0, 300.0, 3000.0)]
    boosted = [
        BoostedSettings(depth, rate, leaf, threads=threads)
        for depth, rate, leaf in product((2, 4), (0.03, 0.1), (5.0, 20.0))
    ]
    return [
        Baseline("majority", lambda _, __: majority(targets), [None], random=False),
        Baseline("logistic regression", lambda s, _: logistic(series, targets, s), penalties[:trials], random=False),
        Baseline(
            "logistic regression + text", lambda s, _: logistic(read, targets, s), penalties[:trials], random=False
        ),
        Baseline("XGBoost + text", lambda s, seed: forecast_boosted(read, targets, s, seed), boosted[:trials]),
        Baseline(
            "XGBoost + state space + text",
            lambda s, seed: forecast_boosted(read, targets, s, seed, state_space),
            boosted[:trials],
        ),
    ]


def fused_trials(trials: int) -> list[FusionSettings]:
    """What ours may choose from: how fast it learns, how much it forgets, how wide it is."""
    base = FusionSettings(channels=CHANNELS, members=1, contrastive_weight=0.0)
    return [
        replace(base, learning_rate=rate, dropout=dropout, weight_decay=decay)
        for rate, dropout, decay in product((1e-3, 3e-3), (0.2, 0.4), (0.05, 0.5))
    ][:trials]


def fused(history: History, targets: ForecastTargets, encode: Encode, trials: int) -> Baseline:
    """Our network of issue 6 as a method of the contest; its features and texts are made once."""
    import torch

    from skillpath.embeddings.fusion.inference.forecast_batch import Member, predict_batch, to_outlook
    from skillpath.embeddings.fusion.model.network import FusedNetwork, input_sizes
    from skillpath.embeddings.fusion.training.fit import prepare
    from skillpath.embeddings.fusion.training.trainer import Trainer

    prepared = prepare(history, FusionSettings(channels=CHANNELS), encode)

    def fit(settings: FusionSettings, seed: int) -> Outlook:
        torch.manual_seed(seed)
        chosen = replace(settings, seed=seed)
        network = FusedNetwork(input_sizes(prepared.inputs), chosen, targets.thresholds)
        trainer = Trainer(network, prepared.training_data, chosen, None, "posts")
        trainer.train(chosen.epochs, lambda done, total: None)
        network.load_state_dict(trainer.best["demand"])
        return to_outlook(
            predict_batch([Member(network, network)], prepared.inputs, history.months), targets.thresholds
        )

    return Baseline("fused", fit, fused_trials(trials))
