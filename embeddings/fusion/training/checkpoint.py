"""Where a training stands, as files: weights, the best ones so far, the optimiser, and the place in the epochs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from skillpath.embeddings.checkpoint_files import (
    DamagedCheckpoint,
    check_shapes,
    moment_shapes,
    read_files,
    write_files,
)

PLACE = "place.json"


@dataclass
class Standing:
    """How far a training has come.

    Attributes:
        epoch: that comes next. rate: of learning. best: least loss of each task on
            validation. since: epochs since then.
        losses: on validation after each epoch.
    """

    epoch: int = 0
    rate: float = 0.0
    best: dict[str, float] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    losses: list[dict[str, float]] = field(default_factory=list)


def save_checkpoint(
    folder: Path,
    key: str,
    network: nn.Module,
    best: dict[str, dict[str, Tensor]],
    optimizer: torch.optim.Optimizer,
    at: Standing,
) -> None:
    """Write a checkpoint in place of the last one; a kill at any time leaves one of the two, whole."""
    folder.mkdir(parents=True, exist_ok=True)
    names = {p: n for n, p in network.named_parameters()}
    tensors = {f"p/{n}": v.detach().cpu().contiguous() for n, v in network.state_dict().items()}
    for task, weights in best.items():
        tensors |= {f"b/{task}/{n}": v.detach().cpu().contiguous() for n, v in weights.items()}
    for parameter, state in optimizer.state.items():
        name = names[parameter]
        tensors |= {
            f"m/{name}": state["exp_avg"].cpu().contiguous(),
            f"v/{name}": state["exp_avg_sq"].cpu().contiguous(),
        }
        tensors[f"s/{name}"] = state["step"].reshape(1).cpu()
    write_files(folder, PLACE, {"key": key, **asdict(at)}, tensors)


def load_checkpoint(
    folder: Path, key: str, network: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[Standing, dict[str, dict[str, Tensor]]] | None:
    """Put a training back to where it was interrupted; None where there is no checkpoint of the same training.

    Raises:
        DamagedCheckpoint: there is one that cannot be used; nothing has been changed.
    """
    read = read_files(folder, PLACE, key)
    if read is None:
        return None
    place, tensors = read
    at = _standing(folder, place)
    _check(folder, tensors, network, at)
    network.load_state_dict({n[2:]: v for n, v in tensors.items() if n.startswith("p/")})
    for name, parameter in network.named_parameters():
        if f"m/{name}" in tensors:
            optimizer.state[parameter] = {
                "step": tensors[f"s/{name}"].reshape(()),
                "exp_avg": tensors[f"m/{name}"].to(parameter.device),
                "exp_avg_sq": tensors[f"v/{name}"].to(parameter.device),
            }
    best: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("b/"):
            _, task, parameter = name.split("/", 2)
            best.setdefault(task, {})[parameter] = value
    return at, best


def _standing(folder: Path, place: dict[str, Any]) -> Standing:
    try:
        at = Standing(**place)
        whole = at.rate > 0 and bool(at.best) and set(at.best) == set(at.since) and len(at.losses) == at.epoch
    except TypeError:
        whole = False
    if not whole:
        raise DamagedCheckpoint("the file does not say where training was", folder / PLACE)
    return at


def _check(folder: Path, tensors: dict[str, Tensor], network: nn.Module, at: Standing) -> None:
    """Refuse tensors that are not this network's."""
    weights = network.state_dict()
    starts = ["p/", *(f"b/{task}/" for task in at.best)]
    shapes = {f"{start}{name}": tuple(value.shape) for start in starts for name, value in weights.items()}
    parameters = dict(network.named_parameters())
    moments = moment_shapes(parameters, tensors)
    steps = {f"s/{name[2:]}": (1,) for name in moments}
    check_shapes(folder, tensors, shapes | moments | steps)
