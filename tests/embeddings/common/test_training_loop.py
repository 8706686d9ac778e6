"""The one training loop: when it stops, which weights it keeps, and that a kill at any round changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import torch

from skillpath.embeddings.common.training_loop import (
    CheckpointPlace,
    LoopSettings,
    TrainingLoop,
    TrainingState,
    descend,
    restore_weights,
    set_learning_rate,
    trained_weights,
)


class Killed(Exception):
    pass


class LineModel:
    """y = 2x learned by gradient steps on random points; the rate falls as rounds go by."""

    def __init__(self, settings: LoopSettings, folder: Path | None = None, key: str = "line") -> None:
        torch.manual_seed(1)
        self.net = torch.nn.Sequential(torch.nn.Linear(1, 4), torch.nn.Linear(4, 1))
        self.optimizer = torch.optim.AdamW(self.net.parameters(), lr=0.05)
        place = CheckpointPlace(folder / "c.pt", key) if folder else None
        self.loop = TrainingLoop(self.net, self.optimizer, settings, place)

    def loss(self, seed: int) -> Any:
        x = torch.rand(16, 1, generator=torch.Generator().manual_seed(seed))
        return ((self.net(x) - 2 * x) ** 2).mean()

    def round(self, state: TrainingState) -> None:
        descend(self.loss(state.round), self.optimizer, list(self.net.parameters()))

    def validate(self) -> dict[str, float]:
        with torch.no_grad():
            return {"loss": float(self.loss(1000))}

    def slower(self, state: TrainingState) -> None:
        state.learning_rate *= 0.9
        set_learning_rate(self.optimizer, state.learning_rate)

    def run(self, progress: Callable[[int, int], None] = lambda *_: None) -> TrainingState:
        return self.loop.run(self.round, self.validate, schedule=self.slower, progress=progress)


def replay_losses(losses: list[float]) -> Callable[[], dict[str, float]]:
    """Losses on validation as they were written down beforehand."""
    script: Iterator[float] = iter(losses)
    return lambda: {"loss": next(script)}


@pytest.mark.parametrize(
    ("losses", "patience", "rounds", "best"),
    [
        ([5, 4, 3, 3, 3, 9], 2, 5, 3),
        ([5, 6, 4, 5, 5, 1], 2, 5, 3),
        ([5, 6, 4, 5, 5, 1], 3, 6, 6),
        ([float("nan")] * 6, 3, 3, 0),
        ([float("-inf"), 1, 0], 2, 3, 3),
    ],
)
def test_it_stops_once_nothing_improves(losses: list[float], patience: int, rounds: int, best: int) -> None:
    line = LineModel(LoopSettings(rounds=len(losses), patience=patience))
    state = line.loop.run(line.round, replay_losses(losses))
    assert (state.round, state.best_round["loss"]) == (rounds, best)


def test_a_loss_must_fall_by_the_least_gain_and_below_the_first_one_if_asked() -> None:
    line = LineModel(LoopSettings(rounds=4, patience=9, least_gain=0.5))
    state = line.loop.run(line.round, replay_losses([1.0, 0.9, 0.6, 0.4, 0.3]), validate_first=True)
    assert state.best == {"loss": 0.4} and state.best_round == {"loss": 3}


def test_the_weights_that_did_best_come_back_for_each_loss() -> None:
    line, kept = LineModel(LoopSettings(rounds=4, patience=9, losses=("one", "two"))), []

    def validate() -> dict[str, float]:
        kept.append(trained_weights(line.net))
        at = len(kept)
        return {"one": [4, 1, 2, 3][at - 1], "two": [4, 3, 2, 1][at - 1]}

    line.loop.run(line.round, validate)
    for name, at in (("one", 1), ("two", 3)):
        line.loop.restore_best(name)
        assert all(torch.equal(x, kept[at][n]) for n, x in line.net.state_dict().items())
    assert not torch.equal(kept[1]["0.weight"], kept[3]["0.weight"])


def test_without_validation_it_trains_to_the_end() -> None:
    line = LineModel(LoopSettings(rounds=7, patience=1))
    assert line.loop.run(line.round).round == 7


@pytest.mark.parametrize("at", [1, 4, 6])
@pytest.mark.parametrize("every", [1, 3])
def test_a_kill_at_any_round_changes_nothing(tmp_path: Path, at: int, every: int) -> None:
    settings = LoopSettings(rounds=8, patience=9, checkpoint_every=every)
    whole = LineModel(settings)
    wanted = whole.run()

    def kill(done: int, _: int) -> None:
        if done == at:
            raise Killed

    with pytest.raises(Killed):
        LineModel(settings, tmp_path).run(kill)
    again, seen = LineModel(settings, tmp_path), []
    assert again.run(lambda done, _: seen.append(done)) == wanted
    assert seen[0] == at // every * every + 1
    for one, other in zip(again.net.parameters(), whole.net.parameters(), strict=True):
        assert torch.equal(one, other)
    assert all(torch.equal(x, whole.loop.best["loss"][n]) for n, x in again.loop.best["loss"].items())


def test_another_key_starts_anew_and_a_finished_training_is_not_repeated(tmp_path: Path) -> None:
    settings, seen = LoopSettings(rounds=3, patience=9), []
    LineModel(settings, tmp_path).run()
    LineModel(settings, tmp_path).run(lambda done, _: seen.append(done))
    assert seen == []
    LineModel(settings, tmp_path, "other").run(lambda done, _: seen.append(done))
    assert seen == [1, 2, 3]


def test_frozen_weights_are_not_copied_and_stay() -> None:
    line = LineModel(LoopSettings(rounds=1))
    line.net[0].weight.requires_grad = False
    before = trained_weights(line.net)
    assert "0.weight" not in before and "0.bias" in before
    with torch.no_grad():
        for values in line.net.parameters():
            values.fill_(7.0)
    restore_weights(line.net, before)
    assert (line.net[0].weight == 7).all() and not (line.net[0].bias == 7).any()


def test_gradients_are_gathered_before_they_are_clipped() -> None:
    line = LineModel(LoopSettings(rounds=1))
    parameters, norms = list(line.net.parameters()), []

    def add(received: Any) -> None:
        for parameter in received:
            parameter.grad = torch.full_like(parameter, 50.0)

    line.optimizer.register_step_pre_hook(lambda *_: norms.append(sum(float((p.grad**2).sum()) for p in parameters)))
    descend(line.loss(0), line.optimizer, parameters, clip=2.0, gather=add)
    assert norms == [pytest.approx(4.0, rel=1e-3)]
