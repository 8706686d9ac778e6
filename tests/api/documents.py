"""The documents that others rely on, and what their answers must say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def text_of(contract: Path, name: str) -> str:
    """The text of a document."""
    return (contract / f"{name}.graphql").read_text("utf-8")


def check_home(data: dict[str, Any], student: str) -> None:
    """What a student's home says of it holds together."""
    found = data["student"]
    assert found["code"] == student
    assert set(found["stage"]) == {"enrol", "learn", "work", "startUp"}
    targets = [edge["node"] for edge in found["targets"]["edges"]]
    assert targets and all(0 <= t["match"] <= 1 and t["gap"] > 0 for t in targets)
    diagnosis = found["diagnosis"]
    assert 0 <= diagnosis["coverage"] < 1
    assert sum(d["gap"] for d in diagnosis["dimensions"]) == pytest.approx(targets[0]["gap"])
    required = sum(d["required"] for d in diagnosis["dimensions"])
    assert diagnosis["coverage"] == pytest.approx(1 - targets[0]["gap"] / required)
    gaps = [lack["gap"] for lack in diagnosis["lacking"]]
    assert gaps == sorted(gaps, reverse=True)
    training = found["training"]
    assert training["totalCount"] >= len(training["edges"]) > 0
    for edge in training["edges"]:
        chain = edge["node"]
        assert chain["suggests"]["__typename"] == "Resource"
        # What leads to no goal is suggested for what people went on to.
        assert chain["closes"] or chain["toward"] is None
        assert all(0 < s["gain"] <= s["required"] - s["have"] + 1e-9 for s in chain["closes"])
        assert chain["suggests"]["label"] in chain["explanation"]["text"]
