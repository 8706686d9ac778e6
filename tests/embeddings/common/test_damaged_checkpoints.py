"""A damaged checkpoint of any training is said, changes nothing, and the training begins anew."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import torch

from skillpath.embeddings.common.checkpoint import DIGEST, load_checkpoint, save_checkpoint
from skillpath.embeddings.fusion.model.network import FusedNetwork, input_sizes
from skillpath.embeddings.fusion.training.fit import PreparedTraining, prepare
from skillpath.embeddings.fusion.training.trainer import CHECKPOINT, Trainer
from skillpath.embeddings.matcher_training import PLACE, MatcherTrainer
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed
from tests.embeddings.test_matcher_training import SETTINGS, source

__all__ = ["source"]
NOISE = np.random.default_rng(0).bytes(4_096)
Damage = Callable[[Path], object]


class Killed(Exception):
    pass


def rewritten(file: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the content, and write it whole again."""
    content = load_checkpoint(file, key_of(file))
    assert content is not None
    change(content)
    save_checkpoint(file, content)


def key_of(file: Path) -> str:
    return str(torch.load(io.BytesIO(file.read_bytes()[DIGEST:]), weights_only=True)["key"])


def with_digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST).digest() + data


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flip_a_bit(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def cut_to_the_digest(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:20])


def fill_with_noise(file: Path) -> None:
    file.write_bytes(NOISE)


def fill_with_noise_and_its_digest(file: Path) -> None:
    file.write_bytes(with_digest(NOISE))


def write_nothing(file: Path) -> None:
    file.write_bytes(b"")


def write_another_kind_of_content(file: Path) -> None:
    buffer = io.BytesIO()
    torch.save([1], buffer)
    file.write_bytes(with_digest(buffer.getvalue()))


def forget_the_losses(file: Path) -> None:
    rewritten(file, lambda content: content["state"].update(validation=None, training=None))


def forget_the_place(file: Path) -> None:
    rewritten(file, lambda content: content.pop("state"))


def change_a_shape(file: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        name = next(iter(content["weights"]))
        content["weights"][name] = content["weights"][name].new_zeros((3, 5, 7))

    rewritten(file, change)


def change_the_shape_of_a_moment(file: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        moments = next(iter(content["optimizer"]["state"].values()))
        moments["exp_avg_sq"] = moments["exp_avg_sq"].new_zeros((3, 5, 7))

    rewritten(file, change)


def change_the_number_of_parameters(file: Path) -> None:
    rewritten(file, lambda content: content["optimizer"]["param_groups"][0]["params"].pop())


def leave_a_tensor_out(file: Path) -> None:
    rewritten(file, lambda content: content["weights"].pop(list(content["weights"])[-1]))


DAMAGES: list[Damage] = [
    truncate,
    flip_a_bit,
    cut_to_the_digest,
    fill_with_noise,
    fill_with_noise_and_its_digest,
    write_nothing,
    write_another_kind_of_content,
    forget_the_losses,
    forget_the_place,
    change_a_shape,
    change_the_shape_of_a_moment,
    change_the_number_of_parameters,
    leave_a_tensor_out,
]


class LogRecorder(logging.Handler):
    """Warnings, and what the folder held at the time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.WARNING)
        self.folder, self.lines, self.files_then = folder, list[str](), list[dict[str, bytes]]()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.files_then.append(contents(self.folder))


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def recorder(tmp_path: Path) -> Any:
    recorded = LogRecorder(tmp_path / "damaged")
    logging.getLogger("skillpath").addHandler(recorded)
    yield recorded
    logging.getLogger("skillpath").removeHandler(recorded)


def check(recorded: LogRecorder, file: str, before: dict[str, bytes]) -> None:
    """Said once, with the file and what follows, while it lay there as it was."""
    assert len(recorded.lines) == 1
    assert recorded.lines[0].startswith("The checkpoint is damaged: ")
    assert str(recorded.folder / file) in recorded.lines[0] and "Training begins anew" in recorded.lines[0]
    assert recorded.files_then == [before]


@pytest.fixture(scope="module")
def prepared() -> PreparedTraining:
    return prepare(small_history(months=30, students=60), SMALL, hashed)


def network_of(prepared: PreparedTraining) -> FusedNetwork:
    torch.manual_seed(SMALL.seed)
    return FusedNetwork(input_sizes(prepared.inputs), SMALL, prepared.targets.thresholds)


def kill(done: int, _: int) -> None:
    raise Killed


@pytest.fixture(scope="module")
def forecast_checkpoint(prepared: PreparedTraining, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forecast") / "checkpoint"
    with pytest.raises(Killed):
        Trainer(network_of(prepared), prepared.training_data, SMALL, folder, "key").train(2, kill)
    return folder


@pytest.mark.parametrize("damage", DAMAGES)
def test_forecasts(
    damage: Damage, prepared: PreparedTraining, forecast_checkpoint: Path, recorder: LogRecorder
) -> None:
    shutil.copytree(forecast_checkpoint, recorder.folder)
    damage(recorder.folder / CHECKPOINT)
    network = network_of(prepared)
    before, weights = contents(recorder.folder), {n: v.clone() for n, v in network.state_dict().items()}
    trainer = Trainer(network, prepared.training_data, SMALL, recorder.folder, "key")
    assert trainer.loop(2)._resume() is None
    check(recorder, CHECKPOINT, before)
    assert not trainer.optimizer.state
    assert all(bool((v == weights[n]).all()) for n, v in network.state_dict().items())


def test_forecasts_begin_anew_and_replace_what_was_damaged(
    prepared: PreparedTraining, forecast_checkpoint: Path, recorder: LogRecorder
) -> None:
    shutil.copytree(forecast_checkpoint, recorder.folder)
    truncate(recorder.folder / CHECKPOINT)
    done: list[int] = []
    trainer = Trainer(network_of(prepared), prepared.training_data, SMALL, recorder.folder, "key")
    trainer.train(2, lambda epoch, _: done.append(epoch))
    assert done == [1, 2] and len(recorder.lines) == 1
    again = Trainer(network_of(prepared), prepared.training_data, SMALL, recorder.folder, "key")
    state = again.loop(2)._resume()
    assert state and state.round == 2 and len(recorder.lines) == 1


def test_a_whole_checkpoint_or_one_of_another_training_needs_no_word(
    prepared: PreparedTraining, forecast_checkpoint: Path, recorder: LogRecorder
) -> None:
    shutil.copytree(forecast_checkpoint, recorder.folder)
    for key, epoch in (("key", 1), ("another", None)):
        trainer = Trainer(network_of(prepared), prepared.training_data, SMALL, recorder.folder, key)
        state = trainer.loop(2)._resume()
        assert (state and state.round) == epoch
    assert not recorder.lines


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
def test_the_matcher(
    damage: Damage, matcher: MatcherTrainer, recorder: LogRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(matcher.folder, recorder.folder)
    damage(recorder.folder / PLACE)
    before, weights = contents(recorder.folder), [p.detach().clone() for p in matcher._trained]
    monkeypatch.setattr(matcher, "folder", recorder.folder)
    assert matcher.loop()._resume() is None
    check(recorder, PLACE, before)
    assert not matcher._optimizer.state
    assert all(bool((p == kept).all()) for p, kept in zip(matcher._trained, weights, strict=True))


def test_the_matcher_goes_on_from_a_whole_checkpoint(matcher: MatcherTrainer, recorder: LogRecorder) -> None:
    state = matcher.loop()._resume()
    assert state and state.round == len(state.training) == 2 and matcher._optimizer.state and not recorder.lines
