"""Methods of the sequence benchmark, tuned on an earlier presentation and trained on all but the last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.sequence.classifier import Examples, SequenceClassifier, Standardizer
from skillpath.embeddings.sequence.event_paths import EventPaths
from skillpath.embeddings.sequence.sequence_encoder import BILSTM, SequenceSettings

ROUNDS, MEMBERS = 600, 3
ABLATION = "ablation: our network with no path; where it is ahead of the whole, the path adds nothing to the summary"

WHOLE = "whether the path speaks at all is chosen like every other setting, on the earlier presentation"


@dataclass(frozen=True)
class DataParts:
    """What a method is given.

    Attributes:
        single, pooled: examples to learn from as of the day asked about; and as of days around it as well, in what is
            then already past.
        asked: examples to answer for. person: columns of the summary that say nothing of what was done.
    """

    single: Examples
    pooled: Examples
    asked: Examples
    person: NDArray[np.bool_]

    def examples(self, *, pooled: bool) -> Examples:
        """One or the other."""
        return self.pooled if pooled else self.single


@dataclass(frozen=True)
class SequenceMethod:
    """A way to foresee.

    Attributes:
        choices: settings to choose from. fit: (parts, settings, seed, whether to stop early on what is asked) to
            probabilities (S,), and the settings with the length of training that was best.
    """

    name: str
    choices: Sequence[Any]
    fit: Callable[[DataParts, Any, int, bool], tuple[Floats, Any]]
    ours: bool = False
    seeds: bool = False
    note: str = ""


def prior(parts: DataParts, choice: Any, seed: int, stop: bool) -> tuple[Floats, Any]:
    """The share of the past, for everybody."""
    return np.full(len(parts.asked.outcome), parts.single.outcome.mean()), choice


def logistic(parts: DataParts, choice: tuple[bool, float], seed: int, stop: bool) -> tuple[Floats, Any]:
    """Logistic regression on the standardised summary and what of it is unknown."""
    from sklearn.linear_model import LogisticRegression

    learned = parts.examples(pooled=choice[0])
    scale = Standardizer.of(learned)
    model = LogisticRegression(C=choice[1], max_iter=500).fit(scale.apply(learned)[2].numpy(), learned.outcome)
    return np.asarray(model.predict_proba(scale.apply(parts.asked)[2].numpy())[:, 1]), choice


@dataclass(frozen=True)
class Boosting:
    """Of XGBoost; ``rounds`` is found by stopping early on the validation part."""

    pooled: bool
    depth: int
    least: int
    columns: float
    rounds: int = ROUNDS


def boosting(parts: DataParts, choice: Boosting, seed: int, stop: bool) -> tuple[Floats, Boosting]:
    """Gradient boosting on the summary."""
    from xgboost import XGBClassifier

    learned = parts.examples(pooled=choice.pooled)
    model = XGBClassifier(
        n_estimators=choice.rounds,
        learning_rate=0.05,
        max_depth=choice.depth,
        min_child_weight=choice.least,
        subsample=0.8,
        colsample_bytree=choice.columns,
        early_stopping_rounds=30 if stop else None,
        eval_metric="logloss",
        random_state=seed,
        n_jobs=1,
    )
    asked = [(parts.asked.summary, parts.asked.outcome)] if stop else None
    model.fit(learned.summary, learned.outcome, eval_set=asked, verbose=False)
    found = np.asarray(model.predict_proba(parts.asked.summary)[:, 1], dtype=np.float64)
    return found, replace(choice, rounds=int(model.best_iteration) + 1) if stop else choice


@dataclass(frozen=True)
class Network:
    """Of a sequence model. ``sees``: the path, the summary, or both."""

    pooled: bool
    settings: SequenceSettings
    sees: str = "both"


def network(parts: DataParts, choice: Network, seed: int, stop: bool) -> tuple[Floats, Network]:
    """The mean of `MEMBERS` sequence classifiers of one form (of one, while its length of training is looked for).

    Deep ensembles: Lakshminarayanan et al. (2017).
    """
    learned, asked = (_seen(x, choice.sees, parts.person) for x in (parts.examples(pooled=choice.pooled), parts.asked))
    if stop:
        model = SequenceClassifier(replace(choice.settings, seed=seed)).fit(learned, asked)
        return model.predict(asked)[0][:, 1], replace(choice, settings=replace(choice.settings, epochs=model.epochs))
    members = [SequenceClassifier(replace(choice.settings, seed=100 * seed + i)) for i in range(MEMBERS)]
    return np.mean([m.fit(learned).predict(asked)[0][:, 1] for m in members], axis=0), choice


def _seen(examples: Examples, sees: str, person: NDArray[np.bool_]) -> Examples:
    if sees == "path":
        return replace(examples, summary=examples.summary[:, person])
    if sees == "summary":
        none = EventPaths(np.zeros_like(examples.paths.values), np.zeros_like(examples.paths.lengths))
        return replace(examples, paths=none)
    return examples


def _once(fit: Callable[[DataParts, Any, int, bool], tuple[Floats, Any]]) -> Callable[..., tuple[Floats, Any]]:
    """The same, which remembers what it trained: ours is chosen among networks that its parts train too."""
    done: dict[tuple[int, str, int, bool], tuple[Floats, Any]] = {}

    def again(parts: DataParts, choice: Any, seed: int, stop: bool) -> tuple[Floats, Any]:
        key = (id(parts), repr(choice), seed, stop)
        if key not in done:
            done[key] = fit(parts, choice, seed, stop)
        return done[key]

    return again


def methods() -> list[SequenceMethod]:
    """Baselines first, then ours in parts and whole; new ones for each day, since they remember."""
    ours = _once(network)
    trees = [Boosting(*x) for x in product((False, True), (2, 3, 4), (1, 20), (0.4, 0.8))]
    shapes = [(True, 32, 0.5), (True, 32, 0.2), (True, 64, 0.5), (False, 32, 0.5)]
    lstms = [Network(p, SequenceSettings(kind=BILSTM, width=w, dropout=d, gated=False), "path") for p, w, d in shapes]
    grus = [Network(p, SequenceSettings(width=w, dropout=d)) for p, w, d in shapes]
    alone = [replace(x, sees="summary") for x in grus]
    return [
        SequenceMethod("prior", (None,), prior),
        SequenceMethod(
            "logistic regression", tuple(product((False, True), (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0))), logistic
        ),
        SequenceMethod("gradient boosting (XGBoost)", trees, boosting, seeds=True),
        SequenceMethod("BiLSTM", lstms, network, seeds=True),
        SequenceMethod("summary alone, same network", alone, ours, ours=True, seeds=True, note=ABLATION),
        SequenceMethod(
            "path always there", grus, ours, ours=True, seeds=True, note="ablation: the path may not be left out"
        ),
        SequenceMethod("GRU gated with the summary", [*grus, *alone], ours, ours=True, seeds=True, note=WHOLE),
    ]
