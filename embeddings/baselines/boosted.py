"""Gradient-boosted trees (XGBoost) on the flattened inputs: a classifier of the classes, regressors for d, Δ and q."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from skillpath.embeddings.baselines.baseline_inputs import Inputs, InputTables
from skillpath.embeddings.common.arrays import Floats
from skillpath.embeddings.evaluation.outlook import Outlook, empty_outlook
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.errors import Unavailable


@dataclass(frozen=True)
class BoostedSettings:
    """Settings of the boosted trees; early stopping finds their number.

    Attributes:
        max_depth: largest depth of a tree.
        learning_rate: shrinkage of each tree.
        min_child_weight: least weight of a leaf.
        trees: most trees.
        patience: trees without improvement on validation after which it stops.
        subsample: share of the rows that each tree sees.
        colsample: share of the columns that each tree sees.
        threads: threads; 0 for as many as there are cores.
    """

    max_depth: int = 3
    learning_rate: float = 0.05
    min_child_weight: float = 5.0
    trees: int = 600
    patience: int = 30
    subsample: float = 0.8
    colsample: float = 0.5
    threads: int = 0


def forecast_boosted(
    tables: InputTables, targets: ForecastTargets, settings: BoostedSettings, seed: int, extra: Floats | None = None
) -> Outlook:
    """Trained on the training origins, stopped by the validation origins, forecasts for all known ones.

    Args:
        extra: (C, T, E) more features as of each month.
    """
    boost = _library()
    origins = np.flatnonzero(targets.known.all(axis=0))
    parts = (targets.split.train, targets.split.validation, origins)
    train, check, ask = (flat(tables.at(part), None if extra is None else extra[:, part]) for part in parts)
    outlook = empty_outlook(*targets.past.shape)
    fixed = _parameters(settings, seed)
    model = boost.XGBClassifier(objective="multi:softprob", num_class=5, eval_metric="mlogloss", **fixed)
    labels = [targets.label[:, part].ravel() for part in parts[:2]]
    # Classes that never came in training would be refused: one sample of each, without weight, stands for them.
    train_x, train_y = np.concatenate([train, train[:5]]), np.concatenate([labels[0], np.arange(5)])
    weight = np.concatenate([np.ones(len(train)), np.full(5, 1e-9)])
    model.fit(train_x, train_y, sample_weight=weight, eval_set=[(check, labels[1])], verbose=False)
    outlook.probabilities[:, origins] = model.predict_proba(ask).reshape(len(outlook.demand), -1, 5)
    for name in ("demand", "trend", "gap"):
        actual = getattr(targets, name)
        values = [actual[:, part].ravel() for part in parts[:2]]
        seen, checked = (~np.isnan(v) for v in values)
        if seen.any() and checked.any():
            regressor = boost.XGBRegressor(eval_metric="rmse", **fixed)
            validation_rows = [(check[checked], values[1][checked])]
            regressor.fit(train[seen], values[0][seen], eval_set=validation_rows, verbose=False)
            getattr(outlook, name)[:, origins] = regressor.predict(ask).reshape(len(outlook.demand), -1)
    return outlook


def flat(inputs: Inputs, extra: Floats | None = None) -> Floats:
    """(n, features) one row a sample: every month of the window, and what is known as of the origin."""
    parts = [inputs.window.reshape(len(inputs.window), -1), inputs.static]
    if extra is not None:
        parts.append(extra.reshape(len(inputs.window), -1))
    return np.concatenate(parts, axis=1)


def _parameters(settings: BoostedSettings, seed: int) -> dict[str, Any]:
    return {
        "max_depth": settings.max_depth,
        "learning_rate": settings.learning_rate,
        "min_child_weight": settings.min_child_weight,
        "n_estimators": settings.trees,
        "early_stopping_rounds": settings.patience,
        "subsample": settings.subsample,
        "colsample_bytree": settings.colsample,
        "random_state": seed,
        "n_jobs": settings.threads or None,
        "tree_method": "hist",
    }


def _library() -> Any:
    try:
        import xgboost
    except ImportError as error:
        raise Unavailable("No boosted trees without xgboost", todo="Install the extra: skillpath[train]") from error
    return xgboost
