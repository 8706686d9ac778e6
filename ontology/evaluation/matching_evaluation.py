"""Evaluation of matching methods on gold sets, with confidence intervals and calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.ontology.evaluation.gold import Gold
from skillpath.ontology.evaluation.methods import ScoringMethod
from skillpath.ontology.evaluation.ranking_metrics import (
    BootstrapSettings,
    MetricEstimate,
    sentence_figures,
    span_figures,
)
from skillpath.ontology.ranking.match_calibration import (
    ACCEPT,
    FEATURES,
    REJECT,
    REVIEW,
    bands,
    calibration_error,
    fit,
)
from skillpath.ontology.ranking.ranker import Ranker

SENTENCES = ("MRR", "RP@5", "RP@10")
SPANS = ("accuracy@1", "hit@5", "hit@10")


@dataclass(frozen=True)
class Evaluation:
    """Figures of every method on one gold set, and how far our probabilities can be trusted."""

    gold: str
    sentences: int
    spans: int
    unlabelled: int
    figures: dict[str, dict[str, MetricEstimate]]
    calibration: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def evaluate(
    gold: Gold,
    methods: Sequence[ScoringMethod],
    ranker: Ranker,
    tick: Callable[[str], None] = lambda _: None,
    settings: BootstrapSettings | None = None,
) -> Evaluation:
    """Score ``gold`` with every method; calibration is that of ``ranker``."""
    chosen = settings or BootstrapSettings()
    labelled = [(span, skill) for span, skill in zip(gold.spans, gold.skill, strict=True) if skill is not None]
    figures = {}
    for method in methods:
        tick(f"{gold.name}: {method.name}")
        figures[method.name] = sentence_figures(method.sentences(gold.sentences), gold.meant, chosen) | span_figures(
            method.spans([s for s, _ in labelled]), [k for _, k in labelled], chosen
        )
    return Evaluation(
        gold.name,
        len(gold.sentences),
        len(labelled),
        len(gold.spans) - len(labelled),
        figures,
        _calibration(gold, ranker),
    )


def first_features(gold: Gold, ranker: Ranker) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Features (n, F) of the first skill of every span, labelled or not, and whether a label says it is right."""
    meant: dict[tuple[str, str], set[int | None]] = {}
    for place, skill in zip(gold.places, gold.skill, strict=True):
        meant.setdefault(place, set()).add(skill)
    shown, first = ranker.first([text for _, text in meant])
    right = np.array([int(at) in skills for at, skills in zip(first, meant.values(), strict=True)])
    return shown, right


def _calibration(gold: Gold, ranker: Ranker) -> dict[str, Any]:
    """Expected calibration error (Guo et al. 2017) with the three bands as bins, and with ten of equal width."""
    shown, right = first_features(gold, ranker)
    probability = ranker.calibration.probability(shown)
    sure = shown[:, FEATURES.index("label")] + shown[:, FEATURES.index("sure")] > 0
    banded = bands(probability, sure, ranker.calibration)
    parts = {name: banded == name for name in (ACCEPT, REVIEW, REJECT)}
    gaps = [part.sum() * abs(right[part].mean() - probability[part].mean()) for part in parts.values() if part.any()]
    return {
        "error": round(float(sum(gaps)) / max(len(right), 1), 4),
        "error_of_ten_bins": round(calibration_error(probability, right), 4),
        "bands": {
            name: {
                "spans": int(part.sum()),
                "share": round(float(part.mean()), 4),
                "right": round(float(right[part].mean()), 4) if part.any() else None,
            }
            for name, part in parts.items()
        },
    }


def cross_fitted_error(sets: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]], folds: int = 5) -> dict[str, Any]:
    """Calibration error and accept precision where each span's probability comes from a fit without its fold."""
    shown, right = np.concatenate([s for s, _ in sets]), np.concatenate([r for _, r in sets])
    probability, accepted = np.zeros(len(right)), np.zeros(len(right), dtype=bool)
    # Neighbours in a file are of one sentence; folds of neighbouring rows keep them together.
    for part in np.array_split(np.arange(len(right)), folds):
        rest = np.setdiff1d(np.arange(len(right)), part)
        fitted = fit("fold", shown[rest], right[rest])
        probability[part] = fitted.probability(shown[part])
        accepted[part] = probability[part] >= fitted.accept
    return {
        "error_of_ten_bins": round(calibration_error(probability, right), 4),
        "accepted": int(accepted.sum()),
        "acceptPrecision": round(float(right[accepted].mean()), 4) if accepted.any() else None,
        "spans": len(right),
        "features": list(FEATURES),
    }


def table(results: Sequence[Evaluation]) -> list[str]:
    """The figures as lines for people."""
    lines = []
    for result in results:
        lines.append(
            f"{result.gold}: {result.sentences} sentences, {result.spans} spans with a label, "
            f"{result.unlabelled} without"
        )
        lines.append(f"  {'':24}" + "".join(f"{name:>22}" for name in (*SENTENCES, *SPANS)))
        for method, figures in result.figures.items():
            cells = [f"{f.mean:.3f} [{f.low:.3f}, {f.high:.3f}]" for f in (figures[n] for n in (*SENTENCES, *SPANS))]
            lines.append(f"  {method:24}" + "".join(f"{cell:>22}" for cell in cells))
        parts = (_band(name, band) for name, band in result.calibration["bands"].items())
        error, fine = result.calibration["error"], result.calibration["error_of_ten_bins"]
        lines.append(f"  calibration error of the bands {error:.3f}, of ten bins {fine:.3f}; {', '.join(parts)}")
    return lines


def _band(name: str, band: dict[str, Any]) -> str:
    right = "none" if band["right"] is None else f"{band['right']:.0%} right"
    return f"{name} {band['share']:.0%} ({right})"
