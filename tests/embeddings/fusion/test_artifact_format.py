"""A model of the format before is read: its settings have other names now."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

from skillpath.embeddings.forecaster import fit, predict
from skillpath.embeddings.fusion.inference.artifact_format import FORMAT
from skillpath.embeddings.fusion.inference.model_artifact import CONFIG, contents, load_model
from skillpath.embeddings.model_forecasts import Forecasts
from skillpath.errors import BadInput
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed

OLD_NAMES = {
    "temperature": "heat",
    "contrastive_weight": "contrast",
    "learning_rate": "rate",
    "weight_decay": "decay",
    "lr_patience": "plateau",
    "batch_months": "months",
    "skip_origins": "least",
    "demand_weight": "demand",
    "gap_weight": "gap",
}
OLD_FEATURES = {"age_decay": "fade", "related_clusters": "near", "asked_skills": "asked"}
OLD_STRUCTURAL = {"level_noise": "wander", "noise_persistence": "memory", "wave_spread": "spread"}


def with_old_names(section: dict[str, object], names: dict[str, str]) -> dict[str, object]:
    assert set(names) <= set(section)
    return {names.get(key, key): value for key, value in section.items()}


def rewrite(artifact: Path, changed: dict[str, object]) -> Path:
    """The artifact with another configuration, under the name that its contents then have."""
    (artifact / CONFIG).write_text(json.dumps(changed), "utf-8")
    return artifact.rename(artifact.with_name(contents(artifact)))


def same_probabilities(one: Forecasts, other: Forecasts) -> bool:
    return one.probabilities.tobytes() == other.probabilities.tobytes()


@pytest.mark.parametrize("postings", ["postings", "posts"])
def test_a_model_of_the_previous_format_is_read(tmp_path: Path, postings: str) -> None:
    history = small_history(months=30, students=60)
    artifact = fit(history, SMALL, tmp_path, hashed).artifact
    model, forecasts = load_model(artifact), predict(history, artifact, hashed)

    config = json.loads((artifact / CONFIG).read_text("utf-8"))
    assert config["format"] == FORMAT == 3
    settings = with_old_names(config["settings"], OLD_NAMES)
    settings["features"] = with_old_names(config["settings"]["features"], OLD_FEATURES | {"postings": postings})
    settings["structural"] = with_old_names(config["settings"]["structural"], OLD_STRUCTURAL)
    structural = with_old_names(config["structural"], OLD_STRUCTURAL)
    old = rewrite(artifact, config | {"format": 2, "settings": settings, "structural": structural})

    again = load_model(old)
    assert again.settings == model.settings and asdict(again.structural) == asdict(model.structural)
    assert same_probabilities(predict(history, old, hashed), forecasts)

    with pytest.raises(BadInput, match="of another version"):
        load_model(rewrite(old, config | {"format": 1}))
