"""Where a training stands, as files: weights, the best ones so far, the optimiser, and the place in the epochs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

STATE, PLACE = "state.safetensors", "place.json"


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
        tensors[f"s/{name}"] = torch.as_tensor(state["step"]).reshape(1).cpu()
    partial = folder / (STATE + ".partial")
    save_file(tensors, partial)
    # The place names the state's content, so that a kill between the two files leaves no wrong pair.
    place = {"key": key, "state": digest_of(partial), **asdict(at)}
    partial.replace(folder / STATE)
    other = folder / (PLACE + ".partial")
    other.write_text(json.dumps(place), "utf-8")
    other.replace(folder / PLACE)


def load_checkpoint(
    folder: Path, key: str, network: nn.Module, optimizer: torch.optim.Optimizer
) -> tuple[Standing, dict[str, dict[str, Tensor]]] | None:
    """Put a training back to where it was interrupted; None where there is no checkpoint of the same training."""
    if not (folder / PLACE).is_file() or not (folder / STATE).is_file():
        return None
    try:
        place = json.loads((folder / PLACE).read_text("utf-8"))
        if place.pop("key") != key or place.pop("state") != digest_of(folder / STATE):
            return None
        tensors = load_file(folder / STATE)
    except (ValueError, KeyError, OSError):
        return None
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
    return Standing(**place), best


def digest_of(file: Path) -> str:
    """Hash of a file's content."""
    return blake2b(file.read_bytes(), digest_size=16).hexdigest()
