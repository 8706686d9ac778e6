"""A checkpoint of a training: one file with weights, the best ones so far, the optimiser's state and the place.

The file is the digest of its content followed by what `torch.save` writes, since torch does not check what it reads.
"""

from __future__ import annotations

import io
import logging
import pickle
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillpath.errors import SkillpathError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

from skillpath.common.atomic import write_atomic

DIGEST = 16
"""Bytes of the digest in front."""
log = logging.getLogger(__name__)


class DamagedCheckpoint(SkillpathError):
    """A checkpoint of this training is there and cannot be used."""

    def __init__(self, what: str, file: Path) -> None:
        super().__init__(f"The checkpoint is damaged: {what}", where=str(file), todo="Training begins anew")


def save_checkpoint(file: Path, content: dict[str, Any]) -> None:
    """Write a checkpoint in place of the last one; a kill at any time leaves one of the two, whole.

    Args:
        content: tensors, numbers and texts in dicts and lists: what `torch.load` reads with ``weights_only``.
    """
    import torch

    buffer = io.BytesIO()
    torch.save(content, buffer)
    data = buffer.getvalue()
    write_atomic(file, blake2b(data, digest_size=DIGEST).digest() + data)


def load_checkpoint(file: Path, key: str) -> dict[str, Any] | None:
    """The content of a checkpoint whose ``key`` is this one; None where there is none of this training.

    Raises:
        DamagedCheckpoint: the file cannot be read.
    """
    import torch

    try:
        found = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedCheckpoint(f"the file cannot be read ({error})", file) from error
    digest, data = found[:DIGEST], found[DIGEST:]
    if blake2b(data, digest_size=DIGEST).digest() != digest:
        raise DamagedCheckpoint("the file was changed or is incomplete", file)
    try:
        content: dict[str, Any] = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        return content if content["key"] == key else None
    except (ValueError, KeyError, TypeError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise DamagedCheckpoint(f"the file cannot be read ({error})", file) from error


def check_weights(file: Path, weights: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> None:
    """Compare weights with those of the network that they are for, before anything of it is changed.

    Raises:
        DamagedCheckpoint: one is missing or has another shape.
    """
    for name, value in wanted.items():
        if name not in weights:
            raise DamagedCheckpoint(f"it has no tensor {name}", file)
        _check_shape(file, name, weights[name], value)


def check_optimizer(file: Path, state: Mapping[str, Any], optimizer: torch.optim.Optimizer) -> None:
    """Compare an optimiser's state with the parameters that it is for.

    Raises:
        DamagedCheckpoint: it is of other parameters, or a moment has another shape.
    """
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    if [i for group in state["param_groups"] for i in group["params"]] != list(range(len(parameters))):
        raise DamagedCheckpoint("the optimiser's state is of other parameters", file)
    for number, moments in state["state"].items():
        for name, value in moments.items():
            if name != "step":
                _check_shape(file, f"{name} {number}", value, parameters[number])


def _check_shape(file: Path, name: str, given: Tensor, wanted: Tensor) -> None:
    if given.shape != wanted.shape:
        raise DamagedCheckpoint(f"tensor {name} has shape {tuple(given.shape)}, not {tuple(wanted.shape)}", file)


def warn_of(damage: DamagedCheckpoint) -> None:
    """Tell the user, before the next checkpoint is written over the damaged one."""
    log.warning("%s", damage)
