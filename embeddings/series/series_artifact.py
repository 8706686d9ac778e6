"""Series model on disk: arrays in safetensors, the rest in JSON; written whole or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from skillpath.common.atomic import write_atomic
from skillpath.embeddings.series.market_forecast import MarketForecast, MarketForecastSettings
from skillpath.embeddings.series.rounding import RoundingSettings
from skillpath.embeddings.series.series_model import SeriesModel, SeriesSettings
from skillpath.embeddings.series.trees import TreeSettings
from skillpath.embeddings.series.window_features import WINDOW
from skillpath.errors import BadInput

ARRAYS, FACTS = "series.safetensors", "series.json"
KIND, PREVIOUS_KIND = "skillpath series model 2", "skillpath series model 1"
RENAMED_SETTINGS = {
    "trees": {
        "rate": "learning_rate",
        "depth": "max_depth",
        "leaf": "min_child_weight",
        "rows": "max_rows",
        "enough": "min_rows",
    },
    "decision": {"enough": "min_rows"},
}
"""Settings of a part → name in models of the previous kind → name now."""


def save_model(model: SeriesModel, folder: Path) -> None:
    """Write the model into ``folder``; the JSON comes last and carries the hash of the arrays."""
    content = save(_arrays(model))
    facts = {
        "kind": KIND,
        "settings": asdict(model.settings),
        "names": list(model.names),
        "windows": model.windows,
        "graph": model.graph,
        "arrays": _hash(content),
    }
    for name, data in ((ARRAYS, content), (FACTS, (json.dumps(facts, indent=2) + "\n").encode())):
        write_atomic(folder / name, data)


def load_model(folder: Path) -> SeriesModel:
    """Read what `save_model` wrote, in this version or the one before.

    Raises:
        BadInput: no model there, one of another kind, or files that do not belong together.
    """
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text("utf-8"))
        content = (folder / ARRAYS).read_bytes()
    except (OSError, ValueError) as error:
        raise BadInput("No series model can be read", where=str(folder), todo="Train one with --save") from error
    if facts.get("kind") not in (KIND, PREVIOUS_KIND) or facts.get("arrays") != _hash(content):
        raise BadInput("The model's files do not belong together", where=str(folder), todo="Train it anew with --save")
    try:
        return _model(facts, content)
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise BadInput("The series model is damaged", where=str(folder), todo="Train it anew with --save") from error


def _arrays(model: SeriesModel) -> dict[str, NDArray[Any]]:
    """Trees are kept in XGBoost's own format (UBJSON), as bytes."""
    return {
        "effects": model.effects,
        "season": model.market.season,
        "echo": model.market.echo,
        "factors": model.factors,
        "trees": np.frombuffer(model.trees, np.uint8),
    }


def _model(facts: dict[str, Any], content: bytes) -> SeriesModel:
    arrays, settings_data = load(content), dict(facts["settings"])
    if facts["kind"] == PREVIOUS_KIND:
        settings_data = _rename_settings(settings_data)
    market, decision = dict(settings_data.pop("market")), dict(settings_data.pop("decision"))
    market["levels"] = tuple(market["levels"])
    decision["factors"] = tuple(decision["factors"])
    trees = TreeSettings(**settings_data.pop("trees"))
    settings = SeriesSettings(
        **settings_data, trees=trees, market=MarketForecastSettings(**market), decision=RoundingSettings(**decision)
    )
    names = tuple(facts["names"])
    if arrays["effects"].shape != (len(names), settings.horizon) or settings.horizon < 1:
        raise ValueError(f"effects {arrays['effects'].shape} of {len(names)} features over {WINDOW} months")
    market_known = MarketForecast(arrays["season"], arrays["echo"])
    windows, graph, grown = int(facts["windows"]), bool(facts["graph"]), arrays["trees"].tobytes()
    return SeriesModel(settings, names, arrays["effects"], market_known, arrays["factors"], windows, graph, grown)


def _rename_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of the previous kind under the names that they have now."""
    renamed = {
        part: {names.get(key, key): value for key, value in settings[part].items()}
        for part, names in RENAMED_SETTINGS.items()
    }
    return settings | renamed


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()
