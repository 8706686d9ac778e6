"""A checkpoint comes back as it was; one that is damaged, cut off or foreign is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import torch

from skillpath.embeddings.common.checkpoint import DamagedCheckpoint, load_checkpoint, save_checkpoint

CONTENT = {"key": "k", "weights": {"a": torch.arange(6.0).reshape(2, 3)}, "state": {"round": 3, "best": [0.5]}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_checkpoint(tmp_path / "deep" / "checkpoint.pt", CONTENT)
    return tmp_path / "deep" / "checkpoint.pt"


def test_it_comes_back_whole_and_alone(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    found = load_checkpoint(file, "k")
    assert found and found["state"] == CONTENT["state"]
    assert torch.equal(found["weights"]["a"], torch.arange(6.0).reshape(2, 3))
    assert [x.name for x in file.parent.iterdir()] == [file.name] and not caplog.records


def test_of_another_training_or_none_is_nothing_to_report(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load_checkpoint(file, "other") is None
    assert load_checkpoint(file.with_name("none"), "k") is None
    assert not caplog.records


@pytest.mark.parametrize("kind", ["flipped", "cut", "empty", "text"])
def test_a_damaged_one_is_refused(file: Path, kind: str) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(
        {"flipped": bytes(data), "cut": bytes(data[:-40]), "empty": b"", "text": b"not a checkpoint"}[kind]
    )
    with pytest.raises(DamagedCheckpoint, match="damaged") as refused:
        load_checkpoint(file, "k")
    assert str(file) in str(refused.value)
