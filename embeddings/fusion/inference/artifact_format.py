"""Format of a model's configuration, and the settings that had other names in the format before."""

from __future__ import annotations

from typing import Any

FORMAT = 3
PREVIOUS_FORMAT = 2

_STRUCTURAL = {"wander": "level_noise", "memory": "noise_persistence", "spread": "wave_spread"}
RENAMED_SETTINGS: dict[tuple[str, ...], dict[str, str]] = {
    ("settings",): {
        "heat": "temperature",
        "contrast": "contrastive_weight",
        "rate": "learning_rate",
        "decay": "weight_decay",
        "plateau": "lr_patience",
        "months": "batch_months",
        "least": "skip_origins",
        "demand": "demand_weight",
        "gap": "gap_weight",
    },
    # Version 0.1.0 wrote ``posts`` and called it format 2 as well.
    ("settings", "features"): {
        "fade": "age_decay",
        "near": "related_clusters",
        "asked": "asked_skills",
        "posts": "postings",
    },
    ("settings", "structural"): _STRUCTURAL,
    ("structural",): _STRUCTURAL,
}
"""Section of the configuration → name in format 2 → name now."""


def upgrade_config(config: dict[str, Any]) -> dict[str, Any] | None:
    """The configuration of a model in the present format, without its number; None if it is of neither format.

    For example ``{"format": 2, "structural": {"wander": 0.01}}`` becomes ``{"structural": {"level_noise": 0.01}}``.
    """
    upgraded = {name: value for name, value in config.items() if name != "format"}
    if config["format"] == FORMAT:
        return upgraded
    if config["format"] != PREVIOUS_FORMAT:
        return None
    for path, names in RENAMED_SETTINGS.items():
        upgraded = _rename_keys(upgraded, path, names)
    return upgraded


def _rename_keys(section: dict[str, Any], path: tuple[str, ...], names: dict[str, str]) -> dict[str, Any]:
    """The section with the keys of the section below it at ``path`` renamed."""
    if not path:
        return {names.get(key, key): value for key, value in section.items()}
    first, *rest = path
    return section | {first: _rename_keys(section[first], tuple(rest), names)}
