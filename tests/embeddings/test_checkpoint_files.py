"""A damaged checkpoint of any training is said, changes nothing, and the training begins anew."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

from skillpath.embeddings.checkpoint_files import STATE, write_files
from skillpath.embeddings.fusion.model.network import FusedNetwork, sizes_of
from skillpath.embeddings.fusion.training import checkpoint
from skillpath.embeddings.fusion.training.fit import Prepared, prepare
from skillpath.embeddings.fusion.training.trainer import Trainer
from skillpath.embeddings.matcher_training import PLACE, MatcherTrainer
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed
from tests.embeddings.test_matcher_training import SETTINGS, source

__all__ = ["source"]
NOISE = np.random.default_rng(0).bytes(4_096)
Damage = Callable[[Path, str], str]


class Killed(Exception):
    pass


def rewritten(folder: Path, place: str, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """Change place and tensors, and write them as a pair again."""
    from safetensors.torch import load_file

    said, tensors = json.loads((folder / place).read_text("utf-8")), load_file(folder / STATE)
    change(said, tensors)
    write_files(folder, place, said, tensors)


def truncate_state(folder: Path, place: str) -> str:
    (folder / STATE).write_bytes((folder / STATE).read_bytes()[:-100])
    return STATE


def fill_state_with_noise(folder: Path, place: str) -> str:
    (folder / STATE).write_bytes(NOISE)
    return STATE


def write_noise_as_a_pair(folder: Path, place: str) -> str:
    said = json.loads((folder / place).read_text("utf-8"))
    write_files(folder, place, said, {})
    (folder / STATE).write_bytes(NOISE)
    from skillpath.embeddings.checkpoint_files import digest_of

    (folder / place).write_text(json.dumps(said | {"state": digest_of(folder / STATE)}), "utf-8")
    return STATE


def lose_state(folder: Path, place: str) -> str:
    (folder / STATE).unlink()
    return STATE


def truncate_place(folder: Path, place: str) -> str:
    (folder / place).write_bytes((folder / place).read_bytes()[:20])
    return place


def fill_place_with_noise(folder: Path, place: str) -> str:
    (folder / place).write_bytes(NOISE)
    return place


def write_another_kind_of_place(folder: Path, place: str) -> str:
    (folder / place).write_text("[1]", "utf-8")
    return place


def lose_place(folder: Path, place: str) -> str:
    (folder / place).unlink()
    return place


def forget_the_losses(folder: Path, place: str) -> str:
    rewritten(folder, place, lambda said, _: said.update(losses=None))
    return place


def change_a_shape(folder: Path, place: str, kind: str = "p/") -> str:
    def change(_: dict[str, Any], tensors: dict[str, Any]) -> None:
        name = next(name for name in tensors if name.startswith(kind))
        tensors[name] = tensors[name].new_zeros((3, 5, 7))

    rewritten(folder, place, change)
    return STATE


def change_the_shape_of_a_moment(folder: Path, place: str) -> str:
    return change_a_shape(folder, place, "v/")


def leave_a_tensor_out(folder: Path, place: str) -> str:
    def change(_: dict[str, Any], tensors: dict[str, Any]) -> None:
        del tensors[next(name for name in reversed(list(tensors)) if name.startswith("p/"))]

    rewritten(folder, place, change)
    return STATE


DAMAGES: list[Damage] = [
    truncate_state,
    fill_state_with_noise,
    write_noise_as_a_pair,
    lose_state,
    truncate_place,
    fill_place_with_noise,
    write_another_kind_of_place,
    lose_place,
    forget_the_losses,
    change_a_shape,
    change_the_shape_of_a_moment,
    leave_a_tensor_out,
]


class Said(logging.Handler):
    """Warnings, and what the folder held at the time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.WARNING)
        self.folder, self.lines, self.held = folder, list[str](), list[dict[str, bytes]]()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.held.append(contents(self.folder))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def heard(tmp_path: Path) -> Any:
    said = Said(tmp_path / "damaged")
    logging.getLogger("skillpath").addHandler(said)
    yield said
    logging.getLogger("skillpath").removeHandler(said)


def check(said: Said, file: str, before: dict[str, bytes]) -> None:
    """Said once, with the file and what follows, while it lay there as it was."""
    assert len(said.lines) == 1
    assert said.lines[0].startswith("The checkpoint is damaged: ")
    assert str(said.folder / file) in said.lines[0] and "Training begins anew" in said.lines[0]
    assert said.held == [before]


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(small_history(months=30, students=60), SMALL, hashed)


def network_of(prepared: Prepared) -> FusedNetwork:
    import torch

    torch.manual_seed(SMALL.seed)
    return FusedNetwork(sizes_of(prepared.material), SMALL, prepared.targets.thresholds)


def kill(done: int, _: int) -> None:
    raise Killed


@pytest.fixture(scope="module")
def forecast_checkpoint(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecast") / "checkpoint"
    with pytest.raises(Killed):
        Trainer(network_of(prepared), prepared.lesson, SMALL, folder, "key").train(2, kill)
    return folder


@pytest.mark.parametrize("damage", DAMAGES)
def test_forecasts(damage: Damage, prepared: Prepared, forecast_checkpoint: Path, heard: Said) -> None:
    shutil.copytree(forecast_checkpoint, heard.folder)
    file, network = damage(heard.folder, checkpoint.PLACE), network_of(prepared)
    before, weights = contents(heard.folder), {n: v.clone() for n, v in network.state_dict().items()}
    trainer = Trainer(network, prepared.lesson, SMALL, heard.folder, "key")
    at = trainer._begin()
    check(heard, file, before)
    assert at.epoch == 0 and not trainer.optimizer.state
    assert all(bool((v == weights[n]).all()) for n, v in network.state_dict().items())


def test_forecasts_begin_anew_and_replace_what_was_damaged(
    prepared: Prepared, forecast_checkpoint: Path, heard: Said
) -> None:
    shutil.copytree(forecast_checkpoint, heard.folder)
    truncate_state(heard.folder, checkpoint.PLACE)
    done: list[int] = []
    trainer = Trainer(network_of(prepared), prepared.lesson, SMALL, heard.folder, "key")
    trainer.train(2, lambda epoch, _: done.append(epoch))
    assert done == [1, 2] and len(heard.lines) == 1
    again = Trainer(network_of(prepared), prepared.lesson, SMALL, heard.folder, "key")
    assert again._begin().epoch == 2 and len(heard.lines) == 1


def test_a_whole_checkpoint_or_one_of_another_training_needs_no_word(
    prepared: Prepared, forecast_checkpoint: Path, heard: Said
) -> None:
    shutil.copytree(forecast_checkpoint, heard.folder)
    for key, epoch in (("key", 1), ("another", 0)):
        trainer = Trainer(network_of(prepared), prepared.lesson, SMALL, heard.folder, key)
        assert trainer._begin().epoch == epoch
    assert not heard.lines


@pytest.fixture(scope="module")
def matcher(source: Any, tmp_path_factory: pytest.TempPathFactory) -> MatcherTrainer:
    def killed(done: int, _: int) -> None:
        if done == 3:
            raise Killed

    folder = tmp_path_factory.mktemp("matcher") / "checkpoint"
    with pytest.raises(Killed):
        MatcherTrainer(source, folder, SETTINGS).train(killed)
    return MatcherTrainer(source, folder, SETTINGS)


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_matcher(damage: Damage, matcher: MatcherTrainer, heard: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(matcher.folder, heard.folder)
    file = damage(heard.folder, PLACE)
    before, weights = contents(heard.folder), {n: p.detach().clone() for n, p in matcher._trained.items()}
    monkeypatch.setattr(matcher, "folder", heard.folder)
    assert matcher._resume() == (0, [])
    check(heard, file, before)
    assert not matcher._optimizer.state
    assert all(bool((p == weights[n]).all()) for n, p in matcher._trained.items())


def test_the_matcher_goes_on_from_a_whole_checkpoint(matcher: MatcherTrainer, heard: Said) -> None:
    step, losses = matcher._resume()
    assert step == len(losses) == 2 and matcher._optimizer.state and not heard.lines
