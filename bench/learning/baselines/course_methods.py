"""Methods of the course benchmark, their hyperparameter choices on the validation part and their scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from bench.learning.baselines import course_baselines as baselines
from bench.learning.baselines.course_baselines import NeuralSettings
from bench.learning.course_models.closed_form import LinearCourses, LinearSettings
from bench.learning.course_models.course_encoder import EncoderSettings
from bench.learning.course_models.course_training import train
from bench.learning.course_models.holdout import HoldoutSplit, ranks, recall_ndcg
from skillpath.embeddings.common.arrays import Floats

RIDGES = (5.0, 20.0, 100.0, 200.0, 500.0, 2000.0)
PRIORS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
POPULAR = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)
MIXES = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
SHAPES = ((64, 0.3, 0.01), (128, 0.5, 0.01), (32, 0.5, 1.0))
GRU, GATED = "GRU over courses (GRU4Rec)", "graph encoder gated with closed forms"
STACKED = "graph encoder stacked with the blend"


@dataclass(frozen=True)
class CourseMethod:
    """A way to score.

    Attributes:
        choices: settings to choose from on the validation part.
        scores: (what is held out, settings, seed) to scores (Q, R).
        tried: for methods that train in epochs: the same on the validation part, for settings with the epochs that
            were best there, as (settings, NDCG@10).
        seeds: whether it depends on a seed.
    """

    name: str
    choices: Sequence[Any]
    scores: Callable[[HoldoutSplit, Any, int], Floats]
    tried: Callable[[HoldoutSplit, Any], tuple[Any, float]] | None = None
    ours: bool = False
    seeds: bool = False
    note: str = ""


def ndcg(scores: Floats, holdout: HoldoutSplit) -> float:
    """Mean NDCG@10."""
    return float(recall_ndcg(ranks(scores, holdout))[1].mean())


def chosen(method: CourseMethod, validation: HoldoutSplit) -> tuple[Any, float]:
    """The settings that are best on the validation part, and how good they were there."""
    found = [
        method.tried(validation, choice)
        if method.tried
        else (choice, ndcg(method.scores(validation, choice, 7), validation))
        for choice in method.choices
    ]
    return max(found, key=lambda pair: pair[1])


class Linear:
    """The blend of closed forms, fitted once for all weights that are tried on the same part."""

    def __init__(self) -> None:
        self._fitted: dict[tuple[int, float, float, float], LinearCourses] = {}

    def __call__(self, holdout: HoldoutSplit, settings: LinearSettings, seed: int) -> Floats:
        """(Q, R) scores."""
        key = (id(holdout), settings.ease_ridge, settings.next_ridge, settings.recency_decay)
        if key not in self._fitted:
            self._fitted[key] = LinearCourses.fit(holdout.train, settings)
        model = replace(self._fitted[key], settings=settings)
        return model.item_scores(csr_array(holdout.history.matrix(settings.recency_decay)[holdout.learner]))


def deterministic(linear: Linear) -> list[CourseMethod]:
    """Baselines without a seed."""
    regressions = [
        LinearSettings(next_ridge=r, recency_decay=d, together=0.0, popularity=p)
        for r, d, p in product((5.0, 20.0, 100.0, 500.0), (0.4, 0.6, 0.8, 1.0), POPULAR)
    ]
    return [
        CourseMethod("popularity", (None,), lambda h, _, __: baselines.popularity(h)),
        CourseMethod(
            "item-KNN",
            tuple(product((20, 50, 100, 10_000), (0.0, 10.0, 100.0))),
            lambda h, c, _: baselines.item_knn(h, *c),
        ),
        CourseMethod("EASE, λ = 200", (200.0,), lambda h, c, _: baselines.ease_scores(h, c)),
        CourseMethod("EASE", RIDGES, lambda h, c, _: baselines.ease_scores(h, c)),
        CourseMethod(
            "EASE + popularity", tuple(product(RIDGES, PRIORS)), lambda h, c, _: baselines.ease_scores(h, c[0], c[1])
        ),
        CourseMethod("first-order chain", (0.1, 1.0, 10.0, 100.0), lambda h, c, _: baselines.chain(h, c)),
        CourseMethod("SLIT (order-aware closed form)", regressions, linear),
    ]


def blend(linear: Linear, ease_ridge: float, regression: LinearSettings) -> CourseMethod:
    """Ours without torch: the two closed forms as tuned by themselves, and popularity, weighed on validation."""
    weights = product((0.0, 0.03, 0.1, 0.3, 1.0), (0.0, 0.3, 1.0), POPULAR)
    choices = [
        replace(regression, ease_ridge=ease_ridge, together=t, follows=f, popularity=p) for t, f, p in weights if t + f
    ]
    note = "computed without torch; a rival measured here, which nothing serves"
    return CourseMethod("closed-form blend", choices, linear, ours=True, note=note)


def baseline_networks() -> list[CourseMethod]:
    """LightGCN and MultVAE."""
    lights = [NeuralSettings(layers=x, weight_decay=d) for x, d in ((1, 1e-4), (2, 1e-4), (2, 1e-3))]
    varied = [NeuralSettings(width=w, dropout=d, weight_decay=0.0) for w, d in ((32, 0.5), (64, 0.2), (64, 0.5))]
    return [
        _epochs("LightGCN", lights, baselines.light_gcn),
        _epochs("MultVAE", varied, baselines.mult_vae),
    ]


def _epochs(
    name: str, choices: list[NeuralSettings], run: Callable[[HoldoutSplit, NeuralSettings], list[tuple[int, Floats]]]
) -> CourseMethod:
    def tried(validation: HoldoutSplit, choice: NeuralSettings) -> tuple[NeuralSettings, float]:
        found = [(epoch, ndcg(scores, validation)) for epoch, scores in run(validation, choice)]
        epoch, best = max(found, key=lambda pair: pair[1])
        return replace(choice, epochs=epoch), best

    def scores(holdout: HoldoutSplit, choice: NeuralSettings, seed: int) -> Floats:
        return run(holdout, replace(choice, seed=seed))[-1][1]

    return CourseMethod(name, choices, scores, tried, seeds=True)


def encoders(features: Floats | None, linear: LinearSettings) -> list[CourseMethod]:
    """A plain GRU as a baseline, and our encoder."""
    plain = EncoderSettings(graph=False, evidence=False)
    return [
        encoder(GRU, None, linear, _shapes(plain)),
        encoder(GATED, features, linear, _shapes(EncoderSettings()), ours=True),
    ]


def ablations(features: Floats | None, linear: LinearSettings, whole: EncoderSettings) -> list[CourseMethod]:
    """Our encoder without one part or the other, of the shape that was chosen for the whole."""
    most = replace(whole, epochs=EncoderSettings.epochs)
    return [
        encoder("the same, no closed forms", features, linear, [replace(most, evidence=False)], ours=True),
        encoder("the same, no graph", None, linear, [replace(most, graph=False)], ours=True),
    ]


def _shapes(base: EncoderSettings) -> list[EncoderSettings]:
    return [replace(base, width=w, dropout=d, weight_decay=x) for w, d, x in SHAPES]


def encoder(
    name: str, features: Floats | None, linear: LinearSettings, choices: list[EncoderSettings], *, ours: bool = False
) -> CourseMethod:
    """The course encoder in one of its forms."""

    def tried(validation: HoldoutSplit, choice: EncoderSettings) -> tuple[EncoderSettings, float]:
        found = train(validation.train, features, linear, choice, validation)
        scores, _ = found.scores(validation.history, validation.learner)
        return replace(choice, epochs=found.epochs), ndcg(scores, validation)

    def scores(holdout: HoldoutSplit, choice: EncoderSettings, seed: int) -> Floats:
        found = train(holdout.train, features, linear, replace(choice, seed=seed))
        return found.scores(holdout.history, holdout.learner)[0]

    return CourseMethod(name, choices, scores, tried, ours=ours, seeds=True)


def stack(network: Floats, blended: Floats, weight: float) -> Floats:
    """Standardised scores of each learner, the network's weighed against the blend's."""
    return _standard(blended) + weight * _standard(network)


def _standard(scores: Floats) -> Floats:
    spread = scores.std(axis=1, keepdims=True)
    return np.asarray((scores - scores.mean(axis=1, keepdims=True)) / np.maximum(spread, 1e-12))
