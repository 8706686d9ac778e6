"""A logistic calibration of the first-ranked skill, with three bands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
FEATURES = ("constant", "margin", "spelling", "nearest", "label", "sure")
ACCEPT, REVIEW, REJECT = "accept", "review", "reject"


@dataclass(frozen=True)
class Calibration:
    """A fitted model.

    Attributes:
        kind: which stages it was fitted for: lexical, an encoder's name.
        weights: one for each of `FEATURES`.
        means, scales: of the features, which are standardised.
        accept, review: least probability of the two upper bands.
    """

    kind: str
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    accept: float = 0.9
    review: float = 0.2

    @classmethod
    def default(cls, encoder: str) -> Calibration:
        """The one that comes with the package for this encoder: lexical without one, trained for a trained one."""
        kind = "lexical" if not encoder else "trained" if encoder.startswith("trained") else "local"
        return cls.from_json(
            files("skillpath.ontology.ranking").joinpath(f"calibration_{kind}.json").read_text("utf-8")
        )

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """What `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        return cls(**data | {name: tuple(data[name]) for name in ("weights", "means", "scales")})

    def to_json(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), indent=1)

    def probability(self, shown: Array) -> NDArray[np.float64]:
        """Probabilities (…) of features (…, F)."""
        scaled = (shown - np.array(self.means)) / np.array(self.scales)
        return np.asarray(1 / (1 + np.exp(-np.clip(scaled @ np.array(self.weights), -30, 30))))


def features(
    scores: Array, spelled: Array, nearest: Array, picked: NDArray[np.bool_], label: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Features (n, k, F) of the best skills (n, k): the margin is to the next one, 0 for the last.

    Args:
        picked: (n, k) the lexical stages are sure of this skill.
        label: (n) and what they are sure of has the very words of its preferred label, in whatever form.
    """
    margin = np.zeros_like(scores)
    margin[:, :-1] = scores[:, :-1] - scores[:, 1:]
    named = label[:, None]
    columns = [np.ones_like(scores), margin, spelled, nearest, picked & named, picked & ~named]
    return np.stack(columns, axis=-1).astype(np.float64)


def fit(kind: str, shown: Array, right: NDArray[np.bool_], ridge: float = 1.0) -> Calibration:
    """Ridge logistic regression by Newton's method, then bands: accept where 95 % are right.

    Args:
        shown: (n, F) features of the first skill of each term.
        right: (n) whether it was.
    """
    means, scales = shown.mean(axis=0), shown.std(axis=0)
    means[0], scales[scales < 1e-9] = 0.0, 1.0
    x = (shown - means) / scales
    penalty = np.full(x.shape[1], ridge)
    penalty[0] = 1e-6
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(hessian, x.T @ (right - p) - penalty * weights)
        weights = weights + step
        if np.abs(step).max() < 1e-10:
            break
    p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
    return Calibration(kind, _rounded(weights), _rounded(means), _rounded(scales), accept=_accept(p, right))


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)


def _accept(p: Array, right: NDArray[np.bool_], wanted: float = 0.97, least: float = 0.9) -> float:
    """The least threshold, not below ``least``, above which the share ``wanted`` of the terms is right."""
    order = np.argsort(-p, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= wanted)
    threshold = float(p[order][good[-1]]) if len(good) else 0.99
    return round(max(threshold, least), 4)


def calibration_error(probability: Array, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Guo et al. 2017): Σ n_b/n · |right_b − probability_b|."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    sums = np.bincount(place, weights=right.astype(float) - probability, minlength=bins)
    return float(np.abs(sums).sum() / max(len(probability), 1))


def bands(probability: Array, sure: NDArray[np.bool_], calibration: Calibration) -> NDArray[np.str_]:
    """accept, review or reject for each probability; what a lexical stage is sure of is reviewed at least.

    An alternative label that the gold hardly knows is still somebody's word for the skill.
    """
    lower = np.where((probability >= calibration.review) | sure, REVIEW, REJECT)
    return np.asarray(np.where(probability >= calibration.accept, ACCEPT, lower))
