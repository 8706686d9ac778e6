"""A logistic calibration of skills found in a text: how probably the text is about them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SIGNS = {
    "title": 1,
    "both": 1,
    "position": -1,
    "title_cosine": 1,
    "text_cosine": 1,
    "coherence": 1,
    "breadth": 0,
    "asked": 1,
    "crowd": 0,
}
"""Features, and which way each may count where its meaning says so; 0 is either way."""
KINDS = ("course", "posting")
_FILE = "calibration_links.json"


@dataclass(frozen=True)
class LinkCalibration:
    """A fitted model of one kind of texts.

    Attributes:
        kind: course or posting.
        constant, weights: of the standardised features, in the order of `SIGNS`.
        means, scales: of the features.
    """

    kind: str
    constant: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]

    @classmethod
    def default(cls, kind: str) -> LinkCalibration:
        """The one that comes with the package."""
        return _packaged()[kind]

    def probability(self, shown: Array) -> Array:
        """Probabilities (n) of features (n, F)."""
        scaled = (shown - np.array(self.means)) / np.array(self.scales)
        return np.asarray(1 / (1 + np.exp(-np.clip(self.constant + scaled @ np.array(self.weights), -30, 30))))


@cache
def _packaged() -> dict[str, LinkCalibration]:
    text = files("skillpath.ontology.ranking").joinpath(_FILE).read_text("utf-8")
    return calibrations_from_json(text)


def calibrations_from_json(text: str) -> dict[str, LinkCalibration]:
    """What `calibrations_to_json` wrote, by kind."""
    models: list[dict[str, Any]] = json.loads(text)["models"]
    lists = ("weights", "means", "scales")
    made = (LinkCalibration(**model | {name: tuple(model[name]) for name in lists}) for model in models)
    return {model.kind: model for model in made}


def calibrations_to_json(models: list[LinkCalibration], about: dict[str, Any]) -> str:
    """Models as JSON, with what tells how they were made."""
    return json.dumps({"about": about, "features": list(SIGNS), "models": list(map(asdict, models))}, indent=1) + "\n"


def fit_links(kind: str, shown: Array, right: NDArray[np.bool_], ridge: float = 10.0) -> LinkCalibration:
    """Ridge logistic regression whose weights keep the signs of `SIGNS`.

    Args:
        shown: (n, F) features of the skills found.
        right: (n) whether the text is about them.
    """
    from scipy.optimize import minimize

    means, scales = shown.mean(axis=0), shown.std(axis=0)
    scales[scales < 1e-9] = 1.0
    x, y = np.c_[np.ones(len(shown)), (shown - means) / scales], right.astype(np.float64)
    penalty = np.r_[0.0, np.full(shown.shape[1], ridge)]

    def loss(weights: Array) -> tuple[float, Array]:
        z = x @ weights
        value = np.logaddexp(0, z).sum() - (y * z).sum() + 0.5 * (penalty * weights**2).sum()
        return float(value), np.asarray(x.T @ (1 / (1 + np.exp(-z)) - y) + penalty * weights)

    limits = [(None, None), *((0.0 if sign > 0 else None, 0.0 if sign < 0 else None) for sign in SIGNS.values())]
    found = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", bounds=limits).x
    return LinkCalibration(kind, round(float(found[0]), 6), *map(_rounded, (found[1:], means, scales)))


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)
